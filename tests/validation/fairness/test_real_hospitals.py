"""Real hospitals: 174 of them, with groups that are too small to judge."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.assessment import assess
from validation.assessment_documents import Assessment
from validation.protocols.shape import OperatingPoint

APACHE = Path(__file__).resolve().parents[4] / "shared/data/demo/apache-mortality_IVa.csv"


def assessed() -> tuple[Assessment, Counter[str]]:
    """Return the assessment of deaths by race, and the deaths of each."""
    if not APACHE.exists():
        pytest.skip(f"{APACHE} is not there")
    with APACHE.open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    rows = [
        {
            "site": row["site"],
            "race": row["race"],
            "label": int(row["label"]) if row["label"] else None,
            "score": float(row["score"]) if row["score"] else None,
        }
        for row in table
    ]
    protocol = make_protocol(
        subgroups=subgroups("race"), operating_point=OperatingPoint(threshold=0.2)
    )
    protocol = replace(protocol, intervals=replace(protocol.intervals, replicates=200))
    deaths = Counter(row["race"] for row in table if row["label"] == "1")
    deaths.update(dict.fromkeys({row["race"] for row in table}, 0))
    return assess(make_tally(rows, protocol), protocol), deaths


class TestApache:
    """Mortality after admission to intensive care."""

    def test_small_groups_are_named_and_never_zero(self) -> None:
        """Fewer than ten deaths: left out with the count; no death: left out by that word."""
        found, deaths = assessed()
        gap = next(g for g in found.fairness if g.metric == "equal_opportunity_difference")
        small = {name or "(missing)": n for name, n in deaths.items() if n < 10}
        assert set(gap.left_out) == set(small)
        assert 0 in small.values()
        for name, n in small.items():
            assert gap.left_out[name] == (
                f"below the minimum: {n} positives of 10 required" if n else "no positives"
            )
        assert {gap.worst, gap.best}.isdisjoint(small)

    def test_gaps_within_sites_say_which_sites(self) -> None:
        """Most hospitals do not hold deaths of every group; they are named."""
        found, _ = assessed()
        gap = next(
            g
            for g in found.fairness
            if g.metric == "equal_opportunity_difference" and g.basis == "site-standardised"
        )
        assert len(gap.sites_left_out) > 100
        assert gap.value is not None or gap.undefined is not None
