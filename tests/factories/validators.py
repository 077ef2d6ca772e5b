"""Validators for tests: the smaller ones beside veraPDF, each with what it says in plain words."""

import subprocess
from pathlib import Path

import pdfua


def accessibility_findings(file: Path) -> list[str]:
    """Return what `pdfua` finds: a lint of some rules of PDF/UA-1, with no Java."""
    return [f"{found.rule_id}: {found.message}" for found in pdfua.validate(str(file)).findings]


def syntax_errors(file: Path) -> str:
    """Return what `qpdf` says is wrong with a file's syntax; nothing where it is right."""
    ran = subprocess.run(
        ["qpdf", "--check", str(file)], capture_output=True, text=True, check=False
    )
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def fonts(file: Path) -> dict[str, bool]:
    """Return the fonts of a file by name, without the letters of their subset, and if embedded."""
    ran = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True)
    heading, rule, *rows = ran.stdout.splitlines()
    column = heading.index("emb")
    width = len(rule.split()[0])
    return {row[:width].strip().split("+")[-1]: row[column] == "y" for row in rows}
