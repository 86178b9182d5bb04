"""What the programme's bodies are called, and which one somebody means."""

import unicodedata

from plancycle.services.ports import House
from plancycle.services.programme_versions import current_programme


def agency_names(house: House) -> dict[str, str]:
    """Names of the programme's bodies by id."""
    return {agency.id: agency.name for agency in current_programme(house).agencies}


def agency_called(house: House, text: str) -> str:
    """The id of an agency given by its id or its full name, as an operator may type either. Raises NotFound."""
    wanted = unicodedata.normalize("NFC", text).strip()
    by_name = {name.casefold(): agency for agency, name in agency_names(house).items()}
    return current_programme(house).agency(by_name.get(wanted.casefold(), wanted)).id
