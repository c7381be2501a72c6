"""Arrows point one way: areas build on services, services on the engine; an area knows another by registers and operations."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

FOUNDATIONS = {"engine", "standards", "procedure", "clock", "database"}
SERVICES = {"audit", "intake", "registers", "calendar", "documents", "workflow", "jobs", "notices"}
GENERATORS = {"screens", "api", "excel", "printing"}
TOP = {"security", "demo", "commands", "models", "serve", "extensions"}

ALLOWED = {
    "engine": {"engine", "standards", "procedure"},
    "standards": {"standards"},
    "procedure": {"procedure", "engine"},
    "intake": {"intake", "engine", "standards", "clock"},
    "audit": FOUNDATIONS | {"audit", "workflow.actor", "workflow.models", "security.models"},
    "evidence": FOUNDATIONS | SERVICES | {"evidence", "printing.documents", "security.manager", "security.models"},
    "calendar": FOUNDATIONS | {"calendar", "documents", "notices", "workflow", "security.models"},
    "documents": FOUNDATIONS | {"audit", "documents", "workflow", "registers.models", "security.models"},
    "workflow": FOUNDATIONS | {"audit", "calendar", "documents", "workflow", "notices.operations", "security.models"},
    "registers": FOUNDATIONS | {"audit", "documents", "notices.operations", "registers", "workflow", "security.codecs",
                  "security.models", "areas.organisation.registers"},
    "notices": FOUNDATIONS | {"audit", "documents", "notices", "workflow", "security.models", "areas.organisation.registers"},
    "printing": FOUNDATIONS | SERVICES | {"printing", "security.manager", "security.models"},
    "excel": FOUNDATIONS | SERVICES | {"excel", "security.manager", "security.models", "areas.organisation.operations"},
    "api": FOUNDATIONS | SERVICES | {"api", "security.languages", "security.manager", "security.models", "security.proving"},
    "screens": FOUNDATIONS | SERVICES | {"screens", "security.manager", "security.models",
                "security.codes", "security.languages", "security.proving", "security.urls", "security.words", "extensions"},
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
            own_pages = path.relative_to(APP / "areas").parts[1] in ("screens", "resources")  # what is not generated
            if parts[0] in (GENERATORS if not own_pages else set()) | {"demo", "commands", "serve"}:
                wrong.add(f"{path.relative_to(APP)}: {module}")
    assert not wrong


def test_files_have_one_subject() -> None:
    long = [str(path.relative_to(APP)) for path in APP.rglob("*.py") if len(path.read_text("utf-8").splitlines()) > 400]
    assert not long
