"""An edition against what stands now, a cell forward to its figures, and figures cut into parts."""

from decimal import Decimal

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, DISTRICT, DOING, DONE, EVERYBODY, FINANCE, HEALTH, HOME, YEAR

from plancycle.domain.errors import NotFound
from plancycle.services.consolidate_period import consolidate
from plancycle.services.corrections import open_correction
from plancycle.services.edition_standing import between, reopened_in, standing_of
from plancycle.services.figures_by import Cut, figures_by
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission
from plancycle.services.trace_figure import trace, trace_cell


def send(house, agency, **changed):
    receive(house, f.a_workbook(house, agency, **changed), f"{agency}.xlsx", "folder")


def folded(*agencies):
    house = f.a_house()
    f.all_answer(house, agencies=agencies or EVERYBODY)
    return house, consolidate(house, YEAR, ANNUAL).edition


def test_an_edition_is_current_until_something_changes():
    house, edition = folded()
    assert not standing_of(house, edition.id).is_stale


@pytest.mark.parametrize(
    ("change", "shift", "delta"),
    [
        (lambda house: send(house, DISTRICT, inspections__value="6"), "added", 6),
        (lambda house: send(house, HEALTH, inspections__value="9"), "replaced", 5),
        (lambda house: return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap"), "removed", -4),
    ],
    ids=["added", "replaced", "returned"],
)
def test_what_came_changed_or_went_makes_it_stale_and_the_difference_is_shown_before_it_is_frozen_again(
    change, shift, delta
):
    house, edition = folded(HOME, HEALTH)
    change(house)
    found = standing_of(house, edition.id)

    assert (found.is_stale, [str(one.shift) for one in found.members]) == (True, [shift])
    assert {one.id: one.delta for one in found.figures}[f"{CYCLE}/annual/inspections.value"] == delta


def test_a_constituent_that_was_reopened_makes_it_stale_before_the_new_version_is_there():
    house = f.a_house()
    edition = f.an_approved_edition(house)
    open_correction(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap")
    found = standing_of(house, edition.id)

    assert (found.is_stale, found.reopened, found.figures) == (True, (HEALTH,), ())
    assert reopened_in(house, edition) == (HEALTH,)


def test_provisional_and_final_are_reconciled_answer_by_answer_and_figure_by_figure():
    house, first = folded(HOME)
    send(house, FINANCE, budget__value="7,5")
    last = consolidate(house, YEAR, ANNUAL, final=True).edition
    found = between(house, first.id, last.id)

    assert [(one.agency, str(one.shift)) for one in found.members] == [(FINANCE, "added")]
    assert {one.label: (one.before, one.after) for one in found.figures}["Số budget"] == (
        Decimal("12.5"),
        Decimal("20.0"),
    )
    with pytest.raises(NotFound):
        between(house, first.id, f"{CYCLE}/annual/e9")


def test_a_cell_leads_forward_to_the_figures_of_every_edition_it_is_in_and_they_lead_back():
    house, edition = folded(HOME, HEALTH)
    source = trace(house, f"{CYCLE}/annual/budget.value").sources[1]
    (cell,) = trace_cell(house, source.submission, source.cell.lower(), source.sheet)

    assert (cell.agency, cell.raw, cell.value) == (HEALTH, "12,5", "12.5")
    assert [(one.figure, one.edition) for one in cell.figures] == [(f"{CYCLE}/annual/budget.value", edition.id)]
    with pytest.raises(NotFound):
        trace_cell(house, source.submission, "ZZ99")


def test_parts_add_up_to_the_whole_whatever_they_are_cut_by():
    house = f.a_house()
    for at, agency in enumerate(EVERYBODY, start=1):
        send(house, agency, inspections__value=str(at), n1__status=DONE if at == 1 else DOING)
    edition = consolidate(house, YEAR, ANNUAL).edition
    whole = {figure.id.split("/", 2)[2]: figure.value for figure in edition.figures}

    for cut in Cut:
        counted = {}
        for one in figures_by(house, edition.id, cut):
            counted[one.figure] = counted.get(one.figure, Decimal(0)) + one.value
        names = [name for name in ("works.status.1", "works.status.2", "inspections.value") if name in counted]
        assert {name: counted[name] for name in names} == {name: whole[name] for name in names}, cut
        assert "works.status.1" in names
    by_agency = {
        one.key: one.value for one in figures_by(house, edition.id, Cut.AGENCY) if one.figure == "inspections.value"
    }
    assert by_agency == dict(zip(EVERYBODY, map(Decimal, (1, 2, 3, 4)), strict=True))
    keys = {one.key for one in figures_by(house, edition.id, Cut.ASSIGNMENT)}
    assert keys == {"n1", "n2"}
