"""The table of clauses under test: every rule and every test that it names is there."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "clauses.md"
WORDS = {"supports", "partly", "organisation"}
PART_11 = (
    *(f"11.10({letter})" for letter in "abcdefghijk"),
    "11.50(a)", "11.50(b)", "11.70", "11.100(a)", "11.100(b)", "11.100(c)", "11.200(a)(1)",
    "11.200(a)(2)–(3)", "11.200(b)", *(f"11.300({letter})" for letter in "abcde"),
)  # fmt: skip
CELLS = 6


def rows() -> list[list[str]]:
    """Return the cells of every clause's row."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == CELLS and cells[2] in WORDS:
            found.append(cells)
    return found


ROWS = rows()


def named(cell: str) -> list[str]:
    """Return what a cell names."""
    return re.findall(r"`([^`]+)`", cell)


def thing(path: str) -> object:
    """Return what a dotted path names: a module, or something in one."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise AssertionError(path)


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the tests of a file, as pytest names them."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body
                      if isinstance(one, ast.FunctionDef)}  # fmt: skip
    return frozenset(found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_row_names_exists(row: list[str]) -> None:
    """A row that supports names rules and tests that are there; one of people's names none."""
    _, asks, word, by_what, rules, tests = row
    assert asks
    if word == "organisation":
        assert (by_what, rules, tests) == ("", "", "")
        return
    assert by_what
    assert named(rules)
    assert named(tests)
    for rule in named(rules):
        assert callable(thing(rule)), rule
    for test in named(tests):
        path, _, name = test.partition("::")
        assert name in names_in(path), test


def test_no_clause_of_part_11_is_left_out() -> None:
    """Each has its row, also where the registry does not help."""
    clauses = [row[0] for row in ROWS]
    assert [one for one in PART_11 if one not in clauses] == []


def test_what_the_page_never_claims() -> None:
    """Software supports; whether an organisation fulfils a clause is not ours to say."""
    text = PAGE.read_text(encoding="utf-8").lower()
    assert not re.search(r"\bcompl(y|ies|iant|iance)\b|\bconform", text)
