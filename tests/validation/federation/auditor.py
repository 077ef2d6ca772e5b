"""An auditor of tallies that left a site: it knows every row, and nothing of how cells are made.

Every published count is written down as the set of rows that it counts. A tally passes if no
set, and no set without another that lies within it, holds 1 to 9 rows of one class. Written
apart from the product, from the rows alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations
from typing import Any

import numpy as np

from validation.tallies import Tally

Rows = Sequence[Mapping[str, Any]]


def published(tally: Tally, rows: Rows) -> list[tuple[str, frozenset[int]]]:
    """Return what a tally publishes, as the rows that each count counts, by class.

    Raises
    ------
    AssertionError
        When a count is not that of any rows.
    """
    found = []
    for view in tally.views:
        cells = view.cells
        for site in np.unique(cells.codes["site"]):
            name = tally.levels["site"][site]
            here = cells.codes["site"] == site
            edges = sorted({float(s) for s in cells.score[here] if not np.isnan(s)})
            for group in sorted(
                {tuple(int(cells.codes[a][i]) for a in view.attributes)
                 for i in np.flatnonzero(here)}
            ):  # fmt: skip
                at = here.copy()
                for attribute, code in zip(view.attributes, group, strict=True):
                    at &= cells.codes[attribute] == code
                wanted = [
                    _levels(tally, attribute, tally.levels[attribute][code], int(site))
                    for attribute, code in zip(view.attributes, group, strict=True)
                ]
                for i in np.flatnonzero(at):
                    label = int(cells.label[i])
                    members = frozenset(
                        n for n, row in enumerate(rows)
                        if str(row.get("site") or "") == name
                        and _label(row) == label
                        and (label < 0 or _falls(row["score"], float(cells.score[i]), edges))
                        and all(
                            _is(row.get(a), levels)
                            for a, levels in zip(view.attributes, wanted, strict=True)
                        )
                    )  # fmt: skip
                    assert len(members) == int(cells.exams[i]), (view.attributes, group, label)
                    found.append((f"{name}/{label}", members))
    return found


def _levels(tally: Tally, attribute: str, level: str, site: int) -> tuple[bool, frozenset[str]]:
    """Return a level as those it is, or "other" as those that it is not at a site."""
    if level != "other":
        return True, frozenset({level})
    cells = next(view.cells for view in tally.views if view.attributes == (attribute,))
    codes = cells.codes[attribute][cells.codes["site"] == site]
    return False, frozenset(tally.levels[attribute][code] for code in codes) - {"other"}


def _is(value: object, wanted: tuple[bool, frozenset[str]]) -> bool:
    plain = "not recorded" if value in {None, ""} else str(value)
    return (plain in wanted[1]) == wanted[0]


def _label(row: Mapping[str, Any]) -> int:
    return -1 if row["label"] is None else int(row["label"])


def _falls(score: float | None, lower: float, edges: list[float]) -> bool:
    if score is None or np.isnan(lower):
        return score is None and bool(np.isnan(lower))
    above = [edge for edge in edges if edge > lower]
    return (lower <= score or lower == edges[0]) and (not above or score < above[0])


def too_near(sets: Iterable[tuple[str, frozenset[int]]], *, minimum: int) -> list[tuple[str, int]]:
    """Return every count, and every difference of two, that is 1 to minimum - 1."""
    by_class: dict[str, set[frozenset[int]]] = {}
    for name, members in sets:
        by_class.setdefault(name, set()).add(members)
    found = []
    for name, known in by_class.items():
        for one in known:
            if 0 < len(one) < minimum:
                found.append((name, len(one)))
            found += [
                (name, len(one - other)) for other in known
                if other < one and len(one - other) < minimum
            ]  # fmt: skip
    return found


def unions(tally: Tally, rows: Rows) -> list[tuple[str, frozenset[int]]]:
    """Return every union of the levels of one attribute, over all scores, by class."""
    found = []
    for view in tally.views:
        cells = view.cells
        scored = ~np.isnan(cells.score) & (cells.label >= 0)
        for attribute in view.attributes if len(view.attributes) == 1 else ():
            for site, label in sorted(
                set(zip(cells.codes["site"][scored].tolist(), cells.label[scored].tolist(),
                        strict=True))
            ):  # fmt: skip
                at = cells.codes["site"] == site
                levels = sorted({tally.levels[attribute][c] for c in cells.codes[attribute][at]})
                name = tally.levels["site"][site]
                for chosen in chain.from_iterable(
                    combinations(levels, k) for k in range(1, len(levels) + 1)
                ):
                    wanted = [_levels(tally, attribute, level, site) for level in chosen]
                    members = frozenset(
                        n for n, row in enumerate(rows)
                        if str(row.get("site") or "") == name and _label(row) == label
                        and row["score"] is not None
                        and any(_is(row.get(attribute), one) for one in wanted)
                    )  # fmt: skip
                    found.append((f"{name}/{label}", members))
    return found
