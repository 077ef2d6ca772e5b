"""Facts about what a card says of hazards, incidents and failures."""

from typing import Any

from registry.domain.judgements import safety
from tests.factories.hazards import MAJOR_RARE, control, on_log
from tests.registry.domain.hazards.test_requiring import HOLDS, SOUND, part
from tests.registry.domain.test_failure_reviews import group, review
from tests.registry.domain.test_incidents import incident

APPROVED = {
    "by": {"name": "Samira Haddad"},
    "at": "2026-11-23T09:30:00Z",
    "role": "clinical safety officer",
    "registration": "GMC 1234567",
}
LOG = {"number": 4, "plan": 1, "overall": "Few wait longer.", "approved": APPROVED}


def said(**dossier: Any) -> dict[str, str]:  # noqa: ANN401 -- any part
    """Return what a card says, by label."""
    return dict(safety.lines(dossier))


class TestLines:
    """What the card says."""

    def test_silence_is_said(self) -> None:
        """Without a log the card says that there is none."""
        assert said() == {"Hazard log": "None is recorded."}

    def test_log_is_named_with_its_approver(self) -> None:
        """Issue, day, name, role, registration and plan; what changed since is told."""
        changed = [{"number": 2, "name": "x", "what": "added"}]
        found = said(hazards=part(SOUND, log=LOG, changed_since=changed))
        assert found["Hazard log"] == (
            "Issue 4, approved 23 Nov 2026 by Samira Haddad, clinical safety officer "
            "(GMC 1234567), under risk management plan 1. Since then changed: hazard 2."
        )
        assert said(hazards=part(log=None))["Hazard log"] == "No issue of it is approved."

    def test_ratings_highest_first(self) -> None:
        """Counts by the rating that counts, the acceptable one, and the highest by name."""
        verified = [control(verification=[HOLDS])]
        found = said(
            hazards=part(on_log(), on_log(number=2, controls=verified), SOUND, log=LOG),
        )
        assert found["Residual risk"] == (
            "3 hazards: 1 rated 3 and 2 rated 2, of 5; acceptable is 2 or lower. Few wait longer."
        )
        assert found["Rated highest"] == "1, Missed obstruction (no control is verified)."

    def test_unrated_stands_above_all(self) -> None:
        """A hazard that nobody rated is not passed over."""
        hazard = on_log(initial={"severity": "grave", "likelihood": "low"}, residual=None)
        found = said(hazards=part(hazard, SOUND, log=LOG))
        assert "1 not rated and 1 rated 2" in found["Residual risk"]

    def test_handed_over(self) -> None:
        """To whom, what they must do, and whether they accepted."""
        to = {"to": "Hungary", "must_do": "Keep the wait short.", "accepted_by": None}
        hazard = on_log(status="transferred", transfer=to, initial=MAJOR_RARE)
        assert said(hazards=part(hazard, log=LOG))["Handed over"] == (
            "Missed obstruction to Hungary: Keep the wait short (not accepted yet)."
        )

    def test_incidents_and_failures(self) -> None:
        """What is not closed and what is unresolved is told."""
        reviewed = {
            **review(group(), group(resolved=False)),
            "failures": {"missed": 2, "false alert": None},
            "reviewed": {"by": {"name": "Ifeoma Okafor"}},
        }
        found = said(incidents=[incident(), incident(state="closed")], failure_reviews=[reviewed])
        assert found["Incidents"] == (
            "2 incidents with this version, 1 not closed: 3 of 2026-11-20, harm: severe."
        )
        assert found["Failures looked at"] == (
            "2 of an unknown number of evidence 1, by Ifeoma Okafor; 1 unresolved."
        )

    def test_no_hazard_of_this_version(self) -> None:
        """A log of other versions' hazards says so."""
        assert "No hazard" in said(hazards=part(log=LOG))["Residual risk"]
