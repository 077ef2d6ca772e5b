"""Gaps: how far the groups of an attribute lie apart, as they are and within the same sites."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registry.faces.cli.grids import NONE, Grid, estimate, label, short

Entry = Mapping[str, Any]


def gaps(assessment: Mapping[str, Any]) -> Iterable[Grid]:
    """Yield a table per attribute and finding: each difference, beside what chance makes of it."""
    found: dict[tuple[str, str | None], dict[str, dict[str, Entry]]] = {}
    for entry in assessment["fairness"]:
        if entry["by"] or str(entry["metric"]).endswith("_ratio"):
            continue
        of_attribute = found.setdefault((entry["attribute"], entry["finding"]), {})
        basis = entry.get("basis", "crude")
        of_attribute.setdefault(entry["metric"], {})[basis] = entry
    for (attribute, finding), by_metric in found.items():
        standardised = any(len(bases) > 1 for bases in by_metric.values())
        columns = ("Gap in", "As they are", "By chance", "Within sites", "By chance there")
        kept = columns if standardised else columns[:3]
        yield Grid(
            title=" · ".join(["Between groups", *(word for word in (attribute, finding) if word)]),
            columns=(*kept, "Worst", "Best"),
            rows=tuple(_row(metric, bases, len(kept)) for metric, bases in by_metric.items()),
            right=1,
            notes=(
                *_left_out([one for bases in by_metric.values() for one in bases.values()]),
                *_sites_left_out(by_metric),
            ),
        )


def _row(metric: str, bases: Mapping[str, Entry], columns: int) -> tuple[str, ...]:
    """Return one gap, crude and within sites, and the groups that make the crude one."""
    figures = [_name(metric)]
    for basis in ("crude", "site-standardised"):
        entry = bases.get(basis, {})
        figures += [estimate(entry), short(entry.get("expected_by_chance"))]
    crude = bases.get("crude", {})
    return (*figures[:columns], crude.get("worst") or NONE, crude.get("best") or NONE)


def _name(metric: str) -> str:
    """Return what a gap is in."""
    return label(metric).removesuffix(" gap")


def _left_out(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return which groups are left out of which gaps, and which gaps there are none of, and why."""
    groups: dict[tuple[str, str], list[str]] = {}
    undefined: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        within = "" if entry.get("basis", "crude") == "crude" else " within sites"
        for name, reason in (entry.get("left_out") or {}).items():
            groups.setdefault((name, str(reason)), []).append(_name(entry["metric"]))
        if entry.get("undefined"):
            place = (within, str(entry["undefined"]))
            undefined.setdefault(place, []).append(_name(entry["metric"]))
    return (
        *(f"{name} is left out of {_listed(of)}: {why}." for (name, why), of in groups.items()),
        *(f"Undefined{within}, {_listed(of)}: {why}." for (within, why), of in undefined.items()),
    )


def _sites_left_out(by_metric: Mapping[str, Mapping[str, Entry]]) -> tuple[str, ...]:
    """Return how many sites lack a group, so that a gap within sites does not rest on them."""
    counted: dict[int, list[str]] = {}
    for metric, bases in by_metric.items():
        lacking = bases.get("site-standardised", {}).get("sites_left_out") or {}
        if lacking:
            counted.setdefault(len(lacking), []).append(_name(metric))
    return tuple(
        f"Within sites, {number:,} {'site lacks' if number == 1 else 'sites lack'} a group and "
        f"{'is' if number == 1 else 'are'} left out of {_listed(of)}."
        for number, of in counted.items()
    )


def _listed(names: Iterable[str]) -> str:
    """Return names once each."""
    return ", ".join(dict.fromkeys(names))
