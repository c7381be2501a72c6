"""How a record names its enterprise: the values of its identifying fields (识别项), as they stand and as they compare."""

from typing import NamedTuple

from app.engine.text import clean
from app.standards.characters import compact
from app.standards.errors import StandardError
from app.standards.registration_number import check_registration_number
from app.standards.uscc import check_uscc

LONGEST_NAME = 120


class Identity(NamedTuple):
    """The four identifying values of a record; empty where it has none."""

    uscc: str = ""
    registration_no: str = ""
    organisation_code: str = ""
    name: str = ""

    def normal(self) -> "Identity":
        """The codes in their normal form, so that they compare; the name as people read it."""
        return Identity(
            compact(self.uscc), compact(self.registration_no), compact(self.organisation_code), clean(self.name)[:LONGEST_NAME]
        )

    @property
    def uscc_fault(self) -> StandardError | None:
        """What GB 32100 has against the unified code; None where it is right or missing."""
        try:
            check_uscc(self.uscc) if self.uscc else None
        except StandardError as error:
            return error
        return None

    @property
    def sound_registration_no(self) -> str | None:
        """The registration number where GS 15 takes it; older ones of 13 digits only serve to compare."""
        try:
            return check_registration_number(self.registration_no) if self.registration_no else None
        except StandardError:
            return None


def organisation_code_of(uscc: str) -> str:
    """Characters 9 to 17 of a unified code (GB 32100)."""
    return uscc[8:17]
