"""Flow: which exams are in no figure and why, and when the others were made."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from registry.faces.cli.grids import Grid

MOST = 20  # rows, as many as a person looks through


def flow(assessment: Mapping[str, Any]) -> Iterable[Grid]:
    """Yield the exams that were left out, and the periods; none where nothing is known of them."""
    yield from _left_out(assessment["left_out"])
    yield from _periods(assessment["periods"])


def _left_out(entries: Iterable[Mapping[str, Any]]) -> Iterable[Grid]:
    """Yield how many exams were left out for which reason, those of all sites together."""
    total: Counter[tuple[str, str]] = Counter()
    sites: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        words = (entry["finding"], entry["partition"])
        place = (str(entry["because"]), " · ".join(word for word in words if word))
        total[place] += int(entry["exams"])
        sites.setdefault(place, set()).update({entry["site"]} - {""})
    if not total:
        return
    ranked = sorted(total, key=lambda place: (-total[place], place))
    more = sum(total[place] for place in ranked[MOST:])
    yield Grid(
        title="Left out of every figure",
        columns=("Because", "Of", "Exams", "Sites"),
        rows=tuple(
            (place[0], place[1] or "all rows", f"{total[place]:,}", f"{len(sites[place]) or 1:,}")
            for place in ranked[:MOST]
        ),
        right=2,
        notes=(f"{more:,} more for other reasons: --out FILE.",) if more else (),
    )


def _periods(entries: Iterable[Mapping[str, Any]]) -> Iterable[Grid]:
    """Yield from when to when exams were made, per partition, and per site where sites are few."""
    by_partition: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        by_partition.setdefault(entry["partition"], []).append(entry)
    rows: list[tuple[str, ...]] = []
    for partition, found in by_partition.items():
        if len(found) > 1:
            first = min(str(entry["first"]) for entry in found)
            last = max(str(entry["last"]) for entry in found)
            rows.append((partition or "all rows", "all sites", first, last))
        for entry in found if len(found) <= MOST else ():
            site = entry["site"] or "all sites"
            rows.append((partition or "all rows", site, str(entry["first"]), str(entry["last"])))
    if rows:
        yield Grid(
            title="When the exams were made",
            columns=("Partition", "Site", "First", "Last"),
            rows=tuple(rows),
            right=2,
        )
