"""Facts about what policy asked, as a card prints it."""

from registry.domain.judgements.asked import lines, training
from tests.factories.documents import person
from tests.factories.whole import make_bare_dossier, make_full_dossier

FULL = make_full_dossier()


class TestLines:
    """Every requirement."""

    def test_all_in_their_order(self) -> None:
        """None is left out, met ones too."""
        assert len(lines(FULL)) == len(FULL["requirements"])
        assert lines(FULL)[0].label == "Met"
        assert lines(make_bare_dossier()) == ()

    def test_reason_and_for_whom_it_waits(self) -> None:
        """What is missing says why, and who must act."""
        (line,) = [one for one in lines(FULL, "statement.") if "10" in one.text]
        assert line.text == (
            "Consideration 10 is answered. Nothing was stated. Waits for: model owner."
        )
        assert (line.label, line.tone) == ("Missing", "unsure")

    def test_some_subjects(self) -> None:
        """By how their ids begin."""
        assert [one.text.split()[0] for one in lines(FULL, "incidents.")] == ["No"]


class TestTraining:
    """Whose training policy asks for."""

    def test_completed_and_not(self) -> None:
        """What, when, until when; or that nothing is recorded."""
        done = {"topic": "clinical safety", "on": "2026-01-10", "valid_until": "2028-01-10"}
        people = [
            {"person": person("A"), "roles": ["clinical lead"], "completed": [done]},
            {"person": person("B"), "roles": ["clinical lead"], "completed": []},
        ]
        first, second = training(make_full_dossier(training=people))
        assert first.completed == "Clinical safety on 10 Jan 2026, valid until 10 Jan 2028."
        assert (second.name, second.completed) == ("B", "NOTHING is recorded.")
        assert training(FULL) == ()
