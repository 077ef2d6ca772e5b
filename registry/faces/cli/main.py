"""Main: the `cmr` command, put together, and what its errors end with."""

import sys
from typing import Annotated

import typer
from rich.text import Text

from registry.client import ProblemError, UnreachableError
from registry.domain.errors import BadInputError, NotFoundError, RegistryError, WaitingError
from registry.faces.cli import (
    artifacts,
    audit,
    cards,
    checks,
    datasets,
    demo,
    drafting,
    evaluation,
    evidence,
    installation,
    jobs,
    models,
    people,
    policies,
    protocols,
    reviews,
    sites,
    statements,
    versions,
)
from registry.faces.cli.console import Exit, err
from registry.shapes.problems import ProblemOut
from validation.errors import ValidationError

app = typer.Typer(
    name="cmr",
    help="The clinical model registry: records, evidence, governance and cards.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
EXIT = {"waiting": Exit.WAITING, "not-signed-in": Exit.OTHER, "forbidden": Exit.OTHER}
CLIENT_FAULTS = frozenset({400, 404, 413, 415, 422})


def main() -> None:
    """Run `cmr` and end with a code that says how it went."""
    try:
        app()
    except ProblemError as error:
        _refuse(error.problem.detail, exit_of(error.problem), error.problem.waits_for or ())
    except UnreachableError as error:
        _refuse(str(error), Exit.OTHER)
    except (ValidationError, BadInputError, NotFoundError) as error:
        _refuse(str(error), Exit.BAD_INPUT)
    except WaitingError as error:
        _refuse(str(error), Exit.WAITING)
    except RegistryError as error:
        _refuse(str(error), Exit.OTHER)


def exit_of(problem: ProblemOut) -> Exit:
    """Return what `cmr` ends with when the registry refuses."""
    if problem.status in CLIENT_FAULTS:
        return Exit.BAD_INPUT
    return EXIT.get(problem.code, Exit.OTHER)


def _refuse(message: str, code: Exit, waits_for: tuple[str, ...] | list[str] = ()) -> None:
    """Say why, on the error stream, and end."""
    del waits_for  # the message already names whom it waits for
    err.print(Text.assemble(("✗ ", "bold red"), message), soft_wrap=True)
    sys.exit(int(code))
