"""The fonts of printed paper, embedded by subset: Noto Sans SC for all text, DejaVu Sans for the boxes ☐ and ☑."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

TEXT = "paper"
BOXES = "boxes"

MISSING = "〓"
"""What is printed for a character that the font lacks (the typographers' 下駄), so that nothing goes unseen."""

_FILES = {TEXT: ("zhplot", "fonts/NotoSansSC-Regular.ttf"), BOXES: ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf")}

_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
"""Characters that show nothing and stand for nothing; a tab among them stands for a blank."""


@cache
def font(name: str) -> TTFont:
    """The font of that name, known to reportlab from the first call on."""
    package, file = _FILES[name]
    loaded = TTFont(name, str(folder(package) / file))
    pdfmetrics.registerFont(loaded)
    pdfmetrics.registerFontFamily(name, normal=name, bold=name, italic=name, boldItalic=name)
    return loaded


def folder(package: str) -> Path:
    """Where a package lies; found without importing it, which would take seconds for matplotlib."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"package {package} is not installed")
    return Path(spec.origin).parent


class _Glyphs(dict[int, str]):
    """A table for str.translate: what the font has stays, what it lacks becomes the marker. Filled as it is asked."""

    def __missing__(self, code: int) -> str:
        known = code == 10 or code in font(TEXT).face.charToGlyph
        self[code] = found = chr(code) if known else MISSING
        return found


_GLYPHS = _Glyphs()


def legible(text: str) -> str:
    """The text in characters that the font has."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", text.replace("\t", " ")).translate(_GLYPHS)


def width(text: str, size: float) -> float:
    """How wide a line of text is, in points."""
    face = font(TEXT).face
    widths, other = face.charWidths, face.defaultWidth
    return float(sum([widths.get(code, other) for code in map(ord, text)])) * size / 1000
