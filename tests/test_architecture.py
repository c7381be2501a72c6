"""Arrows point one way: areas build on services, services on the engine; an area knows another by registers and operations."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

FOUNDATIONS = {"engine", "standards", "procedure", "clock", "database"}
SERVICES = {"documents", "workflow", "jobs"}
GENERATORS = {"screens", "api", "excel", "printing"}
TOP = {"security", "demo", "commands", "models", "serve", "extensions"}

ALLOWED = {
    "engine": {"engine", "standards", "procedure"},
    "standards": {"standards"},
    "procedure": {"procedure", "engine"},
    "documents": FOUNDATIONS | {"documents", "workflow", "security.models"},
    "workflow": FOUNDATIONS | {"documents", "workflow", "security.models"},
    "printing": FOUNDATIONS | SERVICES | {"printing", "security.manager", "security.models"},
    "excel": FOUNDATIONS | SERVICES | {"excel", "security.manager", "security.models", "areas.organisation.operations"},
    "api": FOUNDATIONS | SERVICES | {"api", "security.manager", "security.models"},
    "screens": FOUNDATIONS | SERVICES | {"screens", "security.manager", "security.models", "security.urls", "extensions"},
}


def imports(path: Path) -> set[str]:
    """What a module imports from the application, without the leading `app.`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app."):
            found.add(node.module.removeprefix("app."))
        elif isinstance(node, ast.Import):
            found |= {one.name.removeprefix("app.") for one in node.names if one.name.startswith("app.")}
    return found


def within(module: str, allowed: set[str]) -> bool:
    """Whether a module lies in one of the allowed rooms."""
    return any(module == one or module.startswith(f"{one}.") for one in allowed)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_rooms_import_only_what_stands_below_them(room: str) -> None:
    wrong = {
        f"{path.relative_to(APP)}: {module}"
        for path in (APP / room).rglob("*.py")
        for module in imports(path)
        if not within(module, ALLOWED[room])
    }
    assert not wrong


def test_an_area_knows_another_by_registers_and_operations() -> None:
    wrong = set()
    for path in (APP / "areas").rglob("*.py"):
        area = path.relative_to(APP / "areas").parts[0]
        for module in imports(path):
            parts = module.split(".")
            if parts[0] == "areas" and parts[1] != area and parts[2:3] not in (["registers"], ["operations"]):
                wrong.add(f"{path.relative_to(APP)}: {module}")
            if parts[0] in GENERATORS | {"demo", "commands", "serve"}:
                wrong.add(f"{path.relative_to(APP)}: {module}")
    assert not wrong


def test_files_have_one_subject() -> None:
    long = [str(path.relative_to(APP)) for path in APP.rglob("*.py") if len(path.read_text("utf-8").splitlines()) > 400]
    assert not long
