"""Main: the `cmr` command, and what its errors end with."""

import sys
import traceback

import pydantic
from pydantic_core import ErrorDetails
from rich.text import Text

from registry.client import ProblemError, UnreachableError
from registry.domain.errors import BadInputError, NotFoundError, RegistryError
from registry.faces.cli import commands
from registry.faces.cli.connection import log_file
from registry.faces.cli.console import Exit, err
from registry.faces.cli.documents import faults_of
from registry.settings import Settings
from registry.shapes.problems import ProblemOut
from reports.errors import ReportError
from validation.errors import ValidationError

EXIT = {
    "waiting": Exit.WAITING,
    "blocked": Exit.NOT_MET,
    "stands-against": Exit.NOT_MET,
    "insufficient-evidence": Exit.INSUFFICIENT,
    "not-signed-in": Exit.OTHER,
    "forbidden": Exit.OTHER,
}
CLIENT_FAULTS = frozenset({400, 404, 413, 415, 422})


def main() -> None:
    """Run `cmr` and end with a code that says how it went."""
    word = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        commands.named(word)()
    except ProblemError as error:
        _refuse(_told(error.problem), exit_of(error.problem))
    except UnreachableError as error:
        _refuse(str(error), Exit.OTHER)
    except (ValidationError, BadInputError, NotFoundError) as error:
        _refuse(str(error), Exit.BAD_INPUT)
    except (RegistryError, ReportError) as error:
        _refuse(str(error), EXIT.get(error.code, Exit.OTHER))
    except Exception as error:  # noqa: BLE001 -- a bug is told in a sentence; its trace is kept
        _refuse(*_bug(error))


def _told(problem: ProblemOut) -> str:
    """Return what is said of a refusal; of a bug in this process also where its trace is."""
    settings = Settings()
    if problem.code == "unexpected" and settings.server is None:
        return f"{problem.detail} The log is {log_file(settings)}."
    return problem.detail


def _bug(error: Exception) -> tuple[str, Exit]:
    """Keep the trace of what should not happen; return what to say, and the code to end with."""
    if isinstance(error, pydantic.ValidationError) and error.title == Settings.__name__:
        return "; ".join(_setting(fault) for fault in error.errors()) + ".", Exit.BAD_INPUT
    if isinstance(error, pydantic.ValidationError) and error.title.endswith("In"):
        return faults_of(error), Exit.BAD_INPUT  # what was typed does not fit what is sent
    sentence = f"This should not happen: {type(error).__name__}."
    log = log_file(Settings())
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as kept:
            traceback.print_exception(error, file=kept)
    except OSError:
        return f"{sentence} {error}", Exit.OTHER
    return f"{sentence} What led to it is written in {log}.", Exit.OTHER


def _setting(fault: ErrorDetails) -> str:
    """Return what is wrong with a setting, by the name that it has in the environment."""
    what = fault["msg"].removeprefix("Value error, ")
    return ": ".join([*(f"CMR_{name}".upper() for name in fault["loc"][:1]), what])


def exit_of(problem: ProblemOut) -> Exit:
    """Return what `cmr` ends with when the registry refuses."""
    if problem.status in CLIENT_FAULTS:
        return Exit.BAD_INPUT
    return EXIT.get(problem.code, Exit.OTHER)


def _refuse(message: str, code: Exit) -> None:
    """Say why, on the error stream, and end."""
    err.print(Text.assemble(("✗ ", "bold red"), message), soft_wrap=True)
    sys.exit(int(code))
