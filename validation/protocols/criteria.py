"""Criteria: the bounds that evidence must meet, each checked against what the protocol declares.

A criterion that could never be judged, or that would be judged on something nobody declared, is
refused when the protocol is read and not when the table has come.
"""

from typing import Literal, cast

from validation.metric_names import GAP_OF
from validation.protocols.fields import Fields, as_text
from validation.protocols.shape import Basis, Criterion, Protocol, Source
from validation.protocols.soundness import check_criterion
from validation.spelling import listed

STANDARDISED = "site-standardised"


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
        _check_basis(fields, criterion, protocol)
        criteria.append(check_criterion(fields, criterion, protocol))
    return tuple(criteria)


def _read(fields: Fields) -> Criterion:
    """Return one criterion as it is written."""
    at = fields.table("at")
    source = fields.word("source", Source) or Source.ESTIMATE
    over = fields.text("over") or "overall"
    compares = source is Source.FAIRNESS or over.startswith("difference by ")
    basis = fields.choice("basis", ["crude", STANDARDISED]) or ("crude" if compares else None)
    return Criterion(
        id=fields.required_text("id", 'id = "discrimination", a short name of its own'),
        source=source,
        metric=fields.required_text("metric", 'metric = "auroc"'),
        over=over,
        at_least=fields.number("at_least"),
        at_most=fields.number("at_most"),
        at={key: as_text(at.take(key), at.place(key)) for key in at.keys()} if at else {},  # noqa: SIM118
        finding=fields.text("finding"),
        attribute=fields.text("attribute"),
        basis=cast("Basis | None", basis),
        comparator=fields.text("comparator"),
        bound=fields.text("bound"),
        needs=cast('Literal["all", "any"]', fields.choice("needs", ["all", "any"]) or "all"),
        consideration=fields.text("consideration"),
        exploratory=fields.truth("exploratory"),
    )


def _check_basis(fields: Fields, criterion: Criterion, protocol: Protocol) -> None:
    """Refuse to compare groups where none are, or within sites where that cannot be.

    Raises
    ------
    ProtocolError
        Says what the criterion cannot be judged on.
    """
    of_gap = criterion.source is Source.FAIRNESS
    if criterion.basis is not None and not (of_gap or criterion.over.startswith("difference by ")):
        raise fields.wrong(
            "basis",
            "this says how groups are compared, and the criterion compares none.",
            "Leave it out, or write source = “fairness” with an attribute.",
        )
    if criterion.basis != STANDARDISED:
        return
    if not of_gap and criterion.metric not in GAP_OF:
        raise fields.wrong(
            "basis",
            f"“{criterion.metric}” is not compared within sites.",
            f"Leave it out, or choose among {listed(GAP_OF)}.",
        )
    if protocol.columns.site is None:
        raise fields.wrong("basis", "this needs sites.", "Declare site in [columns].")
    if criterion.over == "every site" or criterion.at:
        raise fields.wrong(
            "basis",
            "within one site there are no others to standardise over.",
            "Judge it overall, or leave the basis out.",
        )
