"""Facts about monitoring: which windows can be, which give a verdict, and what they fire."""

from datetime import date
from typing import Any

import pytest

from registry.domain.deployments.plans import Action
from registry.domain.errors import BadInputError, ConflictError, RuleBrokenError
from registry.domain.monitoring import (
    Measured,
    Statement,
    check,
    due,
    fired,
    hardest,
    require_evidence,
    unfit_because,
    verdict,
)

RULE = {
    "completeness": 0.95,
    "blinded": True,
    "delay_days": 30,
    "positives": 10,
    "negatives": ["all", "random sample"],
}
COUNTS = {"exams": 100, "positives": 30, "negatives": 68, "unscored": 0}


def statement(**changes: Any) -> Statement:  # noqa: ANN401 -- any part of a statement
    """Return a statement that meets the label rule."""
    whole: dict[str, Any] = {
        "first": date(2026, 12, 1),
        "last": date(2026, 12, 28),
        "blinded": True,
        "completeness": 0.99,
        "labels": 0.97,
        "delay_days": 14,
        "negatives": "all",
    }
    return Statement(**whole | changes)


class TestCheck:
    """Windows that can be."""

    @pytest.mark.parametrize(
        ("changes", "error", "said"),
        [
            ({"last": date(2026, 11, 30)}, BadInputError, "ends before"),
            ({"last": date(2027, 1, 16)}, BadInputError, "not over"),
            ({"first": date(2026, 11, 22)}, BadInputError, "before 2026-11-23"),
            ({"first": date(2026, 11, 25)}, ConflictError, "Window 4"),
        ],
    )
    def test_refused(self, changes: dict[str, Any], error: type[Exception], said: str) -> None:
        """Days that have not come, were before the run, or were handed in already."""
        with pytest.raises(error, match=said):
            check(
                statement(**changes),
                began=date(2026, 11, 23),
                today=date(2027, 1, 15),
                others=[(4, date(2026, 11, 23), date(2026, 11, 30))],
            )

    def test_days(self) -> None:
        """Both ends count, and a window may begin on the day after another."""
        said = statement()
        assert said.days == 28
        check(
            said,
            began=date(2026, 11, 23),
            today=date(2026, 12, 28),
            others=[(4, date(2026, 11, 23), date(2026, 11, 30))],
        )

    @pytest.mark.parametrize(
        ("changes", "sites", "said"),
        [
            ({"version": "heart-cad/1"}, ["Hungary"], "about heart-cad/1"),
            ({"purpose": "external testing"}, ["Hungary"], "purpose is monitoring"),
            ({}, ["Cleveland", "Hungary"], "Cleveland, Hungary, not of Hungary"),
            ({}, [], "no site that is named"),
        ],
    )
    def test_evidence(self, changes: dict[str, str], sites: list[str], said: str) -> None:
        """Evidence of another version, purpose or site is no window."""
        item = {"number": 7, "version": "heart-cad/2", "purpose": "monitoring"}
        with pytest.raises(RuleBrokenError, match=said):
            require_evidence(item | changes, version="heart-cad/2", sites=sites, site="Hungary")

    def test_fitting_evidence(self) -> None:
        """Monitoring of this version at this site alone is one."""
        item = {"number": 7, "version": "heart-cad/2", "purpose": "monitoring"}
        require_evidence(item, version="heart-cad/2", sites=["Hungary"], site="Hungary")


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, date(2026, 12, 28)),
        (date(2026, 11, 20), date(2026, 12, 28)),
        (date(2026, 12, 10), date(2027, 1, 7)),
    ],
)
def test_due(last: date | None, expected: date) -> None:
    """The next window follows on the last one of this state, else on its beginning."""
    assert due(date(2026, 12, 1), last, every_days=28) == expected


class TestLabelRule:
    """When a window tells how well the version works."""

    def test_met(self) -> None:
        """Nothing stands against a verdict."""
        assert unfit_because(RULE, statement(), COUNTS, discounted=None) == []

    @pytest.mark.parametrize(
        ("changes", "counts", "discounted", "said"),
        [
            ({"blinded": False}, {}, None, "people who saw the output"),
            ({"completeness": 0.9}, {}, None, "90.0% of the exams are in the table"),
            ({"labels": 0.9}, {}, None, "90.0% of the labels that were due"),
            ({}, {"negatives": 60}, None, "90.0% of the exams have a label, as counted"),
            ({"delay_days": 31}, {}, None, "31 days late"),
            ({"negatives": "flagged only"}, {}, None, "asked is: all or random sample"),
            ({}, {"positives": 9, "negatives": 90}, None, "9 of 10 positives"),
            ({}, {}, "it is claimed", "does not count: it is claimed"),
        ],
    )
    def test_not_met(
        self, changes: dict[str, Any], counts: dict[str, int], discounted: str | None, said: str
    ) -> None:
        """Each reason, in words."""
        (why,) = unfit_because(RULE, statement(**changes), COUNTS | counts, discounted=discounted)
        assert said in why

    def test_sampled_negatives_are_few(self) -> None:
        """Where negatives were sampled, the registry cannot count who was to have a label."""
        sampled = statement(negatives="random sample")
        assert unfit_because(RULE, sampled, COUNTS | {"negatives": 20}, discounted=None) == []

    @pytest.mark.parametrize(
        ("verdicts", "expected"),
        [
            ([], None),
            (["met"], "met"),
            (["met", "insufficient evidence"], "insufficient evidence"),
            (["met", "not assessed"], "insufficient evidence"),
            (["insufficient evidence", "not met"], "not met"),
        ],
    )
    def test_verdict(self, verdicts: list[str], expected: str | None) -> None:
        """The hardest of those in scope; others do not count, and an unfit window has none."""
        criteria: list[dict[str, Any]] = [{"verdict": one, "in_scope": True} for one in verdicts]
        criteria.append({"verdict": "not met", "in_scope": False})
        assert verdict(criteria, []) == expected
        assert verdict(criteria, ["Not blinded."]) is None


def rule(signal: str, action: str = "alert", **bounds: float) -> dict[str, Any]:
    """Return a stop rule named after its signal."""
    whole = {"id": signal, "signal": signal, "above": None, "below": None, "action": action}
    return whole | bounds


SIGNALS: list[dict[str, float | None]] = [
    {"volume": 5.0, "flag_rate": 0.3, "unscored": 0.02, "psi": 0.3, "ks": None},
    {"volume": 7.0, "flag_rate": 0.6, "unscored": 0.00, "psi": 0.1, "ks": None},
]


class TestStopRules:
    """What a window fires."""

    @pytest.mark.parametrize(
        ("one", "why"),
        [
            (rule("volume", below=6), "volume is 5; the bound is 6."),
            (rule("volume", below=5), None),
            (rule("flag_rate", above=0.5), "flag_rate is 0.6; the bound is 0.5."),
            (rule("unscored", above=0.02), None),
            (rule("psi", above=0.25), "psi is 0.3; the bound is 0.25."),
            (rule("ks", above=0.0), None),
            (rule("verdict"), "The bounds of the protocol are not met."),
            (rule("cusum"), "Observed and expected events differ: 4.60 of 4.5 on the chart."),
        ],
    )
    def test_fired(self, one: dict[str, Any], why: str | None) -> None:
        """The worst finding fires; a bound itself does not, nor what does not exist."""
        found = Measured(signals=SIGNALS, verdict="not met", chart=4.6)
        told = fired([one], found, limit=4.5)
        assert [entry["because"] for entry in told] == ([] if why is None else [why])

    @pytest.mark.parametrize("said", [None, "met", "insufficient evidence"])
    def test_without_labels(self, said: str | None) -> None:
        """Neither verdict nor chart fires where there is none, or it is none that is bad."""
        found = Measured(signals=SIGNALS, verdict=said, chart=None)
        assert fired([rule("verdict", "suspend"), rule("cusum", "suspend")], found, limit=4.5) == []

    def test_hardest(self) -> None:
        """A suspension is harder than a hold, and a hold than an alert."""
        rules = [rule("psi", "alert", above=0.2), rule("volume", "hold", below=6)]
        found = Measured(signals=SIGNALS, verdict="not met", chart=None)
        assert hardest(fired(rules, found, limit=None)) is Action.HOLD
        rules.append(rule("verdict", "suspend"))
        assert hardest(fired(rules, found, limit=None)) is Action.SUSPEND
        assert hardest([]) is None
