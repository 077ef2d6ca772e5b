"""Facts about who signed and who did not agree."""

from registry.domain.judgements.objections import NONE, lede, lines
from tests.factories.documents import make_decision, make_dossier, make_signoff, person

SAMIRA = person("Samira Haddad")
OBJECTION = make_signoff(
    person=SAMIRA, role="clinical safety officer", meaning="object", reasons="women are not read"
)


class TestLede:
    """Whose sign-offs stand, and whose did not come."""

    def test_for_and_against_are_kept_apart(self) -> None:
        """Nobody who objects is among those who signed for it."""
        abstains = make_signoff(meaning="abstain", role="information governance")
        assert lede([make_signoff(), OBJECTION, abstains], [], None) == (
            "Signed by Ilona Kovács, clinical lead (support). Against it: Samira Haddad, clinical "
            "safety officer. Abstaining: Ilona Kovács, information governance."
        )

    def test_void_and_withdrawn_do_not_stand(self) -> None:
        """Then nobody has signed."""
        gone = [make_signoff(void=True), make_signoff(withdrawn_at="2026-11-24T09:00:00Z")]
        assert lede(gone, [], None) == "Nobody has signed."

    def test_awaited_until_it_is_decided(self) -> None:
        """After the decision nobody is awaited any more."""
        awaited = [{"role": "clinical lead", "meaning": "support"}]
        assert lede([], awaited, None).endswith("Awaited: clinical lead.")
        decided = lede([], awaited, make_decision(make_dossier()))
        assert decided.endswith("Not signed, though asked: clinical lead.")

    def test_whoever_objects_has_answered(self) -> None:
        """Their role is not awaited as well: page 1 keeps no second place for it either."""
        awaited = [{"role": "clinical safety officer", "meaning": "support"}]
        assert "Awaited" not in lede([OBJECTION], awaited, None)


class TestLines:
    """Objections and abstentions."""

    def test_reasons_and_when(self) -> None:
        """In the words of who objects."""
        (line,) = lines([make_signoff(), OBJECTION])
        assert line.label == "Samira Haddad, clinical safety officer, objects"
        assert line.text == "Women are not read. 23 Nov 2026, 11:00 UTC."
        assert line.tone == "bad"

    def test_withdrawn_and_void_stay_on_record(self) -> None:
        """And say that they are."""
        withdrawn = OBJECTION | {"withdrawn_at": "2026-11-24T09:00:00Z"}
        void = OBJECTION | {"void": True, "meaning": "abstain", "reasons": None}
        first, second = lines([withdrawn, void])
        assert first.text.endswith("Withdrawn 24 Nov 2026, 09:00 UTC.")
        assert second.text.endswith("Void: it was given over an earlier dossier.")
        assert second.text.startswith("No reason given.")
        assert {first.tone, second.tone} == {"plain"}

    def test_nobody(self) -> None:
        """Is said, so that silence is not read as an omission."""
        (line,) = lines([make_signoff()])
        assert line.text == NONE
