"""Waivers: what may be proposed, who signs, how long it holds, and in which words it is told."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from registry.domain import waivers
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.policies import Meaning, SignOffRule, TierRules, WaiverRules
from registry.domain.waivers import Of, Standing, Waiver

TODAY = date(2026, 11, 23)
WAIVER = Waiver(of=Of.CRITERION, id="women", site="Hungary", until=date(2027, 2, 23))
LEAD, OFFICER, SECOND = UUID(int=1), UUID(int=2), UUID(int=3)
RULES = TierRules(
    rungs=(),
    statements=(),
    signoffs=(
        SignOffRule(role=Role.CLINICAL_LEAD, meanings=(Meaning.SUPPORT,)),
        SignOffRule(role=Role.CLINICAL_SAFETY_OFFICER, meanings=(Meaning.SUPPORT,), quorum=2),
    ),
    decision_maker=Role.CLINICAL_LEAD,
    months=12,
    waivers=WaiverRules(criteria=("women",), requirements=("overlap",)),
)


def proposing(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any argument of a check
    """Return a proposal that is allowed, but for what changes."""
    whole = {
        "rules": RULES,
        "reason": "A person reads every exam.",
        "bridged": ["Women: 0.7."],
        "verdicts": ["insufficient evidence"],
        "today": TODAY,
    }
    return whole | changes


class TestCheckProposal:
    """What the policy lets be proposed."""

    def test_three_months_and_no_day_more(self) -> None:
        """Up to the last day that the policy permits."""
        waivers.check_proposal(WAIVER, **proposing())
        with pytest.raises(BadInputError, match="2027-02-23 at most"):
            waivers.check_proposal(replace(WAIVER, until=date(2027, 2, 24)), **proposing())

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"rules": RULES.model_copy(update={"waivers": None})}, RuleBrokenError),
            ({"reason": " "}, BadInputError),
            ({"bridged": [], "verdicts": []}, ConflictError),
            ({"verdicts": ["insufficient evidence", "not met"]}, RuleBrokenError),
            ({"today": date(2027, 2, 23)}, BadInputError),
        ],
    )
    def test_refused(self, change: dict[str, Any], error: type[Exception]) -> None:
        """By default nothing; without reasons; without anything to bridge; not met; past."""
        with pytest.raises(error):
            waivers.check_proposal(WAIVER, **proposing(**change))

    @pytest.mark.parametrize(
        ("of", "name", "allowed"),
        [
            (Of.CRITERION, "women", True),
            (Of.CRITERION, "men", False),
            (Of.REQUIREMENT, "overlap", True),
            (Of.REQUIREMENT, "women", False),
            (Of.REQUIREMENT, "version.artifacts", False),
        ],
    )
    def test_only_what_is_named(self, of: Of, name: str, *, allowed: bool) -> None:
        """A criterion's name is no requirement's."""
        waiver = replace(WAIVER, of=of, id=name)
        if allowed:
            waivers.check_proposal(waiver, **proposing())
            return
        with pytest.raises(RuleBrokenError, match="does not let"):
            waivers.check_proposal(waiver, **proposing())

    def test_any_criterion(self) -> None:
        """A policy may let any criterion be waived, yet never that there is a file at all."""
        every = WaiverRules(criteria=("any",))
        rules = RULES.model_copy(update={"waivers": every})
        waivers.check_proposal(replace(WAIVER, id="men"), **proposing(rules=rules))
        with pytest.raises(ValidationError, match="never be waived"):
            WaiverRules(requirements=("version.artifacts",))

    @pytest.mark.parametrize("reference", ["in-use", "originally-approved"])
    def test_failure_beside_another_version(self, reference: str) -> None:
        """A candidate that fails beside what it follows is not implemented: nobody waives that."""
        with pytest.raises(ValidationError, match="never be waived"):
            WaiverRules(requirements=(f"compared.{reference}",))


class TestCheckSigner:
    """Who signs."""

    GIVEN = ((OFFICER, Role.CLINICAL_SAFETY_OFFICER),)

    @pytest.mark.parametrize(
        ("role", "person", "error"),
        [
            (Role.MODEL_OWNER, SECOND, RuleBrokenError),
            (Role.CLINICAL_LEAD, LEAD, ForbiddenError),
            (Role.CLINICAL_LEAD, OFFICER, ConflictError),
        ],
    )
    def test_refused(self, role: Role, person: UUID, error: type[Exception]) -> None:
        """A role outside the quorum; an author; somebody who fills another place already."""
        with pytest.raises(error):
            waivers.check_signer(
                role, person, rules=RULES, authors={LEAD: "evidence 1"}, given=self.GIVEN
            )

    def test_all_of_the_quorum(self) -> None:
        """Two officers and the lead; until then it waits for whoever lacks."""
        given = list(self.GIVEN)
        lacking = [Role.CLINICAL_LEAD, Role.CLINICAL_SAFETY_OFFICER]
        assert waivers.missing_roles(RULES, given) == lacking
        given += [(LEAD, Role.CLINICAL_LEAD), (SECOND, Role.CLINICAL_SAFETY_OFFICER)]
        assert waivers.missing_roles(RULES, given) == []


class TestStanding:
    """How a waiver stands."""

    ALL = (
        (LEAD, Role.CLINICAL_LEAD),
        (OFFICER, Role.CLINICAL_SAFETY_OFFICER),
        (SECOND, Role.CLINICAL_SAFETY_OFFICER),
    )

    @pytest.mark.parametrize(
        ("over", "given", "today", "standing"),
        [
            ("a", ALL, date(2027, 2, 23), Standing.GRANTED),
            ("a", ALL, date(2027, 2, 24), Standing.EXPIRED),
            ("a", ALL[:2], TODAY, Standing.OPEN),
            ("a", ALL[:2], date(2027, 2, 24), Standing.EXPIRED),
            ("b", ALL, TODAY, Standing.VOID),
        ],
    )
    def test_by_the_day(
        self, over: str, given: tuple[tuple[UUID, Role], ...], today: date, standing: Standing
    ) -> None:
        """On its last day it holds, on the next it waits for nobody; elsewhere it is void."""
        found = waivers.standing(
            WAIVER, over=over, dossier="a", rules=RULES, given=given, today=today
        )
        assert found is standing

    def test_nobody_signs_what_is_over(self) -> None:
        """On its last day a signature is taken, on the next it says that it ended."""
        waivers.check_running(WAIVER, today=date(2027, 2, 23))
        with pytest.raises(ConflictError, match="ended on 2027-02-23; propose it anew"):
            waivers.check_running(WAIVER, today=date(2027, 2, 24))


class TestSite:
    """Where a waiver may hold."""

    def test_of_the_scope_or_everywhere(self) -> None:
        """A criterion at a site of the scope; without a site, at all of them."""
        waivers.check_site(WAIVER, ["Hungary"])
        waivers.check_site(replace(WAIVER, site=None), ["Cleveland"])

    @pytest.mark.parametrize(
        ("of", "said"),
        [
            (Of.CRITERION, "names no site of the scope"),
            (Of.REQUIREMENT, "only a criterion is waived at one site"),
        ],
    )
    def test_refused(self, of: Of, said: str) -> None:
        """Another site; and a requirement, which has none."""
        with pytest.raises(BadInputError, match=said) as caught:
            waivers.check_site(replace(WAIVER, of=of), ["Cleveland"])
        assert caught.value.field == "site"


class TestBridges:
    """What a waiver is about."""

    @pytest.mark.parametrize(
        ("entry", "bridged"),
        [
            ({"id": "women", "by": {"site": "Hungary", "sex": "F"}}, True),
            ({"id": "women", "by": {"site": "Cleveland"}}, False),
            ({"id": "women", "by": {}}, False),
            ({"id": "men", "by": {"site": "Hungary"}}, False),
        ],
    )
    def test_one_site(self, entry: dict[str, Any], *, bridged: bool) -> None:
        """At its site alone; over all sites it must say so."""
        assert waivers.bridges_criterion(WAIVER, entry) is bridged
        everywhere = replace(WAIVER, site=None)
        assert waivers.bridges_criterion(everywhere, entry) is (entry["id"] == "women")


def test_words_do_not_flatter() -> None:
    """Wherever a waiver is told, the verdict stands beside it; once over, it counts again."""
    stated = waivers.document(
        WAIVER,
        number=1,
        version="heart-cad/2",
        dossier="sha256:00",
        policy={"name": "standard", "version": 1},
        scope={"sites": ["Hungary"]},
        reason="A person reads every exam. ",
        bridged=[("insufficient evidence", "“women” at Hungary: 0.7.")],
    )
    assert waivers.read(stated) == WAIVER
    assert waivers.sentence(stated) == (
        "Waived until 23 Feb 2027: the criterion “women” at Hungary. "
        "The verdict stays insufficient evidence."
    )
    assert waivers.lapsed_sentence(stated).endswith("it counts again: “women” at Hungary: 0.7.")
    kept = {"document": stated}
    assert waivers.expired([kept], today=date(2027, 2, 23)) == []
    assert waivers.expired([kept], today=date(2027, 2, 24)) == [kept]
