"""正则表达式 of a structure, run by RE2: its time grows with the value's length alone, whatever the expression.

RE2 knows neither back references nor look-around; expressions with them, and any that would need much memory, are
refused when the structure is keyed.
"""

from collections.abc import Callable

import re2

MOST_MEMORY = 1 << 20
"""Bytes that a compiled expression may take."""


class BadPattern(ValueError):
    """An expression that RE2 refuses."""


def compiled(expression: str) -> Callable[[str], bool]:
    """Whether a value matches the expression from end to end; raises BadPattern."""
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    try:
        pattern = re2.compile(expression, options)
    except (re2.error, UnicodeEncodeError):
        raise BadPattern(expression) from None
    return lambda value: pattern.fullmatch(value) is not None
