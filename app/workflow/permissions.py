"""Permissions that the catalogue gives rise to: which there are, and which positions hold them at first."""

from collections.abc import Iterator

from app.engine.catalogue import Catalogue
from app.engine.fields import StepSpec
from app.engine.positions import Position
from app.engine.spec import AnySpec, FormSpec

READ = "can_read"
"""See lists and documents, print them."""
EXPORT = "can_export"
"""Take lists and documents out as workbooks."""
MAKE = "can_make"
"""Fill in, change and delete own drafts, submit, withdraw, import."""
IMPORT = "can_import"
"""Bring rows of a register in at first set-up."""
CONFIRM_IMPORT = "can_confirm_import"
"""Confirm rows that another person brought in."""


def sign(step: StepSpec) -> str:
    """The permission to sign a step."""
    return f"can_sign_{step.name}"


def duty(spec: FormSpec, step: StepSpec) -> str:
    """A step as tasks name it: FJ02.receive. Who may sign the step has the duty."""
    return f"{spec.prefix}.{step.name}"


def grants(catalogue: Catalogue) -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position) that the declarations give rise to."""
    for form in catalogue.forms:
        for position in form.reading:
            yield READ, form.resource, position
            if not position.external:
                yield EXPORT, form.resource, position
        for position in form.makers:
            yield MAKE, form.resource, position
        for step in form.chain:
            if step.waits:
                for position in form.signers(step):
                    yield sign(step), form.resource, position
    for register in catalogue.registers:
        for position in register.readers:
            yield READ, register.resource, position
            yield EXPORT, register.resource, position
        for position in register.imports:
            yield IMPORT, register.resource, position
        for position in register.confirms:
            yield CONFIRM_IMPORT, register.resource, position


def permissions_of(spec: AnySpec) -> tuple[str, ...]:
    """Every permission that exists on a form or register."""
    if isinstance(spec, FormSpec):
        return (READ, EXPORT, MAKE, *(sign(step) for step in spec.chain if step.waits))
    return (READ, EXPORT, IMPORT, CONFIRM_IMPORT)
