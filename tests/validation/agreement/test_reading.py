"""Reading: agreement between readers."""

from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss

from tests.factories.tallies import make_protocol, make_tally
from validation.agreement.reading import Agreement, agreement
from validation.assessment import assess
from validation.estimates import Estimate
from validation.protocols.shape import Protocol, Reader
from validation.strata import Strata

ECG = Path(__file__).parents[4] / "shared" / "data" / "ecg_code_test" / "readers"


def protocol_of(count: int) -> Protocol:
    """Return a protocol with so many readers, r0 and on."""
    names = [f"r{i}" for i in range(count)]
    return make_protocol(readers=tuple(Reader(name=name, column=name) for name in names))


def agreed(calls: list[list[int | None]]) -> Agreement:
    """Return the agreement on exams of which each row holds the calls."""
    protocol = protocol_of(len(calls[0]))
    rows: list[dict[str, object]] = [
        {"label": 1, "score": 0.5, **{f"r{i}": call for i, call in enumerate(row)}} for row in calls
    ]
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return agreement(found, protocol)


def estimate(found: Agreement, measure: str) -> Estimate:
    """Return the first estimate of a measure."""
    return next(one.estimate for one in found.measures if one.measure == measure)


class TestAgreement:
    """All measures of one stratum."""

    def test_electrocardiograms(self) -> None:
        """Five readers of 827 exams: statsmodels and krippendorff find the same."""
        if not ECG.exists():
            pytest.skip("the electrocardiograms are not there: ecg_code_test")
        calls = np.stack(
            [pd.read_csv(path)["call_rbbb"].to_numpy() for path in sorted(ECG.glob("*.csv"))],
            axis=1,
        )
        found = agreed(calls.tolist())
        assert (found.called, found.undecided) == (827, 0)
        assert len(found.measures) == 3 + 10
        assert estimate(found, "fleiss_kappa").value == pytest.approx(
            fleiss(aggregate_raters(calls)[0])
        )
        alpha = krippendorff.alpha(calls.T, level_of_measurement="nominal")
        assert estimate(found, "krippendorff_alpha").value == pytest.approx(alpha)
        theirs = cohens_kappa(pd.crosstab(calls[:, 0], calls[:, 1]).to_numpy())
        ours = estimate(found, "cohen_kappa")
        assert ours.value == pytest.approx(theirs.kappa)
        assert ours.low == pytest.approx(theirs.kappa_low, abs=0.005)

    def test_missing_calls(self) -> None:
        """Alpha takes the exams that two of three called."""
        calls: list[list[int | None]] = [
            [1, 1, None],
            [0, 0, 0],
            [1, 0, 1],
            [0, None, 0],
            [None, None, 1],
            [1, 1, 1],
        ]
        data = [[np.nan if call is None else call for call in row] for row in calls]
        expected = krippendorff.alpha(np.array(data).T, level_of_measurement="nominal")
        found = agreed(calls)
        assert estimate(found, "krippendorff_alpha").value == pytest.approx(expected)
        assert found.called == 6

    def test_ties(self) -> None:
        """One yes and one no decide nothing; of two exams, half agree."""
        found = agreed([[1, 0], [1, 1]])
        assert found.undecided == 1
        assert estimate(found, "percent_agreement").value == 0.5

    def test_all_alike(self) -> None:
        """Where all say no, chance explains everything."""
        found = agreed([[0, 0], [0, 0]])
        for measure in ("fleiss_kappa", "krippendorff_alpha", "cohen_kappa"):
            assert "chance is certain" in str(estimate(found, measure).undefined)

    def test_no_two_calls(self) -> None:
        """One call agrees with nothing."""
        found = agreed([[0, None], [None, 1]])
        for measure in ("percent_agreement", "fleiss_kappa", "krippendorff_alpha"):
            assert "two readers" in str(estimate(found, measure).undefined)

    def test_no_interval(self) -> None:
        """A measure that hangs on one exam has a value and no interval."""
        one = estimate(agreed([[0, 0], [0, 0], [1, 1]]), "fleiss_kappa")
        assert (one.value, one.low) == (1, None)
        assert "without one exam" in str(one.note)

    def test_in_the_assessment(self) -> None:
        """There with two readers, not with one."""
        rows = [{"label": 1, "score": 0.5, "r0": 1, "r1": 0}]
        several, single = protocol_of(2), protocol_of(1)
        assert len(assess(make_tally(rows, several), several).agreement) == 2
        assert assess(make_tally(rows, single), single).agreement == ()
