"""Scopes: criteria judged over the sites asked for, on documents worked by hand."""

from typing import Any

from registry.domain.policies import Rung
from registry.domain.scopes import Scope, judge, sites_in, unmet

Json = dict[str, Any]


def scope(*sites: str, **changes: Any) -> Scope:  # noqa: ANN401 -- any part of a scope
    """Return a pilot's scope at sites."""
    whole: Json = {"population": "adults", "use": "triage", "rung": Rung.PILOT}
    return Scope(sites=sites, **whole | changes)


def stratum(site: str | None, verdict: str = "met", **changes: Any) -> Json:  # noqa: ANN401
    """Return one judged stratum."""
    by = {} if site is None else {"site": site}
    return {"by": by, "verdict": verdict, "measured": 0.9, "low": 0.8, "high": 0.95} | changes


def item(*strata: Json, **changes: Any) -> Json:  # noqa: ANN401 -- any part of the evidence
    """Return evidence whose one criterion was judged on strata."""
    found = {"id": "sens", "verdict": "met", "by": {}, "strata": list(strata)}
    whole = {
        "id": "e1",
        "protocol": "p",
        "purpose": "external testing",
        "counts": True,
        "assessment": {"criteria": [found], "strata": []},
    }
    return whole | changes


def plan(**changes: Any) -> list[Json]:  # noqa: ANN401 -- any part of the criterion
    """Return a protocol of one criterion."""
    one = {"id": "sens", "metric": "sensitivity", "over": "every site", "at_least": 0.8}
    return [{"digest": "p", "document": {"criteria": [one | changes]}}]


class TestJudge:
    """One entry for each stratum; only the scope blocks."""

    def test_other_sites_are_shown_without_blocking(self) -> None:
        """A hospital outside the scope keeps its verdict and is marked."""
        evidence = [item(stratum("Hungary"), stratum("Switzerland", "not met"))]
        entries = judge(evidence, plan(), scope("Hungary"))
        assert [(e["by"]["site"], e["in_scope"]) for e in entries] == [
            ("Hungary", True),
            ("Switzerland", False),
        ]
        assert unmet(entries) == []

    def test_site_without_a_stratum_is_not_assessed(self) -> None:
        """A hospital that nobody measured is entered as such, and blocks."""
        entries = judge([item(stratum("Hungary"))], plan(), scope("Hungary", "Long Beach"))
        assert entries[-1]["by"] == {"site": "Long Beach"}
        assert entries[-1]["verdict"] == "not assessed"
        assert unmet(entries) == [entries[-1]]

    def test_two_tables_cover_two_sites(self) -> None:
        """What one table lacks another of the same protocol may hold."""
        evidence = [
            item(stratum("Hungary"), id="e1"),
            item(stratum("Long Beach"), id="e2"),
        ]
        entries = judge(evidence, plan(), scope("Hungary", "Long Beach"))
        assert [e["verdict"] for e in entries] == ["met", "met"]

    def test_what_does_not_count_does_not_block(self) -> None:
        """Refits and exploratory evidence are shown, and satisfy or block nothing."""
        entries = judge(
            [item(stratum("Hungary", "not met"), counts=False)], plan(), scope("Hungary")
        )
        assert [e["in_scope"] for e in entries] == [False]

    def test_exploratory_criterion_does_not_block(self) -> None:
        """A criterion that was not pre-specified is shown without binding."""
        entries = judge(
            [item(stratum("Hungary", "not met"))], plan(exploratory=True), scope("Hungary")
        )
        assert [e["in_scope"] for e in entries] == [False]

    def test_stratum_without_a_site_binds(self) -> None:
        """Overall and subgroup criteria are judged wherever the model would work."""
        entries = judge([item(stratum(None, "not met"))], plan(over="overall"), scope("Hungary"))
        assert unmet(entries) == entries

    def test_subgroup_of_a_table_from_elsewhere(self) -> None:
        """The women of a table that holds no exam from the scope do not block there."""
        evidence = item(stratum(None, "not met"))
        held = {"by": {"site": "Switzerland"}, "positives": 9, "negatives": 9}
        evidence["assessment"]["strata"] = [held]
        (entry, *_) = judge([evidence], plan(over="every sex"), scope("Hungary"))
        (there, *_) = judge([evidence], plan(over="every sex"), scope("Hungary", "Switzerland"))
        assert (entry["in_scope"], there["in_scope"]) == (False, True)

    def test_other_findings_do_not_bind(self) -> None:
        """A scope of one finding is not blocked by another."""
        evidence = [
            item(
                stratum("Hungary", finding="effusion"),
                stratum("Hungary", "not met", finding="mass"),
            )
        ]
        entries = judge(evidence, plan(), scope("Hungary", findings=("effusion",)))
        assert [(e["finding"], e["in_scope"]) for e in entries] == [
            ("effusion", True),
            ("mass", False),
        ]

    def test_a_site_that_sent_nothing(self) -> None:
        """A tally that awaits a hospital says so; another tally may have it, and then it counts."""
        silent = stratum("Long Beach", "not assessed", because="expected, and not there")
        alone = judge([item(stratum("Hungary"), silent)], plan(), scope("Hungary", "Long Beach"))
        assert [(e["by"]["site"], e["verdict"]) for e in alone] == [
            ("Hungary", "met"),
            ("Long Beach", "not assessed"),
        ]
        assert unmet(alone) == alone[1:]
        other = item(stratum("Long Beach"), id="e2")
        both = judge(
            [item(stratum("Hungary"), silent), other], plan(), scope("Hungary", "Long Beach")
        )
        assert [e["verdict"] for e in both] == ["met", "met"]

    def test_a_criterion_at_a_site_that_is_not_there(self) -> None:
        """What is asked of one place stays not assessed, and blocks."""
        silent = stratum("Hungary", "not assessed", because="no exam with site Hungary")
        entries = judge([item(silent)], plan(over="overall"), scope("Hungary"))
        assert unmet(entries) == entries

    def test_absent_site_for_each_finding(self) -> None:
        """A site measured for one finding is still not assessed for the other."""
        evidence = [
            item(
                stratum("Hungary", finding="effusion"),
                stratum("Hungary", finding="mass"),
                stratum("Long Beach", finding="mass"),
            )
        ]
        entries = judge(evidence, plan(), scope("Hungary", "Long Beach"))
        absent = [(e["finding"], e["by"]["site"]) for e in entries if e["verdict"] != "met"]
        assert absent == [("effusion", "Long Beach")]

    def test_bound_and_its_side(self) -> None:
        """An entry says what was asked and on which side good lies."""
        (entry,) = judge(
            [item(stratum("Hungary"))], plan(at_least=None, at_most=0.3), scope("Hungary")
        )
        assert (entry["comparison"], entry["required"]) == ("at most", 0.3)


class TestUnmet:
    """What blocks, worst first."""

    def entries(self, *verdicts: str, needs: str = "all") -> list[Json]:
        """Return entries of one criterion at Hungary with verdicts."""
        return judge(
            [item(*(stratum("Hungary", verdict) for verdict in verdicts))],
            plan(needs=needs),
            scope("Hungary"),
        )

    def test_not_met_comes_first(self) -> None:
        """Insufficient evidence blocks as well, after what is not met."""
        found = unmet(self.entries("insufficient evidence", "met", "not met"))
        assert [e["verdict"] for e in found] == ["not met", "insufficient evidence"]

    def test_any_is_content_with_one(self) -> None:
        """A criterion that needs any stratum does not block once one is met."""
        assert unmet(self.entries("not met", "met", needs="any")) == []

    def test_any_without_one(self) -> None:
        """It blocks while none is met."""
        assert len(unmet(self.entries("not met", "not met", needs="any"))) == 2


class TestGates:
    """Whether criteria block at a rung."""

    def test_every_entry_says_so(self) -> None:
        """Where the policy lets criteria pass, all are kept, marked, and none blocks."""
        evidence = [item(stratum("Hungary", "not met"))]
        entries = judge(evidence, plan(), scope("Hungary", "Long Beach"), gates=False)
        assert [e["gates"] for e in entries] == [False, False]
        assert unmet(entries) == []


class TestSitesIn:
    """Where evidence holds labelled exams of its purpose."""

    def strata(self, **changes: Any) -> Json:  # noqa: ANN401 -- any part of the stratum
        """Return evidence with one stratum at Hungary."""
        one = {"by": {"site": "Hungary"}, "partition": None, "positives": 3, "negatives": 4}
        return item(assessment={"strata": [one | changes], "criteria": []})

    def test_site_with_labels(self) -> None:
        """A site with labelled exams is measured."""
        assert sites_in(self.strata()) == {"Hungary"}

    def test_site_without_labels(self) -> None:
        """Unlabelled exams measure nothing."""
        assert sites_in(self.strata(positives=0, negatives=0)) == frozenset()

    def test_other_partition(self) -> None:
        """Exams of another partition are not of this purpose."""
        assert sites_in(self.strata(partition="development")) == frozenset()

    def test_site_within_a_subgroup(self) -> None:
        """An intersection with a subgroup is not the site."""
        assert sites_in(self.strata(by={"site": "Hungary", "sex": "F"})) == frozenset()


class TestTakesOver:
    """Whose place a newly approved version takes."""

    def test_same_site_and_rung(self) -> None:
        """A pilot at the same hospital replaces a pilot."""
        assert scope("Hungary").takes_over(scope("Hungary", "Long Beach"))

    def test_other_site(self) -> None:
        """An approval elsewhere replaces nothing."""
        assert not scope("Hungary").takes_over(scope("Long Beach"))

    def test_silent_replaces_nothing_in_use(self) -> None:
        """A version that runs silently beside a pilot leaves the pilot as it is."""
        assert not scope("Hungary", rung=Rung.SILENT).takes_over(scope("Hungary"))

    def test_other_finding(self) -> None:
        """Versions for different findings live side by side."""
        mass, effusion = (scope("Hungary", findings=(f,)) for f in ("mass", "effusion"))
        assert not mass.takes_over(effusion)

    def test_reads_back(self) -> None:
        """A scope is what its document says."""
        whole = scope("Hungary", findings=("mass",), site_prevalence={"Hungary": 0.36})
        assert Scope.read(whole.document()) == whole
