"""Facts about missed findings, false alerts and cost per 1,000 exams."""

import math

import pytest

from registry.domain.judgements import exhibits
from registry.domain.judgements.workload import (
    at_named_site,
    cost_of,
    costs,
    per_thousand,
    prevalence_at,
)
from tests.factories.documents import COSTS, Json, Patient, assessment, make_dossier, make_evidence


def people(site: str, tp: int, fn: int, fp: int, tn: int) -> list[Patient]:
    """Return patients by what becomes of them at 0.5."""
    return [
        Patient(site=site, groups=(("sex", "F"),), label=label, score=score)
        for label, score, number in ((1, 0.9, tp), (1, 0.1, fn), (0, 0.8, fp), (0, 0.2, tn))
        for _ in range(number)
    ]


# Hungary: sensitivity 0.8, specificity 0.9, prevalence 0.2. Basel: 0.6, 0.9, 0.2.
TWO = [*people("Hungary", 16, 4, 8, 72), *people("Basel", 12, 8, 8, 72)]


def dossier(sites: list[str], **prevalence: float) -> Json:
    """Return a dossier over both sites with a scope."""
    whole = make_dossier(TWO, scope_sites=sites)
    whole["scope"]["site_prevalence"] = prevalence
    return whole


class TestAtNamedSite:
    """The workload of the site that the card names."""

    def test_hand_worked(self) -> None:
        """200 of 1,000 have it, a fifth is missed: 40; of 800 a tenth is flagged: 80."""
        load = at_named_site(dossier(["Hungary"]))
        assert load is not None
        assert load.missed.value == pytest.approx(40)
        assert load.false_alerts.value == pytest.approx(80)

    def test_stated_prevalence_is_used_and_said(self) -> None:
        """At 5 percent 10 are missed, if the rates carry over."""
        load = at_named_site(dossier(["Hungary"], Hungary=0.05))
        assert load is not None
        assert load.missed.value == pytest.approx(10)
        assert load.carried
        assert load.source == "as stated for the site"

    def test_of_several_sites_the_worst_is_shown(self) -> None:
        """A good site never speaks for the others."""
        load = at_named_site(dossier(["Hungary", "Basel"]))
        assert load is not None
        assert (load.site, load.others) == ("Basel", 1)

    def test_untested_sites_are_not_forgotten(self) -> None:
        """A site in scope without evidence is named beside the figures of another."""
        load = at_named_site(dossier(["Hungary", "Elsewhere"]))
        assert load is not None
        assert (load.site, load.untested) == ("Hungary", ("Elsewhere",))

    def test_no_evidence_in_scope(self) -> None:
        """Nothing is made up for a site that was not tested."""
        assert at_named_site(dossier(["Elsewhere"])) is None

    def test_interval_turns_round(self) -> None:
        """The highest sensitivity gives the fewest missed."""
        amount = per_thousand({"value": 0.8, "low": 0.6, "high": 0.9}, 0.2)
        assert amount.low == pytest.approx(20)
        assert amount.high == pytest.approx(80)

    def test_undefined_rate_stays_undefined(self) -> None:
        """No positives, no number, but a reason."""
        amount = per_thousand({"value": None, "undefined": "no positives"}, 0.2)
        assert (amount.value, amount.undefined) == (None, "no positives")

    def test_rate_without_interval(self) -> None:
        """A value alone is shown alone."""
        amount = per_thousand({"value": 0.8}, 0.2)
        assert amount.value == pytest.approx(40)
        assert amount.low is None


class TestPrevalence:
    """The share with the finding, and its source."""

    def test_observed(self) -> None:
        """20 of 100."""
        whole = dossier(["Hungary"])
        share, source, carried = prevalence_at(whole, "Hungary", exhibits.sites(whole)["Hungary"])
        assert share == pytest.approx(0.2)
        assert source == "as observed in the evidence"
        assert not carried

    def test_population_where_nothing_was_observed(self) -> None:
        """Without a labelled exam the protocol's population is what is left."""
        whole = make_dossier(evidence=[make_evidence(assessment(TWO))], criteria=[])
        empty = exhibits.Exhibit(
            evidence=whole["evidence"][0], stratum={"by": {}, "positives": 0, "negatives": 0}
        )
        assert prevalence_at(whole, "X", empty) == (0.36, "of the protocol's population", True)


class TestCosts:
    """What a version costs beside the other ways of working."""

    def test_hand_worked(self) -> None:
        """40 missed at 10 and 80 false alerts at 1: 480; all flagged 800, none 2,000."""
        whole = dossier(["Hungary"])
        load = at_named_site(whole)
        assert load is not None
        values = {way.label: way.amount.value for way in costs(whole, load).ways}
        assert values == {
            "This version": pytest.approx(480),
            "Reading everything": pytest.approx(800),
            "Flagging nothing": pytest.approx(2000),
        }

    def test_dearer_than_doing_without_is_said(self) -> None:
        """Nobody has to find out by comparing bars."""
        whole = dossier(["Hungary"], Hungary=0.95)
        load = at_named_site(whole)
        assert load is not None
        assert costs(whole, load).note.startswith("Reading everything would cost less.")

    def test_interval_joins_both_rates(self) -> None:
        """Half-widths of 10·40 and 1·40 join to the root of their squares."""
        estimates = {
            "sensitivity": {"value": 0.8, "low": 0.6, "high": 1.0},
            "specificity": {"value": 0.9, "low": 0.85, "high": 0.95},
        }
        exhibit = exhibits.Exhibit(evidence={}, stratum={"by": {}, "estimates": estimates})
        amount = cost_of(exhibit, 0.2, COSTS)
        half = math.hypot(1000 * 0.2 * 10 * 0.2, 1000 * 0.8 * 0.05)
        assert amount.value == pytest.approx(480)
        assert amount.low == pytest.approx(480 - half)
        assert amount.high == pytest.approx(480 + half)

    def test_without_intervals_the_value_stands_alone(self) -> None:
        """Two rates without intervals give a cost without one."""
        estimates = {"sensitivity": {"value": 0.8}, "specificity": {"value": 0.9}}
        exhibit = exhibits.Exhibit(evidence={}, stratum={"by": {}, "estimates": estimates})
        amount = cost_of(exhibit, 0.2, COSTS)
        assert amount.value == pytest.approx(480)
        assert (amount.low, amount.high) == (None, None)

    def test_undefined_rate_gives_no_cost(self) -> None:
        """Nobody without the finding: what false alarms cost is not known, and is said so."""
        estimates = {
            "sensitivity": {"value": 0.8},
            "specificity": {"value": None, "undefined": "no negatives"},
        }
        exhibit = exhibits.Exhibit(evidence={}, stratum={"by": {}, "estimates": estimates})
        amount = cost_of(exhibit, 0.2, COSTS)
        assert (amount.value, amount.undefined) == (None, "no negatives")

    def test_no_costs_no_panel(self) -> None:
        """A protocol without costs is said so."""
        whole = dossier(["Hungary"])
        del whole["protocols"][0]["document"]["costs"]
        load = at_named_site(whole)
        assert load is not None
        assert costs(whole, load).note == "The protocol sets no costs."

    def test_undefined_cost_is_said_and_compared_with_nothing(self) -> None:
        """A site with the finding only: no cost, and no other way is called cheaper."""
        whole = make_dossier(people("Hungary", 16, 4, 0, 0), scope_sites=["Hungary"])
        load = at_named_site(whole)
        assert load is not None
        assert costs(whole, load).note.startswith(
            "This version's cost is undefined: no negatives. A missed finding costs 10 units"
        )

    def test_cost_without_interval_is_printed_without_one(self) -> None:
        """No interval is made up in the sentence under the bars."""
        whole = dossier(["Hungary"])
        for stratum in whole["evidence"][0]["assessment"]["strata"]:
            for estimate in stratum["estimates"].values():
                estimate.pop("low", None)
        load = at_named_site(whole)
        assert load is not None
        assert costs(whole, load).note.startswith("A missed finding costs 10 units")

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({}, "a false alert 1 (Heart team, 20 Nov 2026). "),
            ({"set_on": None}, "a false alert 1 (Heart team). "),
            ({"set_by": None}, "a false alert 1. "),
        ],
    )
    def test_who_set_the_costs(self, said: Json, words: str) -> None:
        """Costs are shown with their author and day, as far as these are known."""
        whole = dossier(["Hungary"])
        whole["protocols"][0]["document"]["costs"] |= said
        load = at_named_site(whole)
        assert load is not None
        assert words in costs(whole, load).note

    def test_version_in_use_on_the_same_exams(self) -> None:
        """Its own evidence at that site gives it a row."""
        whole = dossier(["Hungary"])
        before = assessment(people("Hungary", 10, 10, 0, 80))
        whole["in_use"] = {"model": "heart-cad", "number": 1, "since": "2026-01-01T00:00:00Z"}
        whole["in_use"]["evidence"] = {"assessment": before}
        load = at_named_site(whole)
        assert load is not None
        way = costs(whole, load).ways[1]
        assert way.label == "heart-cad/1, in use"
        assert way.amount.value == pytest.approx(1000)

    @pytest.mark.parametrize(
        ("comparison", "words"),
        [
            (
                {"metric": "expected_cost", "difference": -0.1, "low": -0.2, "high": 0.05},
                "all tested sites together: −100 (−200 to +50).",
            ),
            (
                {"metric": "auroc", "difference": 0.001, "low": -0.01, "high": 0.012},
                "AUROC differs by +0.001 (−0.010 to +0.012).",
            ),
            (
                {"metric": "expected_cost", "difference": -0.1},
                "all tested sites together: −100, no interval.",
            ),
            ({"metric": "auroc", "difference": -0.02}, "AUROC differs by −0.020, no interval."),
            ({"metric": "brier", "difference": -0.02}, "it was not compared on these exams."),
            (None, "it was not compared on these exams."),
        ],
    )
    def test_version_in_use_by_comparison(self, comparison: Json | None, words: str) -> None:
        """Without evidence of its own, what the paired comparison says; else that there is none."""
        whole = dossier(["Hungary"])
        whole["in_use"] = {"model": "heart-cad", "number": 1, "since": "2026-01-01T00:00:00Z"}
        whole["evidence"][0]["assessment"]["comparisons"] = [comparison] if comparison else []
        load = at_named_site(whole)
        assert load is not None
        assert costs(whole, load).note.endswith(words)

    def test_version_in_use_measured_elsewhere(self) -> None:
        """Its evidence at other sites gives it no row at this one."""
        whole = dossier(["Hungary"])
        whole["in_use"] = {"model": "heart-cad", "number": 1, "since": "2026-01-01T00:00:00Z"}
        whole["in_use"]["evidence"] = {"assessment": assessment(people("Basel", 10, 10, 0, 80))}
        load = at_named_site(whole)
        assert load is not None
        panel = costs(whole, load)
        assert [way.label for way in panel.ways] == [
            "This version",
            "Reading everything",
            "Flagging nothing",
        ]
        assert panel.note.endswith("heart-cad/1 is in use; it was not compared on these exams.")
