"""Names of enterprises in a form that compares: the same firm is written in many ways."""

import re
import unicodedata

_DROPPED = re.compile(r"[\s·•・‧∙.,，。、\-—_'\"“”‘’]+")
_BRACKETS = str.maketrans("〔〕【】［］[]{}《》〈〉<>", "()()()()()()()()")
_KINDS = (("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"))
"""Kinds of company written out and as usual; both name the same."""


def normal_name(name: str) -> str:
    """The name in half width and capitals, with plain brackets, without blanks and points, its kind as usually written."""
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", name).upper()).translate(_BRACKETS)
    for long, short in _KINDS:
        text = text.replace(long, short)
    return text
