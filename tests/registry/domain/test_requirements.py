"""Requirements: each thing the policy asks, met and unmet, with whom it waits for."""

from datetime import date
from typing import Any, ClassVar

import pytest

from registry.domain.policies import Policy, Reference, Rung, Tier, read
from registry.domain.requirements import judge, open_points, unweighed, weigh
from registry.domain.scopes import Scope
from tests.registry.domain.test_policies import TEXT, protocol

Json = dict[str, Any]
POLICY = read(TEXT)
TODAY = date(2026, 11, 23)
SCOPE = Scope(sites=("Hungary",), population="adults", use="triage", rung=Rung.PILOT)


def evidence(**changes: Any) -> Json:  # noqa: ANN401 -- any part of the evidence
    """Return external evidence from the artifact at Hungary."""
    stratum = {"by": {"site": "Hungary"}, "partition": None, "positives": 9, "negatives": 9}
    whole: Json = {
        "id": "e1",
        "number": 1,
        "protocol": "p",
        "purpose": "external testing",
        "scores_from": "this artifact",
        "custody": "labels held by the data steward",
        "counts": True,
        "because": None,
        "assessment": {"strata": [stratum], "criteria": []},
    }
    return whole | changes


def dossier(**changes: Any) -> Json:  # noqa: ANN401 -- any part of the dossier
    """Return the parts of a dossier that lacks nothing at the fast track."""
    signatures = [{"role": "clinical lead"}, {"role": "independent validator"}]
    at = "2026-11-20T09:30:00Z"
    statement = {"kind": "stated", "carried_from": None, "title": "A title", "at": at}
    whole: Json = {
        "version": {"artifacts": [{"path": "model.json"}]},
        "datasets": [{"name": "cleveland", "number": 1, "withdrawn": None}],
        "overlap": [overlap()],
        "statements": [{**statement, "consideration": n} for n in range(1, 14)],
        "protocols": [
            {"digest": "p", "document": {"name": "Plan", **protocol()}, "signatures": signatures}
        ],
        "evidence": [evidence()],
    }
    return whole | changes


def overlap(**changes: Any) -> Json:  # noqa: ANN401 -- any part of the pair
    """Return a comparison of patients that found none in both."""
    whole: Json = {
        "training": "cleveland/1",
        "testing": "hungary/1",
        "evidence": "e1",
        "outcome": "none",
        "shared": 0,
        "because": "None is in both.",
    }
    return whole | changes


def points(parts: Json, *, tier: str = "fast track", scope: Scope = SCOPE) -> dict[str, Json]:
    """Return what is open, by id."""
    judged = judge(POLICY, tier, parts, scope, today=TODAY)
    return {point["id"]: dict(point) for point in open_points(judged)}


class TestJudge:
    """What the fast track asks."""

    def test_whole_dossier(self) -> None:
        """Where nothing is lacking every requirement is met."""
        assert points(dossier()) == {}

    @pytest.mark.parametrize("tier", ["registration only", "fast track"])
    def test_rung_too_far(self, tier: str) -> None:
        """A tier that does not permit the rung blocks, and nobody can wait that away."""
        scope = Scope(sites=("Hungary",), population="a", use="b", rung=Rung.GENERAL)
        found = points(dossier(), tier=tier, scope=scope)["scope.rung"]
        assert (found["status"], found["waits_for"]) == ("not met", None)

    def test_no_artifact(self) -> None:
        """A version without files waits for its engineer."""
        found = points(dossier(version={"artifacts": []}))["version.artifacts"]
        assert (found["status"], found["waits_for"]) == ("missing", "ML engineer")

    def test_no_evidence(self) -> None:
        """Without external evidence each site in scope is named."""
        found = points(dossier(evidence=[]))["evidence.external"]
        assert (found["status"], found["because"]) == ("missing", "There is none at Hungary.")

    def test_site_not_measured(self) -> None:
        """Evidence elsewhere does not stand in for a site in scope."""
        wide = Scope(sites=("Hungary", "Long Beach"), population="a", use="b", rung=Rung.PILOT)
        found = points(dossier(), scope=wide)["evidence.external"]
        assert found["because"] == "There is none at Long Beach."

    def test_refits_satisfy_nothing(self) -> None:
        """Scores of refits never satisfy a gate, and the reason says so."""
        refits = evidence(
            scores_from="refits", counts=False, because="The scores come from refits."
        )
        found = points(dossier(evidence=[refits]))["evidence.external"]
        assert "Evidence 1 does not count: The scores come from refits." in found["because"]

    @pytest.mark.parametrize("change", [{"scores_from": "refits"}, {"purpose": "internal testing"}])
    def test_other_evidence_does_not_fit(self, change: Json) -> None:
        """What is not external, or not from the artifact, answers no rule for it."""
        assert "evidence.external" in points(dossier(evidence=[evidence(**change)]))

    def test_custody_that_a_rule_does_not_accept(self) -> None:
        """Evidence that counts for something else still needs the grade this rule asks for."""
        loose = evidence(custody="from the author")
        found = points(dossier(evidence=[loose]), tier="full review")["evidence.external"]
        assert "its custody is “from the author”" in found["because"]

    def test_unsigned_protocol(self) -> None:
        """A protocol that a role has not signed waits for that role."""
        parts = dossier()
        parts["protocols"][0]["signatures"] = [{"role": "clinical lead"}]
        (found,) = points(parts).values()
        assert (found["status"], found["waits_for"]) == ("missing", "independent validator")

    def test_weak_protocol(self) -> None:
        """A protocol under the floors of the review's policy blocks, with the reason."""
        parts = dossier()
        parts["protocols"][0]["document"]["population"] = None
        found = points(parts)["protocol.floors"]
        assert found["status"] == "not met"
        assert "“Plan”: [population]" in found["because"]

    def test_shared_patients(self) -> None:
        """Patients in training and testing block, with their number."""
        found = points(dossier(overlap=[overlap(outcome="found", shared=3)]))["overlap"]
        assert found["status"] == "not met"
        assert "3 patients in both" in found["because"]

    def test_unknown_overlap_at_the_fast_track(self) -> None:
        """What cannot be checked is said, and blocks only where the policy wants it checked."""
        unknown = overlap(outcome="cannot be checked", because="No identifiers.")
        found = {
            r["id"]: r
            for r in judge(POLICY, "fast track", dossier(overlap=[unknown]), SCOPE, today=TODAY)
        }["overlap"]
        assert (found["status"], found["because"]) == (
            "met",
            "cleveland/1 and hungary/1 cannot be checked: No identifiers.",
        )

    def test_unknown_overlap_at_the_full_review(self) -> None:
        """The full review wants it checked: unknown is insufficient, never none."""
        unknown = overlap(outcome="cannot be checked")
        found = points(dossier(overlap=[unknown]), tier="full review")["overlap"]
        assert (found["status"], found["waits_for"]) == ("insufficient evidence", "data steward")

    def test_no_training_data_at_the_full_review(self) -> None:
        """Where no training data are recorded nothing could be compared."""
        found = points(dossier(overlap=[]), tier="full review")["overlap"]
        assert found["status"] == "insufficient evidence"

    def test_withdrawn_dataset(self) -> None:
        """A withdrawn dataset under the version blocks by name."""
        gone = {"name": "cleveland", "number": 1, "withdrawn": {"why": "consent"}}
        found = points(dossier(datasets=[gone]))["datasets.withdrawn"]
        assert found["because"] == "Withdrawn: cleveland/1."

    def test_missing_statement(self) -> None:
        """A consideration without an answer waits for the model owner."""
        parts = dossier()
        parts["statements"][0]["kind"] = "missing"
        found = points(parts)["statement.1"]
        assert (found["status"], found["waits_for"]) == ("missing", "model owner")

    def test_stale_statement(self) -> None:
        """Where the policy sets how long it relies on a statement, an older one is missing."""
        tiers = {**POLICY.tiers, Tier.FAST_TRACK: POLICY.rules("fast track")}
        strict = tiers[Tier.FAST_TRACK].model_copy(update={"statements_months": 1})
        policy = POLICY.model_copy(update={"tiers": {**tiers, Tier.FAST_TRACK: strict}})
        later = date(2026, 12, 21)
        judged = judge(policy, "fast track", dossier(), SCOPE, today=later)
        found = {p["id"]: p for p in open_points(judged)}
        assert found["statement.4"]["status"] == "missing"
        assert "made on 2026-11-20 and is stale" in found["statement.4"]["because"]
        assert not open_points(judge(policy, "fast track", dossier(), SCOPE, today=TODAY))

    def test_not_available_is_an_answer(self) -> None:
        """“Not available”, with its reason, is not missing."""
        parts = dossier()
        parts["statements"][0]["kind"] = "not available"
        assert points(parts) == {}

    def test_carried_statement(self) -> None:
        """What was carried over counts once somebody has confirmed it."""
        parts = dossier()
        parts["statements"][0]["carried_from"] = 1
        assert "Carried from version 1" in points(parts)["statement.1"]["because"]

    def test_statement_not_asked_for(self) -> None:
        """The fast track does not ask about model decay; the full review does."""
        parts = dossier()
        parts["statements"][8]["kind"] = "missing"
        assert points(parts) == {}
        assert "statement.9" in points(parts, tier="full review")


class TestWeigh:
    """What custody makes of evidence."""

    def test_custody_below_the_grade(self) -> None:
        """At the full review a table wholly in the author's hands does not count."""
        (found,) = weigh([evidence(custody="from the author")], POLICY.rules("full review"))
        assert not found["counts"]
        assert "labels held by the data steward" in found["because"]

    def test_custody_at_the_grade(self) -> None:
        """At the fast track it does."""
        (found,) = weigh([evidence(custody="from the author")], POLICY.rules("fast track"))
        assert found["counts"]

    def test_first_reason_stays(self) -> None:
        """What did not count anyway keeps its own reason."""
        item = evidence(custody="from the author", counts=False, because="Refits.")
        (found,) = weigh([item], POLICY.rules("full review"))
        assert found["because"] == "Refits."


class TestOpenPoints:
    """The order in which a reader wants them."""

    def test_hardest_first(self) -> None:
        """What is not met stands before what is merely missing."""
        parts = dossier(version={"artifacts": []}, overlap=[overlap(outcome="found", shared=1)])
        statuses = [
            p["status"] for p in open_points(judge(POLICY, "fast track", parts, SCOPE, today=TODAY))
        ]
        assert statuses == ["not met", "missing"]


def strict(**changes: Any) -> Policy:  # noqa: ANN401 -- any key of the fast track
    """Return the shipped policy with other answers at the fast track."""
    rules = POLICY.rules("fast track").model_copy(update=changes)
    return POLICY.model_copy(update={"tiers": {**POLICY.tiers, Tier.FAST_TRACK: rules}})


class TestReuse:
    """Patients on whom too many versions were tested."""

    TESTED: ClassVar[Json] = {"version": 2, "test": 2, "earlier": ["heart-cad/1"], "unchecked": 0}

    def weighed(self, budget: int | None, **changes: Any) -> Json:  # noqa: ANN401 -- any part
        """Weigh evidence of the second version on its patients under a budget."""
        asked = POLICY.rules("fast track").protocol.model_copy(update={"reuse": budget})
        rules = strict(protocol=asked).rules("fast track")
        (found,) = weigh([evidence(tested=self.TESTED, **changes)], rules)
        return found

    def test_beyond_the_budget(self) -> None:
        """The evidence is exploratory and counts for nothing; the reason is the number."""
        found = self.weighed(1)
        assert not found["counts"]
        assert "2nd version tested on these patients" in found["because"]

    def test_within_it(self) -> None:
        """Up to the budget, without one, and for local acceptance it counts."""
        assert self.weighed(2)["counts"]
        assert self.weighed(None)["counts"]
        assert self.weighed(1, purpose="local acceptance")["counts"]

    def test_undone(self) -> None:
        """Another policy's budget is judged from the evidence as it was."""
        (found,) = unweighed([self.weighed(1)])
        assert (found["counts"], found["because"]) == (True, None)


class TestThresholds:
    """A rule's threshold and the patients that judge it."""

    def found(self, outcome: str, tier: str = "fast track") -> Json | None:
        """Return the open point about thresholds, if any."""
        said = {"evidence": "e1", "number": 1, "outcome": outcome, "because": "So it is."}
        return points(dossier(thresholds=[said]), tier=tier).get("threshold")

    def test_shared_patients(self) -> None:
        """A threshold found on the patients that judge it is refused."""
        point = self.found("found")
        assert point is not None
        assert (point["status"], point["because"]) == ("not met", "Evidence 1: So it is.")

    def test_disjoint(self) -> None:
        """Other patients: nothing is open."""
        assert self.found("none") is None

    def test_unknown(self) -> None:
        """What cannot be checked is said, and is insufficient where overlap must be checked."""
        assert self.found("cannot be checked") is None
        judged = judge(
            POLICY,
            "fast track",
            dossier(
                thresholds=[
                    {
                        "evidence": "e1",
                        "number": 1,
                        "outcome": "cannot be checked",
                        "because": "No patient is named.",
                    }
                ]
            ),
            SCOPE,
            today=TODAY,
        )
        said = next(one for one in judged if one["id"] == "threshold")
        assert said["because"] == "Evidence 1: No patient is named."
        point = self.found("cannot be checked", tier="full review")
        assert point is not None
        assert point["status"] == "insufficient evidence"


def test_compared_with() -> None:
    """Where the policy names a version, it is missing until evidence stands beside it."""
    policy = strict(compared_with=(Reference.IN_USE, Reference.ORIGINALLY_APPROVED))
    parts = dossier(in_use={"model": "heart-cad", "number": 1})
    judged = judge(policy, "fast track", parts, SCOPE, today=TODAY)
    found = {one["id"]: one["status"] for one in judged if one["id"].startswith("compared")}
    assert found == {"compared.in-use": "missing", "compared.originally-approved": "met"}
