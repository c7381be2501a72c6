"""What the operating procedure (征信业务操作规程) consists of, and what the system must do for it."""

from dataclasses import dataclass

from app.procedure.numbering import Numbering, chinese_number


class UnknownReference(ValueError):
    """A reference that names nothing in the procedure."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """章, with its first and last article."""

    number: int
    title: str
    first: int
    last: int

    @property
    def heading(self) -> str:
        """第三章 数据获取与加工管理."""
        return f"第{chinese_number(self.number)}章 {self.title}"


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered part of an article (项), at any depth: 16.1.1.3."""

    ref: str
    title: str


@dataclass(frozen=True, slots=True)
class Article:
    """条, with the numbering of each level below it and all its items in the order of the text."""

    number: int
    chapter: int
    title: str
    numbering: tuple[Numbering, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of what the system must do, by article; without chapter and articles where it holds for all of them."""

    id: str
    title: str
    chapter: int | None
    articles: tuple[str, ...]


def parse(ref: str) -> tuple[int, ...]:
    """16.1.3 as (16, 1, 3); raises UnknownReference when it is not dotted notation."""
    parts = ref.split(".")
    if not all(part.isascii() and part.isdigit() and part[0] != "0" for part in parts):
        raise UnknownReference(f"{ref!r} is not a reference like 16.1.3")
    return tuple(map(int, parts))
