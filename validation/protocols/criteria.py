"""Criteria: the bounds that evidence must meet, each checked against what the protocol declares.

A criterion that could never be judged, or that would be judged on something nobody declared, is
refused when the protocol is read and not when the table has come.
"""

from typing import Literal, cast

from validation.protocols.fields import Fields, as_text
from validation.protocols.shape import (
    Criterion,
    Protocol,
    Source,
)
from validation.protocols.soundness import check_criterion


def read_criteria(levels: list[Fields], protocol: Protocol) -> tuple[Criterion, ...]:
    """Return the criteria, in their order, each sound in the light of the rest of the protocol."""
    criteria: list[Criterion] = []
    for fields in levels:
        with fields:
            criterion = _read(fields)
        if criterion.id in {earlier.id for earlier in criteria}:
            raise fields.wrong(
                "id", f"“{criterion.id}” is the id of an earlier criterion.", "Give it its own id."
            )
        criteria.append(check_criterion(fields, criterion, protocol))
    return tuple(criteria)


def _read(fields: Fields) -> Criterion:
    """Return one criterion as it is written."""
    at = fields.table("at")
    return Criterion(
        id=fields.required_text("id", 'id = "discrimination", a short name of its own'),
        source=fields.word("source", Source) or Source.ESTIMATE,
        metric=fields.required_text("metric", 'metric = "auroc"'),
        over=fields.text("over") or "overall",
        at_least=fields.number("at_least"),
        at_most=fields.number("at_most"),
        at={key: as_text(at.take(key), at.place(key)) for key in at.keys()} if at else {},  # noqa: SIM118
        finding=fields.text("finding"),
        attribute=fields.text("attribute"),
        comparator=fields.text("comparator"),
        bound=fields.text("bound"),
        needs=cast('Literal["all", "any"]', fields.choice("needs", ["all", "any"]) or "all"),
        consideration=fields.text("consideration"),
        exploratory=fields.truth("exploratory"),
    )
