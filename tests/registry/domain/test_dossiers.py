"""Dossiers: assembled whole, and compared part by part."""

from typing import Any

from registry.domain.digests import document_digest
from registry.domain.dossiers import Parts, assemble, changes, since_last
from tests.registry.domain.test_requirements import POLICY, SCOPE, TODAY, dossier

OPENED = {"by": {"id": "1", "name": "Anna"}, "at": "2026-11-23T09:30:00Z"}


def frozen(number: int = 1, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part
    """Return a dossier of records that lack nothing at the fast track."""
    whole = dossier(**changed)
    parts = Parts(model={"name": "heart-cad", "risk_tier": "fast track"}, in_use=None, **whole)
    return assemble(
        parts,
        SCOPE,
        policy=POLICY,
        policy_digest="sha256:p",
        number=number,
        opened=OPENED,
        today=TODAY,
    )


class TestAssemble:
    """The parts and the policy's judgement of them."""

    def test_same_records_same_digest(self) -> None:
        """Freezing the same records twice gives the same bytes."""
        assert document_digest(frozen()) == document_digest(frozen())

    def test_tier_is_the_models(self) -> None:
        """The policy's part names the tier under which it was judged."""
        assert frozen()["policy"]["tier"] == "fast track"

    def test_requirements_are_judged(self) -> None:
        """The dossier carries every requirement with its status."""
        assert {r["status"] for r in frozen()["requirements"]} == {"met"}

    def test_absent_site_stands_among_the_criteria(self) -> None:
        """A site in scope without a stratum is entered for each criterion over every site."""
        verdicts = [(c["id"], c["verdict"]) for c in frozen()["criteria"]]
        assert verdicts == [
            ("auroc", "not assessed"),
            ("sensitivity", "not assessed"),
            ("specificity", "not assessed"),
        ]


class TestSinceLast:
    """What is frozen into a dossier of how it differs from the last one."""

    def told(self, before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
        """Return what is told of two dossiers."""
        return since_last(
            before,
            now,
            digest="sha256:1",
            conditions_closed=["Condition 1: Train."],
            signoffs_voided=["Vera, independent validator: review"],
        )

    def test_nothing_moved(self) -> None:
        """Without a change no part and no criterion is named; the rest is passed on."""
        found = self.told(frozen(1), frozen(2))
        assert (found["parts"], found["criteria"]) == ([], [])
        assert (found["dossier"], found["number"]) == ("sha256:1", 1)
        assert found["conditions_closed"] == ["Condition 1: Train."]

    def test_moved_criterion_with_its_interval(self) -> None:
        """A criterion in scope that came out otherwise stands with before and after."""
        now = frozen(2)
        judged = {"verdict": "met", "measured": 0.9, "low": 0.8, "high": 0.95}
        now["criteria"] = [{**now["criteria"][0], **judged}, *now["criteria"][1:-1]]
        first, last = self.told(frozen(1), now)["criteria"]
        assert (first["id"], first["after"]) == ("auroc", judged)
        assert first["before"]["verdict"] == "not assessed"
        assert (last["id"], last["after"]) == ("specificity", None)

    def test_out_of_scope_is_not_told(self) -> None:
        """Another site's verdict is none of this dossier's."""
        now = frozen(2)
        now["criteria"] = [{**one, "verdict": "met", "in_scope": False} for one in now["criteria"]]
        gone = self.told(frozen(1), now)["criteria"]
        assert {one["after"] and one["after"]["verdict"] for one in gone} == {None}

    def test_it_is_no_change_itself(self) -> None:
        """What a dossier tells of the last one does not make it stale."""
        assert changes(frozen(), {**frozen(2), "since_last": {}}) == []


class TestChanges:
    """Whether the records have left a dossier behind."""

    def test_number_and_opening_are_no_change(self) -> None:
        """They name the dossier; they are nothing that it says."""
        assert changes(frozen(1), frozen(2)) == []

    def test_changed_part_is_named(self) -> None:
        """A missing file changes the version, and what is required of it."""
        now = frozen(version={"artifacts": []})
        assert changes(frozen(), now) == ["version", "requirements"]

    def test_part_that_only_one_has(self) -> None:
        """A part that appears or vanishes is a change as well."""
        less = frozen()
        del less["in_use"]
        more = {**frozen(), "in_use": {"model": "heart-cad", "number": 1}}
        assert changes(less, more) == ["in_use"]
