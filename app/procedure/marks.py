"""The articles that tests say they show: `@pytest.mark.article("16.1.3")`, read without importing anything."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Refs = tuple[str, ...]


@dataclass(frozen=True)
class TestCitation:
    """A test, named as pytest names it, and the references that it carries."""

    __test__: ClassVar[bool] = False  # else pytest collects it wherever it is imported

    name: str
    refs: Refs


def collect_tests(tests_dir: Path) -> list[TestCitation]:
    """Every marked test below a directory, with the marks of its class and module; only literal strings are read."""
    return [
        found
        for path in sorted(tests_dir.rglob("test_*.py"))
        for found in _tests(
            ast.parse(path.read_text("utf-8"), str(path)).body, path.relative_to(tests_dir.parent).as_posix(), ()
        )
    ]


def _tests(body: list[ast.stmt], name: str, outer: Refs) -> Iterator[TestCitation]:
    outer += tuple(ref for node in body if _is_pytestmark(node) for ref in _refs(node))
    for node in body:
        if isinstance(node, FUNCTIONS) and node.name.startswith("test"):
            if refs := outer + _decorating(node):
                yield TestCitation(f"{name}::{node.name}", tuple(dict.fromkeys(refs)))
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _of_class(node, f"{name}::{node.name}", outer + _decorating(node))


def _of_class(node: ast.ClassDef, name: str, outer: Refs) -> Iterator[TestCitation]:
    found = list(_tests(node.body, name, outer))
    if not found and outer and node.bases:  # its tests are inherited, perhaps from another file
        found = [TestCitation(name, tuple(dict.fromkeys(outer)))]
    yield from found


def _is_pytestmark(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in targets)


def _decorating(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Refs:
    return tuple(ref for decorator in node.decorator_list for ref in _refs(decorator))


def _refs(node: ast.AST) -> Iterator[str]:
    """The references of all marks inside an expression: also those of pytest.param(..., marks=...)."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _is_article_mark(call.func):
            yield from (one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _is_article_mark(func: ast.expr) -> bool:
    if not (isinstance(func, ast.Attribute) and func.attr == "article"):
        return False
    owner = func.value
    return (isinstance(owner, ast.Attribute) and owner.attr == "mark") or (
        isinstance(owner, ast.Name) and owner.id == "mark"
    )
