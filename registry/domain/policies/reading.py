"""Reading: a policy out of TOML or JSON, strictly; what is wrong is named by its path."""

import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from registry.domain.errors import BadInputError
from registry.domain.policies.shape import Policy


def read(text: str) -> Policy:
    """Return the policy that a TOML text holds.

    Raises
    ------
    BadInputError
        When it is not TOML, or a key is unknown, missing or has a wrong value: names the path.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"This is not TOML: {error}.", field="policy") from error
    return from_document(document)


def from_document(document: Mapping[str, Any]) -> Policy:
    """Return the policy that a JSON document holds.

    Raises
    ------
    BadInputError
        When a key is unknown, missing or has a wrong value: names the path.
    """
    try:
        return Policy.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise BadInputError(_problem(first["type"], first["msg"]), field=path or "policy") from None


def _problem(kind: str, message: str) -> str:
    """Return what is wrong with a key, as a sentence."""
    if kind == "extra_forbidden":
        return "this key is not known here, so that it would have no effect; remove it."
    if kind == "missing":
        return "this is required and missing."
    return message.removeprefix("Value error, ").rstrip(".") + "."
