"""Reading: what is needed beside what is there."""

from typing import Any

import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.assessment import assess, document, from_document
from validation.planning.reading import SampleSize, sample_sizes
from validation.protocols.shape import Minimum, OperatingPoint, Protocol, ScoreKind
from validation.strata import Strata

# Calibrated scores of 0.2 and 0.8, so many of each that nothing is missing.
CALIBRATED = [(0.2, 0, 800), (0.2, 1, 200), (0.8, 0, 200), (0.8, 1, 800)]


def sizes_of(
    rows: list[tuple[float, int, int]], protocol: Protocol, *, times: int = 1
) -> dict[tuple[str, str], SampleSize]:
    """Return the entries by criterion and source; rows are score, label, exams."""
    exams: list[dict[str, Any]] = [
        {"score": score, "label": label, "n": n * times} for score, label, n in rows
    ]
    found = Strata(make_tally(exams, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    entries = sample_sizes(found, protocol)
    return {(entry.criterion, entry.source.split()[0]): entry for entry in entries}


class TestSampleSizes:
    """All criteria of one stratum."""

    def test_by_hand(self) -> None:
        """Half positive and log-odds of ±1.386: O:E needs 385, the slope 1,250, by hand.

        The slope's information per exam is 0.16 · 1.386² = 0.3075, and 1 / 0.3075 / 0.05102² is
        1,250; an interval of O:E on the log scale needs 1.96² / asinh(0.1)² = 385.4.
        """
        entries = sizes_of(CALIBRATED, make_protocol())
        ratio, slope = entries["observed_expected", "Riley"], entries["calibration_slope", "Riley"]
        assert (ratio.required_exams, ratio.required_events) == (386, 193)
        assert slope.required_exams == 1250
        assert (slope.exams, slope.events) == (2000, 1000)

    @pytest.mark.parametrize("times", [1, 3])
    def test_reached_as_planned(self, times: int) -> None:
        """With as many exams as are required, intervals are as wide as was planned."""
        protocol = make_protocol(operating_point=OperatingPoint(threshold=0.5))
        for key, entry in sizes_of(CALIBRATED, protocol, times=times).items():
            assert entry.required_exams is not None
            assert entry.reached_width is not None
            planned = entry.target_width * (entry.required_exams / entry.exams) ** 0.5
            assert entry.reached_width == pytest.approx(planned, rel=0.12), key

    def test_sufficient(self) -> None:
        """2,000 exams are enough; 200 are not."""
        assert all(one.sufficient for one in sizes_of(CALIBRATED, make_protocol()).values())
        few = [(score, label, n // 10) for score, label, n in CALIBRATED]
        assert not any(one.sufficient for one in sizes_of(few, make_protocol()).values())

    def test_width_of_the_protocol(self) -> None:
        """What a protocol asks for comes first."""
        protocol = make_protocol(minimum=Minimum(max_width={"auroc": 0.02}))
        entry = sizes_of(CALIBRATED, protocol)["auroc", "Pavlou"]
        assert (entry.target_width, entry.asked_by, entry.sufficient) == (0.02, "protocol", False)

    def test_ranks(self) -> None:
        """Ranks have an AUROC to plan for, and no calibration."""
        entries = sizes_of(CALIBRATED, make_protocol(score_kind=ScoreKind.RANK))
        assert entries["auroc", "Riley"].required_exams is not None
        slope = entries["calibration_slope", "Riley"]
        assert (slope.required_exams, slope.sufficient) == (None, False)
        assert "ranks" in str(slope.undefined)

    def test_perfect(self) -> None:
        """An AUROC of 1 gives no size; the reason is told."""
        entries = sizes_of([(0.2, 0, 50), (0.8, 1, 50)], make_protocol())
        assert "nothing varies" in str(entries["auroc", "Riley"].undefined)

    def test_nobody_scored(self) -> None:
        """Decisions as deployed are measured, and no size can be asked for without a score."""
        exams: list[dict[str, Any]] = [{"score": None, "label": label, "n": 10} for label in (0, 1)]
        found = Strata(make_tally(exams, make_protocol()), make_protocol())
        stratum = found.find(make_protocol().findings[0], None, {})
        assert stratum is not None
        told = {one.criterion: one for one in sample_sizes(stratum, make_protocol())}
        assert all(one.required_exams is None and one.undefined for one in told.values())
        assert told["standardized_net_benefit"].undefined == "no exam with a score"

    def test_in_the_assessment(self) -> None:
        """Six criteria overall and six of the site, and the document gives them back."""
        protocol = make_protocol()
        rows = [{"score": s, "label": y, "n": n, "site": "A"} for s, y, n in CALIBRATED]
        found = assess(make_tally(rows, protocol), protocol)
        assert len(found.sample_size) == 12
        assert len(from_document(document(found)).sample_size) == 12
