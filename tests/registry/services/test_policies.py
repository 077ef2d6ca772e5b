"""Policies on both databases: registered, in force, and kept for reviews opened before."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, WaitingError
from registry.domain.judgements import records
from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.services import people, policies, protocols, reviews
from registry.services.policies import Known
from registry.services.work import Workshop
from registry.shapes.people import RoleRevocationIn
from registry.store import reuse, versions
from tests.conftest import FrozenClock
from tests.factories.evidence import (
    make_evidence,
    make_protocol,
    protocol_text,
    rows,
    sign_protocol,
    table,
)
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_version
from tests.factories.reviews import WELL_MEASURED, Case, make_case
from tests.registry.domain.test_policies import TEXT

NEXT = TEXT.replace("version = 1", "version = 2", 1)


def register(registry: Registry, text: str, role: Role = Role.ADMINISTRATOR) -> Known:
    """Register a policy as somebody."""
    with registry.work(role) as work:
        return policies.register(work, text)


def listed(registry: Registry) -> list[Known]:
    """Return all policies as an auditor sees them."""
    with registry.work(Role.AUDITOR) as work:
        return policies.listed(work)


class TestRegister:
    """A policy of one's own."""

    def test_comes_into_force(self, workshop: Workshop) -> None:
        """The last one registered is in force, the shipped one no more."""
        registry = make_registry(workshop)
        register(registry, NEXT)
        found = [(known.policy.version, known.in_force) for known in listed(registry)]
        assert found == [(1, False), (2, True)]

    def test_kept_under_its_digest(self, workshop: Workshop) -> None:
        """Its canonical document stands among the artifacts."""
        registry = make_registry(workshop)
        assert workshop.artifacts.has(register(registry, NEXT).digest)

    @pytest.mark.parametrize("version", ["1", "3"])
    def test_gap_or_repetition(self, workshop: Workshop, version: str) -> None:
        """Versions follow one another, and none is said twice."""
        registry = make_registry(workshop)
        with pytest.raises(ConflictError, match="is 2, not"):
            register(registry, TEXT.replace("version = 1", f"version = {version}", 1))

    def test_more_signers_than_people(self, workshop: Workshop) -> None:
        """Nobody can be asked for two safety officers where there is one."""
        registry = make_registry(workshop)
        role = 'role = "clinical safety officer"'
        with pytest.raises(BadInputError, match="Enrol people first"):
            register(registry, NEXT.replace(role, f"{role}\nquorum = 2", 1))

    def test_not_by_an_engineer(self, workshop: Workshop) -> None:
        """Whoever builds models does not write the rules for them."""
        registry = make_registry(workshop)
        with pytest.raises(ForbiddenError):
            register(registry, NEXT, Role.ML_ENGINEER)


class TestGet:
    """Reading one version."""

    def test_shipped(self, workshop: Workshop) -> None:
        """The shipped policy is there from the beginning, and in force."""
        registry = make_registry(workshop)
        with registry.work(Role.AUDITOR) as work:
            assert policies.get(work, "standard", 1).in_force


def test_a_review_keeps_its_policy(workshop: Workshop) -> None:
    """A stricter policy registered meanwhile does not move the goal of an open review."""
    case = make_case(workshop)
    review = case.open()
    register(case.registry, NEXT.replace('rungs = ["silent", "pilot"]', 'rungs = ["silent"]', 1))
    case.sign_all(review)
    case.decide(review)
    assert case.view(review).documents.dossier["policy"]["version"] == 1


class TestTaken:
    """A text, or the name of a policy that ships."""

    def test_neither_nor_both(self) -> None:
        """Exactly one is meant."""
        for text, shipped in ((None, None), ("x", "dcb")):
            with pytest.raises(BadInputError, match="or the name"):
                policies.taken(text=text, shipped=shipped)

    def test_unknown(self) -> None:
        """The refusal names those that ship."""
        with pytest.raises(BadInputError, match="abcds, dcb, minimal, standard"):
            policies.taken(text=None, shipped="best")


def bind(registry: Registry, name: str, **where: str) -> dict[str, Any]:
    """Bind a policy as the safety officer."""
    with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        return policies.bind(work, name, why="the trust is bound by it", **where)


class TestBind:
    """More than one policy at once."""

    def test_strictest_of_all_that_bind(self, workshop: Workshop) -> None:
        """A review comes under every policy of its sites, keeps them, and says which they are."""
        case = make_case(workshop)
        text = policies.taken(text=None, shipped="dcb")
        with case.registry.work(Role.ADMINISTRATOR) as work:
            assert not policies.register(work, text, beside=True).in_force
        made = bind(case.registry, "dcb", site="Hungary")
        assert (made["policy"], made["binds"]) == ("dcb/1", "the site Hungary")
        with pytest.raises(ConflictError, match="binds the site Hungary already"):
            bind(case.registry, "dcb", site="Hungary")
        review = case.open()
        with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            policies.release(work, made["id"], why="moved to another trust")
            assert policies.bindings(work) == []
        asked = case.view(review).documents.dossier["policy"]
        assert (asked["name"], asked["version"]) == ("standard/1 + dcb", 1)
        assert [one["name"] for one in asked["combines"]] == ["standard", "dcb"]
        with pytest.raises(WaitingError, match="independent validator, which comes first"):
            case.sign(review, Role.CLINICAL_SAFETY_OFFICER)
        case.sign_all(review)
        with pytest.raises(WaitingError, match="Sign-off of the top management"):
            case.decide(review)
        accept = Meaning.ACCEPT_RESIDUAL_RISK
        case.sign(review, Role.TOP_MANAGEMENT, meaning=accept, reasons="Borne by the trust.")
        with pytest.raises(WaitingError, match="clinical safety case report"):
            case.decide(review)
        statement = case.view(review).documents.signoffs[0]["statement"]
        assert statement["policy"] == "standard/1 + dcb/1"

    def test_elsewhere_it_binds_nothing(self, workshop: Workshop) -> None:
        """What binds another site or model is not asked here."""
        case = make_case(workshop)
        with case.registry.work(Role.ADMINISTRATOR) as work:
            text = policies.taken(text=None, shipped="dcb")
            policies.register(work, text, beside=True)
        bind(case.registry, "dcb", site="Cleveland")
        make_model(case.registry, name="lung")
        bind(case.registry, "dcb", model="lung")
        asked = case.view(case.open()).documents.dossier["policy"]
        assert (asked["name"], "combines" in asked) == ("standard", False)

    def test_what_cannot_be_followed_together(self, workshop: Workshop) -> None:
        """A binding is refused that would leave a sign-off nobody could give."""
        registry = make_registry(workshop)
        meanings = '["support", "support with conditions", "accept residual risk"]'
        odd = TEXT.replace('name = "standard"', 'name = "odd"').replace(meanings, '["review"]')
        with registry.work(Role.ADMINISTRATOR) as work:
            policies.register(work, odd, beside=True)
        with pytest.raises(BadInputError, match="nobody could satisfy both"):
            bind(registry, "odd")
        with registry.work(Role.AUDITOR) as work:
            assert policies.bindings(work) == []

    def test_model_and_site(self, workshop: Workshop) -> None:
        """One binding is for one thing."""
        with pytest.raises(BadInputError, match="not both"):
            bind(make_registry(workshop), "standard", model="a", site="b")


class TestAttempt:
    """What a policy would have said about every version so far."""

    def test_then_and_now(self, workshop: Workshop) -> None:
        """An approved version lacks what a stricter policy asks; nothing is kept of the trial."""
        case = make_case(workshop)
        make_version(case.registry, candidate=False)
        case.approved()
        strict = NEXT.replace(
            'custody = "from the author"', 'custody = "independent party"', 1
        ).replace("months = 12", "months = 12\nstatements_months = 12", 2)
        with case.registry.work(Role.AUDITOR) as work:
            tried = policies.attempt(work, strict)
        (trial,) = tried.trials
        assert (trial.version, trial.under, trial.outcome) == (
            "heart-cad/1",
            "standard/1",
            "approve",
        )
        assert (trial.then, trial.gone) == ([], [])
        assert len(trial.added) == 1
        assert "the policy asks for “independent party”" in trial.added[0]
        assert tried.without == ["heart-cad/2"]
        assert len(listed(case.registry)) == 1

    def test_looser(self, workshop: Workshop) -> None:
        """What a stricter policy discounted counts again under a looser one."""
        case = make_case(workshop)
        custody = 'custody = "from the author"'
        register(case.registry, NEXT.replace(custody, 'custody = "independent party"', 1))
        case.open()
        with case.registry.work(Role.AUDITOR) as work:
            (trial,) = policies.attempt(work, TEXT).trials
        assert any("custody" in what for what in trial.gone)
        assert trial.added == []


class TestSeats:
    """Who could sign what is asked."""

    def test_too_few(self, workshop: Workshop) -> None:
        """A revoked role leaves a seat empty, which is told, and no review opens."""
        case = make_case(workshop)
        with case.registry.work(Role.ADMINISTRATOR) as work:
            why = RoleRevocationIn(role=Role.CLINICAL_LEAD, why="left")
            people.revoke(work, "clinical.lead", why)
        with case.registry.work(Role.AUDITOR) as work:
            empty = [seat for seat in policies.seats(work) if seat["held"] < seat["asked"]]
        assert {(seat["policy"], seat["role"]) for seat in empty} == {
            ("standard/1", "clinical lead")
        }
        with pytest.raises(WaitingError, match="clinical lead: 1 asked for, held by nobody"):
            case.open()


class TestReuse:
    """The same patients, version after version."""

    def test_second_version_on_the_same_table(self, workshop: Workshop, clock: FrozenClock) -> None:
        """Beyond the budget it counts for nothing, and the dossier says which version it is."""
        case = make_case(workshop)
        register(case.registry, NEXT.replace("positives = 10", "positives = 10\nreuse = 1", 1))
        make_version(case.registry, content=b"another")
        clock.advance(hours=1)
        case.measure(2)
        first = case.view(case.open(1)).documents.dossier["evidence"][0]
        dossier = case.view(case.open(2)).documents.dossier
        second = dossier["evidence"][0]
        assert first["counts"]
        assert "tested" not in first
        assert second["tested"]["earlier"] == ["heart-cad/1"]
        assert not second["counts"]
        assert "2nd version tested on these patients" in second["because"]
        assert "2nd version tested on these patients" in records.evidence_line(dossier)

    def test_versions_of_every_model_on_one_dataset(
        self, workshop: Workshop, clock: FrozenClock
    ) -> None:
        """The budget is that of the dataset version: another name for a model gains nothing."""
        case = make_case(workshop)
        tested = self.second_model(case, clock, rows(site="Hungary", exams=20))
        assert tested is None
        tested = self.second_model(case, clock, rows(site="Hungary", exams=WELL_MEASURED))
        assert tested is not None
        assert (tested["version"], tested["earlier"]) == (2, ["heart-cad/1"])

    def second_model(
        self, case: Case, clock: FrozenClock, lines: list[str]
    ) -> dict[str, Any] | None:
        """Return what is said of a test of another model's first version on a table."""
        name = f"other-{len(lines)}"
        make_model(case.registry, name=name)
        make_version(case.registry, name)
        plan = make_protocol(case.registry, name, name=name)
        sign_protocol(case.registry, plan)
        clock.advance(hours=1)
        made = make_evidence(case.registry, plan, table(lines), model=name)
        with case.registry.work(Role.AUDITOR) as work:
            row = versions.get(work.session, name, 1)
            return reuse.tested(work.session, work.artifacts, row).get(str(made))


BESIDE = """
[comparators.old]
score = "score_v1"
version = "heart-cad/1"

[[criteria]]
id = "no-worse"
source = "comparison"
comparator = "old"
metric = "auroc"
at_least = -0.02
"""


def beside() -> bytes:
    """Return a table of 240 exams with the scores of two versions, the older one worse."""
    header, *lines = table(rows(exams=240)).decode().splitlines()
    made = [f"{header},score_v1"]
    for place, line in enumerate(lines):
        *known, score = line.split(",")
        new = 1 - float(score) if place % 9 == 0 else float(score)
        old = 1 - float(score) if place % 5 == 0 else float(score)
        made.append(",".join([*known, f"{new:.4f}", f"{old:.4f}"]))
    return "\n".join([*made, ""]).encode()


class TestComparedWith:
    """A candidate beside the version in use and the one approved first."""

    def test_missing_then_met(self, workshop: Workshop) -> None:
        """A review of the second version waits for the comparison; with it, both are met."""
        case = make_case(workshop)
        case.approved()
        tier = '[tiers."fast track"]\n'
        asks = f'{tier}compared_with = ["in use", "originally approved"]\n'
        register(case.registry, NEXT.replace(tier, asks, 1))
        make_version(case.registry, content=b"another")
        review = case.open(2)
        assert self.found(case, review) == dict.fromkeys(
            ("compared.in-use", "compared.originally-approved"), "missing"
        )
        with case.registry.work(Role.ML_ENGINEER) as work:
            text = protocol_text(name="Beside") + BESIDE
            plan = protocols.register(work, "heart-cad", text)["digest"]
        sign_protocol(case.registry, plan)
        make_evidence(case.registry, plan, beside(), number=2)
        with case.registry.work(Role.MODEL_OWNER) as work:
            reviews.refreeze(work, review)
        assert set(self.found(case, review).values()) == {"met"}
        first = case.view(review).documents.dossier["originally_approved"]
        assert (first["model"], first["number"]) == ("heart-cad", 1)

    def found(self, case: Case, review: UUID) -> dict[str, str]:
        """Return how the comparisons of a review's dossier stand."""
        asked = case.view(review).documents.dossier["requirements"]
        return {one["id"]: one["status"] for one in asked if one["id"].startswith("compared")}
