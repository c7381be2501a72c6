"""Codecs of permissions and of what they are on: kept and keyed as codes or words, shown in words."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.engine.codecs import Resolver, TextCodec
from app.engine.text import msgid
from app.security.words import (
    RESOURCES,
    pair_title,
    resource_title,
    shown_words,
    specs,
    stored_words,
    title_resources,
)

BETWEEN = "、"


@dataclass(frozen=True)
class ResourceCodec(TextCodec):
    """功能: a form, register or screen by its name among the permissions; a screen's is shown in words."""

    worded: ClassVar[bool] = True
    max_length: int = 120

    def parse(self, raw: object, resolver: Resolver) -> str:
        text = super().parse(raw, resolver)
        return title_resources().get(text, text)

    def show(self, value: str) -> str:
        return resource_title(value, specs().get(value))

    def key(self, value: str) -> str:
        return msgid(RESOURCES.get(value, value))


@dataclass(frozen=True)
class PermissionCodec(TextCodec):
    """权限, in words; `can_read` is taken too. What a code means may depend on the form: the line that holds it knows."""

    worded: ClassVar[bool] = True
    max_length: int = 64

    def show(self, value: str) -> str:
        return str(shown_words(value))

    def show_in(self, row: Any, value: str) -> str:
        """Earlier releases kept codes: the step that can_sign_… means is one of the row's function."""
        return self.show(stored_words(value, specs().get(row.function)))

    def key(self, value: str) -> str:
        return value

    def example(self) -> str:
        return "查看"


@dataclass(frozen=True)
class PairsCodec(TextCodec):
    """Several permissions, each `can_read FJ08 票据登记表`, in words."""

    max_length: int = 1_000_000

    def show(self, value: str) -> str:
        known, pairs = specs(), (one.partition(" ") for one in value.split(BETWEEN))
        return BETWEEN.join(str(pair_title(name, what, known.get(what))) if what else name for name, _blank, what in pairs)

    def key(self, value: str) -> str:
        return value
