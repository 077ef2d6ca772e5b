"""Reference: the pages of docs/reference that are written from the code.

``python -m tests.house.reference`` writes them anew; a test fails where they differ.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

import registry
import validation
from registry.domain.errors import RegistryError
from registry.domain.people import (
    EMERGENCY,
    LAWS,
    PERMISSIONS,
    SIGNING_ROLES,
    SITE_ROLES,
    STATES,
    WHEN,
    Action,
    Role,
    lacking_for,
)
from registry.domain.trail import Act
from registry.faces.cli.commands import whole
from registry.faces.cli.main import EXIT
from registry.faces.http.problems import STATUS, status_of
from registry.settings import Settings
from tests.house.licences import licences_page
from validation.errors import ValidationError

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
QUALIFIED = {"qualification": "Consultant"}
NOTE = "<!-- Written from the code by `python -m tests.house.reference`; do not edit. -->\n"


def settings_page() -> str:
    """Return the page of settings."""
    lines = ["# Settings", "", "Each is a variable of the environment.", ""]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default is None else f"`{field.default}`"
        lines.append(f"| `CMR_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def events_page() -> str:
    """Return the page of acts on the trail."""
    lines = ["# Acts on the trail", "", "Every act is one of these, as subject.verb.", ""]
    lines += [f"- `{act.value}`" for act in Act]
    return "\n".join(lines) + "\n"


def _kinds(base: type[Exception]) -> Iterator[type[Exception]]:
    """Yield an error class and every class below it."""
    yield base
    for below in base.__subclasses__():
        yield from _kinds(below)


def problems_page() -> str:
    """Return the page of problems: what an error is called, and what it becomes."""
    lines = ["# Problems", "", "Over HTTP every error is a problem document (RFC 9457) whose"]
    lines += ["`code` is one of these; `cmr` ends with an exit code of its own.", ""]
    lines += ["| code | status | meaning |", "|---|---|---|"]
    for package in (registry, validation):  # an error class is known once its module is loaded
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found: dict[str, str] = {}
    for base in (RegistryError, ValidationError):
        for kind in _kinds(base):
            meaning = (kind.__doc__ or "").strip().split("\n")[0]
            status = status_of(kind.__new__(kind))
            found.setdefault(kind.code, f"| `{kind.code}` | {status.value} | {meaning} |")  # type: ignore[attr-defined]
    lines += [found[code] for code in sorted(found)]
    lines += ["", "| exit code of `cmr` | meaning |", "|---|---|"]
    lines += [
        "| 0 | done, or permitted |",
        "| 1 | anything else |",
        "| 2 | bad input |",
        "| 3 | a criterion is not met |",
        "| 4 | insufficient evidence |",
        "| 5 | waiting for people |",
    ]
    assert EXIT["waiting"] == 5
    assert STATUS
    return "\n".join(lines) + "\n"


def permissions_page() -> str:
    """Return the page of roles: who may do what."""
    lines = ["# Roles and what each may do", "", "What is not marked is refused.", ""]
    lines += ["| action | " + " | ".join(role.value for role in Role) + " |"]
    lines += ["|---|" + "---|" * len(Role)]
    for action in Action:
        marks = ["✓" if action in PERMISSIONS[role] else "" for role in Role]
        lines.append(f"| `{action.value}` | " + " | ".join(marks) + " |")
    lines += ["", "## In which state", ""]
    lines += ["Those roles may do it only where the version, or the review, stands like this."]
    lines += ["An action that is not here is about neither.", ""]
    lines += ["| action | " + " | ".join(state.value for state in STATES) + " |"]
    lines += ["|---|" + "---|" * len(STATES)]
    for action in (one for one in Action if one in WHEN):
        marks = ["✓" if state in WHEN[action] else "" for state in STATES]
        lines.append(f"| `{action.value}` | " + " | ".join(marks) + " |")
    lines += ["", "## By emergency access", ""]
    lines += [
        "While it is open, these take the place of all its person's roles, and no more:",
        "",
    ]
    lines += [f"- `{action.value}`" for action in Action if action in EMERGENCY]
    lines += ["", "## What must be on record before", ""]
    lines += ["| role | needs |", "|---|---|"]
    for role in Role:
        needs = ["a qualification"] if role in SIGNING_ROLES else []
        needs += ["a professional registration"] if lacking_for(role, QUALIFIED) else []
        needs += ["a site"] if role in SITE_ROLES else []
        lines.append(f"| {role.value} | {', '.join(needs)} |")
    lines += ["", "## Laws above the tables", ""]
    lines += [f"- {law}" for law in LAWS]
    return "\n".join(lines) + "\n"


def _commands(command: Any, path: str) -> Iterator[str]:  # noqa: ANN401 -- typer's own classes
    """Yield the description of a command and of every command below it."""
    if hasattr(command, "commands"):
        for name in sorted(command.commands):
            yield from _commands(command.commands[name], f"{path} {name}")
        return
    arguments: list[Any] = []
    options: list[Any] = []
    for parameter in command.params:
        kind = arguments if parameter.param_type_name == "argument" else options
        kind.append(parameter)
    usage = " ".join([path, *(str(a.name).upper() for a in arguments)])
    yield f"## `{usage}`\n\n{(command.help or '').strip()}\n"
    rows = [
        f"- `{', '.join([*option.opts, *option.secondary_opts])}`: {option.help or ''}".rstrip(": ")
        for option in options
        if "--help" not in option.opts
    ]
    if rows:
        yield "\n".join(rows) + "\n"


def commands_page() -> str:
    """Return the page of commands."""
    found = typer.main.get_command(whole())
    return "# Commands\n\n" + "\n".join(_commands(found, "cmr"))


PAGES = {
    "settings.md": settings_page,
    "events.md": events_page,
    "problems.md": problems_page,
    "roles.md": permissions_page,
    "commands.md": commands_page,
    "licences.md": licences_page,
}


def written(name: str) -> str:
    """Return what a page must say."""
    return NOTE + "\n" + PAGES[name]()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(written(name), encoding="utf-8")
