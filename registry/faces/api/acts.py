"""Acts: the routes whose bodies carry a password to sign, found and done without one.

Every such route can be signed in a ceremony, as it is: nothing is listed here, so that an act that
is added tomorrow can be signed by passkey tomorrow.
"""

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from registry.domain.errors import BadInputError
from registry.faces.api.router import SUBJECTS
from registry.faces.http.description import sentence
from registry.services.signings import Asked
from registry.services.work import Work

SECRET = "password"  # noqa: S105 -- the name of a field
_PLACEHOLDER = "proved in a ceremony"


@dataclass(frozen=True, kw_only=True)
class SignedRoute:
    """A route that signs: its function, by which name it takes the work and the body."""

    route: APIRoute
    work: str
    body: str
    shape: type[BaseModel]
    parameters: Mapping[str, Any]


@functools.cache
def signed_routes() -> tuple[SignedRoute, ...]:
    """Return every route of the API that asks for a password to sign."""
    return tuple(_found())


def _found() -> Iterator[SignedRoute]:
    """Yield the routes that post a body with a password in a piece of work."""
    for subject in SUBJECTS:
        module = importlib.import_module(f"registry.faces.api.{subject}")
        for route in module.router.routes:
            if isinstance(route, APIRoute) and route.methods == {"POST"}:
                found = _signed(route)
                if found is not None:
                    yield found


def _signed(route: APIRoute) -> SignedRoute | None:
    """Return a route as one that signs, or None."""
    hints = get_type_hints(route.endpoint, include_extras=True)
    names = list(inspect.signature(route.endpoint).parameters)
    bodies = [name for name in names if _asks_for_password(hints[name])]
    works = [name for name in names if Work in get_args(hints[name])]
    if len(bodies) != 1 or len(works) != 1:
        return None
    rest = {name: hints[name] for name in names if name not in {*bodies, *works}}
    return SignedRoute(
        route=route, work=works[0], body=bodies[0], shape=hints[bodies[0]], parameters=rest
    )


def _asks_for_password(hint: Any) -> bool:  # noqa: ANN401 -- any annotation
    """Tell whether a parameter is a body with a password."""
    return isinstance(hint, type) and issubclass(hint, BaseModel) and SECRET in hint.model_fields


def asked(request: Mapping[str, Any]) -> Asked:
    """Return the act of a request: ``{"path": …, "body": …}``.

    Raises
    ------
    BadInputError
        When no signed act stands at the path, or the body does not fit it.
    """
    path, said = str(request["path"]), dict(request["body"])
    if SECRET in said:
        raise BadInputError(
            "leave the password out; that is what the signing is for.", field="body"
        )
    for one in signed_routes():
        found = one.route.path_regex.match(path)
        if found is not None:
            return Asked(
                act=sentence(inspect.getdoc(one.route.endpoint) or one.route.name),
                request={"path": path, "body": said},
                perform=_performing(one, found.groupdict(), said),
            )
    raise BadInputError(
        f"no act that is signed stands at “{path[:120]}”; write the path below /api/v1 to which "
        "it would be posted, such as /reviews/REVIEW/signoffs.",
        field="path",
    )


def _performing(
    one: SignedRoute, path: Mapping[str, str], said: Mapping[str, Any]
) -> Callable[[Work], dict[str, Any] | None]:
    """Return what does an act in a piece of work and gives its answer as JSON."""
    body = _read(one.shape, {**said, SECRET: _PLACEHOLDER}, "body")
    given = {name: _read(hint, path.get(name), name) for name, hint in one.parameters.items()}

    def perform(work: Work) -> dict[str, Any] | None:
        answer = one.route.endpoint(**{one.work: work, one.body: body}, **given)
        return (
            answer.model_dump(mode="json", by_alias=True) if isinstance(answer, BaseModel) else None
        )

    return perform


def _read(shape: Any, said: Any, place: str) -> Any:  # noqa: ANN401 -- any shape and what it reads
    """Return what was said in its shape.

    Raises
    ------
    BadInputError
        Names the first field that does not fit.
    """
    try:
        return TypeAdapter(shape).validate_python(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in (place, *first["loc"]))
        raise BadInputError(f"{first['msg']}.", field=field) from error
