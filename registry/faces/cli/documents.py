"""Documents: TOML files that people write, read into the shapes that the API takes."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from registry.domain.errors import BadInputError

Shape = TypeVar("Shape", bound=BaseModel)
TomlFile = Annotated[
    Path, typer.Argument(metavar="FILE.toml", help="What to record.", exists=True, dir_okay=False)
]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the record.")]


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises
    ------
    BadInputError
        Names the line where it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} is not TOML: {error}.") from error


def shaped(document: dict[str, Any], shape: type[Shape], *, source: str) -> Shape:
    """Return a document as one of the API's shapes.

    Raises
    ------
    BadInputError
        Names every field that does not fit, as the file spells it.
    """
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        raise BadInputError(f"{source} does not fit. {faults_of(error)}") from error


def faults_of(error: ValidationError) -> str:
    """Return every field that does not fit a shape, and why, as a sentence."""
    faults = [
        f"{'.'.join(str(part) for part in fault['loc']) or 'the file'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    ]
    return "; ".join(faults) + "."


def reference(text: str, *, what: str) -> tuple[str, int]:
    """Return name and number of text like ``heart-cad/2``.

    Raises
    ------
    BadInputError
        When it is not a name, a slash and a number.
    """
    name, _, number = text.rpartition("/")
    if not name or not number.isdecimal():
        raise BadInputError(f"“{text}” is not a {what}; write name/number, such as heart-cad/2.")
    return name, int(number)


def version_path(text: str) -> str:
    """Return where the API has the version that text like ``heart-cad/2`` names."""
    name, number = reference(text, what="version")
    return f"/models/{name}/versions/{number}"
