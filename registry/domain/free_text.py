"""Free text: which parts of an act people wrote in their own words, and may have to be forgotten.

The trail hashes a salted digest of such a part and keeps the words beside it, so that they can be
taken out later and every proof still holds. The reason for an act is always one. Whoever adds an
act whose facts hold sentences, names or anything else of a person adds a line here.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from registry.domain.trail import Act

WHY: Final = "why"
_PERSON = ("name", "registration", "qualification")
_MODEL = (
    "title",
    "summary",
    "intended_use",
    "intended_users",
    "population",
    "use_for",
    "do_not_use_for",
    "disclosure",
)
_DATASET = (
    "title",
    "description",
    "devices",
    "inclusion",
    "exclusion",
    "annotators",
    "reference_standard",
    "legal_basis",
    "licence",
    "source",
)
_STATEMENT = ("text", "reason")


def after(*keys: str) -> frozenset[str]:
    """Return the paths of keys in what a thing became."""
    return frozenset(f"after.{key}" for key in keys)


def both(*keys: str) -> frozenset[str]:
    """Return the paths of keys in what a thing was and what it became."""
    return frozenset(f"before.{key}" for key in keys) | after(*keys)


# A path names a part of an act by its keys, with dots between them; what it names may be a text, a
# list or a whole table of keys, and is salted as one.
FREE_TEXT: Final[Mapping[Act, frozenset[str]]] = MappingProxyType(
    {
        Act.PERSON_ENROLLED: after(*_PERSON),
        Act.PERSON_SUPERSEDED: both(*_PERSON),
        Act.SESSION_REFUSED: frozenset({"subject"}),  # it may be a password in the wrong field
        Act.TOKEN_ISSUED: after("name"),
        Act.TOKEN_ROTATED: after("name"),
        Act.PAPER_REGISTERED: after("title", "issued_by"),
        Act.PAPER_WITHDRAWN: frozenset({"before.title", "before.issued_by"}),
        Act.TRAINING_RECORDED: after("topic", "evidence"),
        Act.TRAINING_WITHDRAWN: both("topic", "evidence"),
        Act.MODEL_REGISTERED: after(*_MODEL),
        Act.MODEL_SUPERSEDED: both(*_MODEL),
        Act.VERSION_REGISTERED: after("description", "architecture"),
        Act.VERSION_SUPERSEDED: both("description", "architecture"),
        Act.DATASET_REGISTERED: after(*_DATASET),
        Act.DATASET_SUPERSEDED: both(*_DATASET),
        Act.STATEMENT_MADE: both(*_STATEMENT),
        Act.STATEMENT_CONFIRMED: after(*_STATEMENT),
        Act.PROTOCOL_REGISTERED: after("name"),
        Act.HAZARD_RAISED: frozenset({"after"}),
        Act.HAZARD_SUPERSEDED: frozenset({"before", "after"}),
        Act.PERMIT_GIVEN: after("use"),
        Act.PERMIT_REFUSED: after("use"),
        Act.REVIEW_OPENED: after("scope.population", "scope.use"),
    }
)


def paths(act: Act) -> Iterator[str]:
    """Yield the paths of an act that hold free text, in order."""
    yield from sorted(FREE_TEXT.get(act, frozenset()) | {WHY})
