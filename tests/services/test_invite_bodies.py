"""Invited bodies get one polite letter a year: no due date, no reminder, and never an obligation."""

from dataclasses import replace

import factories as f
from small_programme import CYCLE, YEAR

from plancycle.domain.agencies import AddressBook, Contact
from plancycle.domain.periods import Period
from plancycle.services.chase_agencies import due
from plancycle.services.invite_bodies import invite_all
from plancycle.services.matrix import matrix
from plancycle.services.preview_letters import letters_of


def a_house_with_invited_address():
    house = f.a_house()
    programme = house.programmes.load(house.programme_id)
    body = programme.invitations.bodies[0].id
    book: AddressBook = house.programmes.address_book(house.programme_id)
    contact = Contact(body, "Lê Thị Mẫu", "vt@mttq.example")
    house.programmes.book = replace(book, contacts=(*book.contacts, contact))
    return house, body


def test_the_invitation_goes_out_once_a_year():
    house, body = a_house_with_invited_address()

    assert invite_all(house, YEAR) == [f"{CYCLE}/invitation/{body}/invitation/mail"]
    assert invite_all(house, YEAR) == []


def test_a_body_without_an_address_is_not_written_to():
    assert invite_all(f.a_house(), YEAR) == []


def test_an_invited_body_is_never_in_the_matrix_and_never_reminded():
    house, body = a_house_with_invited_address()
    invite_all(house, YEAR)

    assert [row.agency for row in matrix(house, YEAR, Period.ANNUAL).rows if row.agency == body] == []
    assert [one for one in due(house, YEAR) if one.agency == body] == []


def test_the_invitation_is_shown_before_it_is_sent():
    house, _ = a_house_with_invited_address()
    (shown,) = letters_of(house, lambda given: invite_all(given, YEAR))

    assert shown.message.to_address == "vt@mttq.example"
    assert len(invite_all(house, YEAR)) == 1
