"""Facts about incidents and failures on a card."""

import pytest

from registry.domain.judgements.incidents import groups, incidents, looked_at
from registry.domain.judgements.verdicts import BAD, PLAIN, UNSURE
from tests.factories.whole import make_bare_dossier, make_full_dossier

FULL, BARE = make_full_dossier(), make_bare_dossier()


class TestIncidents:
    """What went wrong in use."""

    def test_open_and_grave_first(self) -> None:
        """The severe one that is open is the bad one; what is left to do is loud."""
        first, second = incidents(FULL)
        assert (first.number, first.harm, first.state, first.tone) == (1, "Severe", "Open", BAD)
        assert first.done == (
            "Every referral is read again; Show the time of the score (AI desk, NOT DONE)."
        )
        assert first.what.endswith("Hazard 1.")
        assert (second.state, second.tone) == ("Closed 22 Nov 2026", PLAIN)
        assert "Cause: The interface restarted." in second.what

    def test_mild_and_open_is_unsure(self) -> None:
        """Open without severe harm."""
        (_, told) = FULL["incidents"]
        mild = told | {"harm": "low", "site": None, "mitigation": None, "actions": []}
        (found,) = incidents(make_full_dossier(incidents=[mild]))
        assert (found.tone, found.when) == (UNSURE, "20 Nov 2026")
        assert found.done == "Nothing is recorded."

    def test_none(self) -> None:
        """A dossier without incidents has none."""
        assert incidents(BARE) == ()


class TestFailures:
    """Failures that somebody looked at."""

    def test_unresolved_first(self) -> None:
        """What was found, what was done, and whether it is settled."""
        first, second = groups(FULL)
        assert (first.state, first.tone, first.count) == ("UNRESOLVED", BAD, 1)
        assert first.done == "Nobody could tell why. Nothing was done."
        assert (second.state, second.done) == ("Resolved", "Hazard 1 covers it. Hazard 1.")

    def test_how_many_of_how_many(self) -> None:
        """How many there are is counted from the assessment, whatever the review says."""
        (line,) = looked_at(FULL)
        assert line.label == "Evidence 1"
        assert line.text.startswith("4 of 132 failures looked at by Ifeoma Okafor, cardiologist")
        assert line.tone == UNSURE

    def test_nobody_looked(self) -> None:
        """Counting evidence whose failures nobody looked at says so."""
        (line,) = looked_at(make_full_dossier(failure_reviews=[]))
        assert line.text == "Nobody looked at any of 132 failures."
        assert line.tone == UNSURE
        assert looked_at(BARE) == ()

    @pytest.mark.parametrize(
        ("failures", "said", "tone"),
        [
            (0, "It counts no failure: there was none to look at.", PLAIN),
            (1, "Nobody looked at any of 1 failure.", UNSURE),
            (None, "Nobody looked at any of an unknown number of failures.", UNSURE),
        ],
    )
    def test_none_to_look_at(
        self, monkeypatch: pytest.MonkeyPatch, failures: int | None, said: str, tone: str
    ) -> None:
        """Where nothing failed nobody is reproached; where it is not known that is said."""
        monkeypatch.setattr("registry.domain.judgements.incidents.total", lambda _: failures)
        (line,) = looked_at(make_full_dossier(failure_reviews=[]))
        assert (line.text, line.tone) == (said, tone)
