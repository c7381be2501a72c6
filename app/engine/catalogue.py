"""The catalogue: every declared form and register, compiled, by code and slug."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from typing import TypeVar

from app.engine.compiling import compile_form, compile_register
from app.engine.form import FormModel
from app.engine.register import RegisterModel
from app.engine.spec import AnySpec, FormSpec, RegisterSpec

T = TypeVar("T")


class Catalogue:
    """Filled once by `load`, then only read."""

    def __init__(self) -> None:
        self.forms: tuple[FormSpec, ...] = ()
        self.registers: tuple[RegisterSpec, ...] = ()
        self._forms: dict[str, FormSpec] = {}
        self._registers: dict[str, RegisterSpec] = {}

    def load(self, packages: Iterable[str] = ("app.areas",)) -> None:
        """Imports every module below `packages` and compiles what they declare; raises DeclarationError."""
        for package in packages:
            import_all(package)
        forms = [compile_form(model) for model in descendants(FormModel) if "__form__" in vars(model)]
        registers = [compile_register(model) for model in descendants(RegisterModel) if "__register__" in vars(model)]
        self.forms = tuple(sorted(forms, key=in_paper_order))
        self.registers = tuple(registers)
        self._forms = {key: spec for spec in self.forms for key in (spec.slug, spec.prefix)}
        self._registers = {spec.slug: spec for spec in self.registers}

    def form(self, name: str) -> FormSpec:
        """The form of that slug or prefix (FJ02); raises KeyError."""
        return self._forms[name]

    def register(self, slug: str) -> RegisterSpec:
        """The register of that slug; raises KeyError."""
        return self._registers[slug]

    def __iter__(self) -> Iterator[AnySpec]:
        return iter((*self.forms, *self.registers))


def in_paper_order(spec: FormSpec) -> tuple[bool, int, str]:
    """Numbered forms by number, then the unnumbered ones."""
    return (not spec.code.isdigit(), int(spec.code) if spec.code.isdigit() else 0, spec.code)


def descendants(model: type[T]) -> Iterator[type[T]]:
    """All subclasses of a class, in the order of their declaration."""
    for child in model.__subclasses__():
        yield child
        yield from descendants(child)


def import_all(package: str) -> None:
    """Imports a package or module and everything below it."""
    module = importlib.import_module(package)
    for info in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{package}."):
        importlib.import_module(info.name)


catalogue = Catalogue()
