"""Facts about what people write in a safety case: every link leads somewhere."""

from typing import Any

import pytest

from registry.domain.errors import BadInputError
from registry.domain.safety_cases import (
    RELEASE_PHASES,
    SITE_PHASES,
    Linkable,
    Phase,
    require_authored,
)
from tests.factories.safety_cases import authored, claim, link, of_site

DIGEST = "sha256:" + "5c" * 32
THERE = Linkable(
    hazards=frozenset({1, 2}),
    evidence={1: frozenset({"sensitivity"})},
    statements=frozenset({9}),
    documents=frozenset({DIGEST}),
)


def refusal(said: dict[str, Any], *, at_site: bool = False) -> tuple[str | None, str]:
    """Return the field that is refused, and why."""
    with pytest.raises(BadInputError) as caught:
        require_authored(said, THERE, of_site=at_site)
    return caught.value.field, str(caught.value)


class TestRequireAuthored:
    """Claims, links, and what only a hospital says."""

    def test_every_kind_of_link(self) -> None:
        """A hazard, a criterion on evidence, a statement, a document, and a claim above."""
        links = [
            link(hazard=2),
            link(evidence=1, criterion="sensitivity"),
            link(statement=9),
            link(document=DIGEST),
        ]
        said = [claim(*links, id="C1"), claim(id="C1.1", under="C1")]
        require_authored(authored(claims=said), THERE, of_site=False)

    @pytest.mark.parametrize(
        ("given", "field", "there"),
        [
            ({"hazard": 3}, "hazard", "there are: 1, 2"),
            ({"evidence": 2}, "evidence", "there are: 1"),
            ({"evidence": 1, "criterion": "auroc"}, "criterion", "there are: sensitivity"),
            ({"statement": 4}, "statement", "there are: 9"),
            ({"document": "sha256:" + "00" * 32}, "document", "cmr artifact keep"),
        ],
    )
    def test_link_to_nothing_is_refused(
        self, given: dict[str, Any], field: str, there: str
    ) -> None:
        """The refusal names the place and what there is."""
        at, why = refusal(authored(claims=[claim(link(**given))]))
        assert at == f"claims.1.evidence.1.{field}"
        assert there in why

    @pytest.mark.parametrize(
        "given", [{}, {"hazard": 1, "statement": 9}, {"hazard": 1, "criterion": "sensitivity"}]
    )
    def test_link_to_no_one_thing_is_refused(self, given: dict[str, Any]) -> None:
        """A link says one thing."""
        at, _ = refusal(authored(claims=[claim(link(**given))]))
        assert at == "claims.1.evidence.1"

    def test_claims_stand_in_order(self) -> None:
        """No name twice, and nothing carries what comes after it: there is no circle."""
        twice = [claim(), claim()]
        assert refusal(authored(claims=twice))[0] == "claims.2.id"
        later = [claim(under="C2"), claim(id="C2")]
        assert refusal(authored(claims=later))[0] == "claims.1.under"

    @pytest.mark.parametrize("name", ["environment", "customisations", "decommissioning"])
    def test_a_hospital_says_what_only_it_knows(self, name: str) -> None:
        """And nobody else says it."""
        require_authored(of_site(), THERE, of_site=True)
        assert refusal(of_site(**{name: " "}), at_site=True)[0] == name
        assert refusal(authored(**{name: "At the ward."}))[0] == name

    def test_phases_of_each_kind(self) -> None:
        """Each phase belongs to one kind of case."""
        assert set(Phase) == RELEASE_PHASES | SITE_PHASES
        assert not RELEASE_PHASES & SITE_PHASES
        assert refusal(authored(phase="use"))[0] == "phase"
        assert refusal(of_site(phase="delivery"), at_site=True)[0] == "phase"
