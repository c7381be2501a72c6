"""组织机构代码 (organisation code), GB 11714-1997: eight digits or capitals and a check character.

It stands in positions 9 to 17 of a unified social credit code. The normal form is the nine characters without hyphen.
"""

from string import ascii_uppercase, digits

from app.standards.characters import compact, require_characters, require_check_character, require_length

BODY = digits + ascii_uppercase
LENGTH = 9
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_organisation_code(text: str) -> str:
    """The code in its normal form; StandardError if GB 11714 refuses it."""
    code = compact(text)
    require_length(code, LENGTH)
    require_characters(code, BODY, 1, LENGTH - 1)
    require_characters(code, digits + "X", LENGTH, LENGTH)
    require_check_character(code, check_character(code[:-1]))
    return code


def make_organisation_code(stem: str) -> str:
    """The code of eight given characters: their check character appended."""
    stem = compact(stem)
    require_length(stem, LENGTH - 1)
    require_characters(stem, BODY, 1, LENGTH - 1)
    return stem + check_character(stem)


def check_character(stem: str) -> str:
    """11 less the weighted sum modulo 11: X for 10, 0 for 11."""
    total = sum(weight * BODY.index(char) for weight, char in zip(WEIGHTS, stem, strict=True))
    return (digits + "X")[-total % 11]
