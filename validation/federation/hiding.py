"""Hiding: the tally that may leave a site, in which no count below a minimum can be read.

It consists of margins: overall, by each declared subgroup, by each declared intersection; never
of the full crossing, of comparators, of readers or of pairs. A count is told if it is 0 or at
least the minimum. What is too few is counted together with its neighbours, and what is too few
even so is not told at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from validation.errors import TallyError
from validation.federation.corners import Told, corners_of, tell
from validation.federation.joining import concatenated
from validation.federation.margins import lean, told_left_out, told_periods, told_persons
from validation.protocols.edges import edge, score_edges
from validation.protocols.shape import Protocol
from validation.tallies import Cells, Tally, View
from validation.tallies.cells import SEVERITY, gathered
from validation.tallies.content import Place

OVERALL: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What may be told, and how finely.

    Attributes
    ----------
    minimum : int
        The smallest count that is told, beside 0.
    hard : mapping of str to tuple of float
        Per finding, where decisions begin: crossed only where it cannot be helped.
    registered : mapping of str to tuple of float
        Per finding, all registered thresholds.
    views : tuple of tuple of str
        The attributes of each view, the most important first.
    """

    minimum: int
    hard: Mapping[str, tuple[float, ...]]
    registered: Mapping[str, tuple[float, ...]]
    views: tuple[tuple[str, ...], ...]


def plan_of(protocol: Protocol, *, minimum: int) -> Plan:
    """Return what a protocol asks to be told: overall, each subgroup, each intersection."""
    singles = [(subgroup.name,) for subgroup in protocol.subgroups]
    if protocol.columns.severity is not None:
        singles.append((SEVERITY,))
    crossed = [tuple(sorted(names)) for names in protocol.intersections]
    hard = {}
    for finding in protocol.findings:
        point = finding.operating_point
        found = () if point.threshold is None else (edge(point.threshold, point.positive_when),)
        hard[finding.name or ""] = found
    return Plan(
        minimum=minimum,
        hard=hard,
        registered={one.name or "": score_edges(protocol, one) for one in protocol.findings},
        views=tuple(dict.fromkeys([OVERALL, *singles, *crossed])),
    )


def hide(tally: Tally, plan: Plan, *, earlier: Sequence[Tally] = ()) -> Tally:
    """Return what may leave the site of a table's tally.

    Parameters
    ----------
    tally : Tally
        With every exam in its last view.
    plan : Plan
        A minimum of 1 keeps the tally as it is.
    earlier : sequence of Tally
        Tallies of the same site that were sent before; no count may differ from theirs by less
        than the minimum.

    Raises
    ------
    TallyError
        When a tally sent before was made under another measured plan, or a whole class differs
        from it by too few exams.
    """
    for one in earlier:
        if one.measure_digest != tally.measure_digest:
            raise TallyError(
                "a tally sent earlier was made under another measured plan: what could be read "
                "from both is not known. Give the tally that was sent under this protocol."
            )
    if plan.minimum <= 1:
        return replace(tally, thresholds=dict(plan.registered))
    leaned = lean(tally, plan.registered)
    told = [
        tell(corner, plan.views, minimum=plan.minimum)
        for corner in corners_of(leaned, plan.hard, plan.registered, earlier)
    ]
    hidden = {place: words for one in told for place, words in one.hidden.items()}
    hidden |= _together(told)
    views = _views(told, plan.views, leaned)
    levels, views = _named(views, leaned)
    left_out, complete = told_left_out(tally, minimum=plan.minimum)
    clear = complete and not hidden and not earlier
    return Tally(
        measure_digest=tally.measure_digest,
        table_digest=tally.table_digest,
        rows=tally.rows if clear else None,
        levels=levels,
        views=views,
        persons=told_persons(tally, hidden, minimum=plan.minimum) if not earlier else {},
        hidden=hidden,
        minimum_cell=plan.minimum,
        left_out=left_out,
        periods=told_periods(tally),
        producer=tally.producer,
        thresholds=dict(plan.registered),
        withheld=tuple(withheld for one in told for withheld in one.withheld),
    )


def _together(told: Sequence[Told]) -> dict[Place, tuple[str, ...]]:
    """Return what is hidden of all sites together: whatever is of any of them."""
    found: dict[Place, set[str]] = {}
    for one in told:
        for (finding, partition, by), words in one.hidden.items():
            rest = tuple((name, level) for name, level in by if name != "site")
            found.setdefault((finding, partition, rest), set()).update(words)
    return {place: tuple(sorted(words)) for place, words in found.items()}


def _views(
    told: Sequence[Told], wanted: Sequence[tuple[str, ...]], leaned: Tally
) -> tuple[View, ...]:
    """Return the views, each of the corners that tell something by its attributes."""
    views = []
    for attributes in wanted:
        parts = [one.cells[attributes] for one in told if attributes in one.cells]
        if parts or attributes == OVERALL:
            views.append(
                View(attributes=attributes, grid=leaned.base.grid, cells=_joined(parts, leaned))
            )
    return tuple(views)


def _joined(parts: Sequence[Cells], leaned: Tally) -> Cells:
    """Return the cells of several corners as one."""
    if not parts:
        empty = leaned.base.cells.where(np.zeros(0, dtype=np.intp))
        kept = ("finding", "partition", "site")
        return replace(empty, codes={name: empty.codes[name] for name in kept})
    return gathered(concatenated(parts))


def _named(
    views: Sequence[View], leaned: Tally
) -> tuple[dict[str, tuple[str, ...]], tuple[View, ...]]:
    """Return the levels that occur, and the views with their codes: others are not even named."""
    kept: dict[str, tuple[str, ...]] = {}
    place: dict[str, npt.NDArray[np.int32]] = {}
    names = dict.fromkeys(name for view in views for name in view.cells.codes)
    for name in names:
        known = np.zeros(len(leaned.levels[name]), dtype=np.bool_)
        for view in views:
            if name in view.cells.codes:
                known[view.cells.codes[name]] = True
        if name in {"finding", "partition", "site"}:
            known[:] = True  # a site all of whose exams are hidden has answered nevertheless
        kept[name] = tuple(np.array(leaned.levels[name], dtype=object)[known])
        place[name] = (np.cumsum(known) - 1).astype(np.int32)
    renamed = tuple(
        replace(
            view,
            cells=replace(
                view.cells,
                codes={name: place[name][codes] for name, codes in view.cells.codes.items()},
            ),
        )
        for view in views
    )
    return kept, renamed
