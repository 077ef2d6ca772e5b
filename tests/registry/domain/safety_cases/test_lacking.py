"""Facts about what a safety case must not lack, and what it leaves open."""

from typing import Any

import pytest

from registry.domain.safety_cases import lacks, open_points
from tests.factories.safety_cases import authored, case, claim, hazard, link


def hazards(*given: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part
    """Return the part on hazards."""
    found: dict[str, Any] = case()["generated"]["hazards"]
    return found | {"hazards": list(given)} | changes


def handed(accepted_by: str | None) -> dict[str, Any]:
    """Return what a hospital's case holds of a hazard handed over to it."""
    transferred = [{"number": 1, "name": "Downtime", "accepted_by": accepted_by}]
    return {"site": {"dossier": {"transferred_hazards": transferred}}, "release_case": None}


class TestLacks:
    """What stands between a case and its signature."""

    def test_whole(self) -> None:
        """Nothing, where records are approved and every claim rests on something."""
        assert lacks(case()) == []

    @pytest.mark.parametrize(
        ("part", "said"),
        [
            ({"management": {"plan": None}}, "no risk management plan"),
            ({"hazards": None}, "no risk management plan"),
            (
                {"management": {"plan": {"number": 3, "approved": None}}},
                "plan 3 waits for the clinical safety officer",
            ),
            ({"hazards": hazards(hazard(), log=None)}, "No issue of the hazard log is approved"),
            (
                {"hazards": hazards(hazard(), changed_since=[{"number": 1}])},
                "Hazard 1 changed since issue 1",
            ),
        ],
    )
    def test_records(self, part: dict[str, Any], said: str) -> None:
        """No case is signed over a plan or a log that nobody approved as it stands."""
        assert any(said in one for one in lacks(case(generated=part)))

    def test_argument(self) -> None:
        """A case claims something, and each claim rests on evidence or on a claim below it."""
        assert "claims nothing" in lacks(case(authored=authored(claims=[])))[0]
        bare = [claim(evidence=[]), claim(id="C2", evidence=[], under="C1")]
        assert lacks(case(authored=authored(claims=bare))) == [
            "Claim C2 rests on nothing: it has neither evidence nor a claim below."
        ]

    @pytest.mark.parametrize("rating", [3, None])
    def test_hazard_above_the_acceptable_rating_is_spoken_of(self, rating: int | None) -> None:
        """It may be signed once a claim says why; passing over it is refused."""
        part = {"hazards": hazards(hazard(), hazard(2, rating, name="Drift"))}
        assert "Hazard 2, Drift" in lacks(case(generated=part))[0]
        both = authored(claims=[claim(link(hazard=1), link(hazard=2))])
        assert lacks(case(generated=part, authored=both)) == []

    def test_what_was_handed_over_is_accepted(self) -> None:
        """A hospital's case waits until it has taken over what it was given."""
        assert "not accepted there" in lacks(case(site="Hungary", generated=handed(None)))[0]
        assert lacks(case(site="Hungary", generated=handed("Ilona"))) == []


class TestOpenPoints:
    """What a case may leave open, and shows."""

    def test_nothing(self) -> None:
        """Where every hazard is spoken of and every control verified."""
        assert open_points(case()) == []

    def test_hazards(self) -> None:
        """Hazards of which no claim speaks, and controls that were not shown to work."""
        left = hazard(2, controls=[{}, {}], unverified=1, name="Drift")
        assert open_points(case(generated={"hazards": hazards(hazard(), left)})) == [
            "No claim speaks of hazard 2.",
            "Controls that are not verified: of hazard 2, 1 of 2.",
        ]
        assert open_points(case(generated={"hazards": None})) == []

    def test_hazard_above_the_acceptable_rating(self) -> None:
        """Though a claim speaks of it, and it may be signed, it stands on the first page."""
        (said,) = open_points(case(generated={"hazards": hazards(hazard(1, 3))}))
        assert said.startswith("Hazard 1, Missed obstruction, counts as more than 2,")
        every = [hazard(n, 3) for n in range(1, 6)]
        both = authored(claims=[claim(*(link(hazard=n) for n in range(1, 6)))])
        (said,) = open_points(case(generated={"hazards": hazards(*every)}, authored=both))
        assert said.startswith("Hazards 1, 2, 3, 4, 5 count as more than 2")

    def test_claim_on_an_unmet_criterion(self) -> None:
        """The verdict stands beside the claim that leans on it, in the dossier's word."""
        unmet = [{"evidence": "e1", "id": "auroc", "verdict": "insufficient evidence"}]
        leaning = authored(claims=[claim(link(evidence=1, criterion="auroc"), link(hazard=1))])
        assert open_points(case(generated={"tests": {"criteria": unmet}}, authored=leaning)) == [
            "Claim C1 points to “auroc” on evidence 1, which is: insufficient evidence."
        ]

    def test_no_case_of_the_release(self) -> None:
        """A hospital's case says that the release itself has none."""
        said = open_points(case(site="Hungary", generated=handed("Ilona")))
        assert said == ["The release itself has no signed safety case (DCB0129)."]
