"""House laws that no linter knows, read off the code itself."""

import ast
import pkgutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("registry", "reports", "validation")
LINES = 400
ROUTE_STATEMENTS = 10
HOMELESS = {"utils", "helpers", "common", "core", "manager", "misc"}
HTTP_VERBS = {"get", "post", "put", "patch", "delete"}


def sources() -> Iterator[Path]:
    """Yield every source file of the product."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


SOURCES = list(sources())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_tells_one_story(path: Path) -> None:
    """No file of the product outgrows 400 lines, and none is a homeless drawer."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES
    assert path.stem not in HOMELESS


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def test_rows_have_no_methods() -> None:
    """A table's class records; what decides lives in the domain."""
    for path in (ROOT / "registry" / "store").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Row"):
                methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
                assert methods == [], f"{path.name}: {node.name} has {methods}"


def test_services_do_not_commit() -> None:
    """Whoever began the work commits it, once."""
    for path in (ROOT / "registry" / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"commit", "rollback"}, f"{path.name}:{node.lineno}"


def _is_route(function: ast.FunctionDef) -> bool:
    """Tell whether a function answers a request."""
    return any(
        isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Attribute)
        and mark.func.attr in HTTP_VERBS
        for mark in function.decorator_list
    )


def test_routes_are_short() -> None:
    """A route parses, calls one service and shapes the answer, in ten lines at most."""
    for path in (ROOT / "registry" / "faces" / "api").glob("*.py"):
        for function in filter(_is_route, functions(path)):
            first = function.body[1] if len(function.body) > 1 else function.body[0]
            last = function.body[-1].end_lineno or function.body[-1].lineno
            length = last - first.lineno + 1
            assert length <= ROUTE_STATEMENTS, f"{path.name}: {function.name} has {length} lines"


def test_every_route_declares_its_errors() -> None:
    """Each route under /api/v1 names the problems it may answer with."""
    from registry.faces.api.router import SUBJECTS

    for subject in SUBJECTS:
        path = ROOT / "registry" / "faces" / "api" / f"{subject}.py"
        for function in filter(_is_route, functions(path)):
            marks = [mark for mark in function.decorator_list if isinstance(mark, ast.Call)]
            named = {keyword.arg for mark in marks for keyword in mark.keywords}
            assert "responses" in named, f"{subject}.py: {function.name}"


def test_every_room_of_validation_is_declared_pure() -> None:
    """A new file in validation is either an engine or under the contract of purity."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    declared = next(one for one in contracts if one["id"] == "pure")["source_modules"]
    rooms = {f"validation.{module.name}" for module in pkgutil.iter_modules([ROOT / "validation"])}
    assert rooms - set(declared) == {"validation.engines"}
