"""Site-standardised gaps: levels compared within the same sites."""

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from tests.validation.fairness.test_comparing import group
from validation.fairness import Gap, find_gaps, find_standardised_gaps
from validation.protocols.shape import Columns, Minimum, OperatingPoint, Protocol
from validation.strata import Strata

Rows = list[dict[str, object]]
PROTOCOL = make_protocol(subgroups=subgroups("race"))


def at(site: str, *groups: Rows) -> Rows:
    """Return exams of a site."""
    return [{**row, "site": site} for rows in groups for row in rows]


def gaps(rows: Rows, protocol: Protocol = PROTOCOL) -> dict[str, Gap]:
    """Return the standardised gaps by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    found = find_standardised_gaps(strata, protocol, protocol.findings[0], "race")
    return {gap.metric: gap for gap in found}


def crude(rows: Rows, protocol: Protocol = PROTOCOL) -> dict[str, Gap]:
    """Return the crude gaps by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    found = find_gaps(strata, protocol, protocol.findings[0], "race", by={})
    return {gap.metric: gap for gap in found}


# Bern is better for everybody and has most of A: a gap between hospitals, none within them.
SIMPSON = [
    *at("Bern", group("A", tp=90, fn=10, fp=9, tn=81), group("B", tp=18, fn=2, fp=2, tn=18)),
    *at("Rome", group("A", tp=10, fn=10, fp=8, tn=12), group("B", tp=50, fn=50, fp=36, tn=54)),
]


class TestStandardisedGaps:
    """Two hospitals, two groups."""

    found = gaps(SIMPSON)

    def test_a_gap_between_hospitals_goes(self) -> None:
        """Crude 100/120 - 68/120; within each hospital none."""
        gap = self.found["equal_opportunity_difference"]
        assert crude(SIMPSON)[gap.metric].value == pytest.approx(32 / 120)
        assert gap.value == pytest.approx(0)
        assert gap.low == 0
        assert gap.basis == "site-standardised"

    def test_hand_worked_weights(self) -> None:
        """Weights 1/(1/30 + 1/15) = 10 and 1/(1/20 + 1/20) = 10: half each."""
        rows = [
            *at("X", group("A", tp=24, fn=6), group("B", tp=9, fn=6)),
            *at("Y", group("A", tp=14, fn=6), group("B", tp=10, fn=10)),
        ]
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.value == pytest.approx((0.8 + 0.7) / 2 - (0.6 + 0.5) / 2)
        assert (gap.worst, gap.best) == ("B", "A")

    def test_two_levels_are_mantel_haenszel(self) -> None:
        """The difference is the Mantel-Haenszel risk difference, weights a·b/(a + b)."""
        rows = [
            *at("X", group("A", tp=24, fn=6), group("B", tp=4, fn=6)),
            *at("Y", group("A", tp=14, fn=26), group("B", tp=10, fn=25)),
        ]
        sizes = np.array([[30, 10], [40, 35]], dtype=float)
        weights = sizes.prod(axis=1) / sizes.sum(axis=1)
        apart = np.array([24 / 30 - 4 / 10, 14 / 40 - 10 / 35])
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.value == pytest.approx(weights @ apart / weights.sum())

    def test_one_site_is_crude(self) -> None:
        """Within one hospital the values are those of the crude gaps."""
        rows = at("X", group("A", tp=40, fn=10, fp=5, tn=45), group("B", tp=25, fn=15, fp=9, tn=31))
        plain = crude(rows)
        for metric, gap in gaps(rows).items():
            assert gap.value == pytest.approx(plain[metric].value)
            assert gap.high == pytest.approx(plain[metric].high, abs=0.03)
            assert gap.expected_by_chance == pytest.approx(
                plain[metric].expected_by_chance, abs=0.02
            )

    def test_the_interval_holds_the_value(self) -> None:
        """In every metric."""
        for gap in self.found.values():
            assert gap.low is not None
            assert gap.value is not None
            assert gap.high is not None
            assert gap.low <= gap.value <= gap.high

    def test_names_of_groups_do_not_matter(self) -> None:
        """Exchanged groups have the same gaps."""
        other = {"A": "B", "B": "A"}
        swapped = gaps([{**row, "race": other[str(row["race"])]} for row in SIMPSON])
        for metric, gap in self.found.items():
            assert swapped[metric].value == pytest.approx(gap.value)

    def test_sites_that_lack_a_group_are_named(self) -> None:
        """Or the class of a group; what is compared is compared elsewhere."""
        rows = [
            *SIMPSON,
            *at("Lund", group("A", tp=9, fn=1, fp=1, tn=9)),
            *at("Zug", group("A", tp=9, fn=1, fp=1, tn=9), group("B", fp=1, tn=9)),
        ]
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.sites_left_out == {"Lund": "no exam of B", "Zug": "no positives of B"}
        assert gap.value == pytest.approx(0)

    def test_no_site_has_all(self) -> None:
        """Groups that never meet cannot be compared within sites."""
        rows = [
            *at("X", group("A", tp=20, fn=5, fp=5, tn=20)),
            *at("Y", group("B", tp=20, fn=5, fp=5, tn=20)),
        ]
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.value is None
        assert gap.undefined == "no site holds every level that is compared"
        assert set(gap.sites_left_out) == {"X", "Y"}

    def test_small_groups_are_named(self) -> None:
        """A group below the minimum is left out, and does not keep sites out."""
        gap = gaps([*SIMPSON, *at("Bern", group("C", tp=3))])["equal_opportunity_difference"]
        assert gap.left_out == {"C": "below the minimum: 3 positives of 10 required"}
        assert gap.sites_left_out == {}

    def test_one_group(self) -> None:
        """One group alone has no gap."""
        rows = at("X", group("A", tp=20, fn=5, fp=5, tn=20))
        assert gaps(rows)["equal_opportunity_ratio"].undefined == (
            "fewer than two levels can be compared"
        )

    def test_many_tiny_sites_do_not_pull_to_one_half(self) -> None:
        """Two hundred sites with two positives of each group: the interval lies around 0.9."""
        rows = [
            row
            for i in range(100)
            for row in at(
                f"S{i:03}", group("A", tp=2, tn=1), group("B", tp=2 - i % 2, fn=i % 2, tn=1)
            )
        ]
        protocol = make_protocol(
            subgroups=subgroups("race"), minimum=Minimum(positives=1, negatives=1)
        )
        gap = gaps(rows, protocol)["equal_opportunity_difference"]
        assert gap.value == pytest.approx(0.25)
        assert gap.low is not None
        assert gap.high is not None
        assert 0.12 < gap.low < 0.25 < gap.high < 0.38

    def test_without_an_operating_point(self) -> None:
        """No decision, no gap."""
        protocol = make_protocol(subgroups=subgroups("race"), operating_point=OperatingPoint())
        assert gaps(SIMPSON, protocol)["equal_opportunity_ratio"].undefined == (
            "the protocol declares no operating point"
        )

    def test_without_sites(self) -> None:
        """Where no site is declared there is nothing to compare within."""
        protocol = make_protocol(subgroups=subgroups("race"), columns=Columns())
        assert gaps(SIMPSON, protocol) == {}
