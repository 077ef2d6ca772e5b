"""Facts about hazards on a card: ratings, controls, and what shows that they work."""

from registry.domain.judgements import hazards
from registry.domain.judgements.verdicts import BAD, GOOD, UNSURE
from tests.factories.documents import Json
from tests.factories.hazards import MAJOR_RARE, control, on_log, shown_by
from tests.factories.whole import make_bare_dossier, make_full_dossier
from tests.registry.domain.hazards.test_requiring import part

FULL, BARE = make_full_dossier(), make_bare_dossier()


def shown(**link: object) -> tuple[str, ...]:
    """Return what a card says of one link of a control."""
    hazard = on_log(controls=[control(verification=[shown_by(**link) | {"problem": None}])])
    dossier = make_full_dossier(hazards=part(hazard))
    return hazards.hazards(dossier)[0].controls[0].shown


class TestHazards:
    """Each hazard."""

    def test_highest_first(self) -> None:
        """Those that count as most, then by number."""
        assert [one.number for one in hazards.hazards(FULL)] == [1, 3, 2]
        assert hazards.hazards(BARE) == ()

    def test_control_shown_on_another_version_shows_nothing(self) -> None:
        """The initial rating counts, whatever the residual one is said to be."""
        one = hazards.hazards(FULL)[0]
        assert (one.initial, one.residual) == ("major × medium = 3", "major × very low = 2")
        assert one.counts_as == "Counts as 3 of 5: no control is verified."
        assert one.controls[0].state == "not shown to work"
        assert one.controls[0].shown == (
            "it was tried (statement 8 of version 1): was shown on version 1, not on version 2",
        )
        assert one.tone == BAD

    def test_verified_control_names_its_evidence(self) -> None:
        """And the closed hazard is good."""
        closed = hazards.hazards(FULL)[2]
        assert closed.controls[0].state == "shown on this version"
        assert closed.controls[0].shown == (
            "it was tried (evidence 1, criterion “discrimination”)",
        )
        assert (closed.status, closed.tone) == ("Closed", GOOD)

    def test_handed_over_without_acceptance_is_loud(self) -> None:
        """To whom, what they must do, and that nobody accepted."""
        one = hazards.hazards(FULL)[1]
        assert not one.accepted
        assert one.handed == "Handed to Hungary: Read every woman's referral (NOT ACCEPTED YET)."

    def test_no_control(self) -> None:
        """A hazard without control says so, with its justification where there is one."""
        bare = on_log(controls=[], residual=None)
        kept = on_log(number=2, controls=[], status="closed", justification="Too rare.")
        found = hazards.hazards(make_full_dossier(hazards=part(bare, kept)))
        assert [one.status for one in found] == [
            "Open; no control",
            "Closed; no control: too rare.",
        ]
        assert found[0].residual == "none stated"

    def test_links(self) -> None:
        """Documents by their digest; evidence that is not in the dossier is of another version."""
        assert shown(document="sha256:" + "a" * 64) == (
            "it was tried (document sha256 aaaaaaaa…aaaa)",
        )
        assert shown(evidence="elsewhere") == ("it was tried (evidence of another version)",)


class TestMatrix:
    """From initial ratings to those that count."""

    def test_counts(self) -> None:
        """Three began at 3; two still count as 3, one as 2."""
        found = hazards.matrix(FULL)
        assert found is not None
        assert found.columns == ("5, too high", "4, too high", "3, too high", "2", "1")
        assert found.rows == (("3", (0, 0, 2, 1, 0)),)
        assert found.acceptable == 2

    def test_unrated_has_its_own_place(self) -> None:
        """What the matrix no longer knows is neither high nor low."""
        unknown = on_log(initial={"severity": "grave", "likelihood": "low"}, residual=None)
        found = hazards.matrix(make_full_dossier(hazards=part(unknown)))
        assert found is not None
        assert found.columns[0] == "not rated, too high"
        assert found.rows == (("not rated", (1, 0, 0, 0, 0, 0)),)

    def test_none(self) -> None:
        """Without a hazard there is no matrix."""
        assert hazards.matrix(BARE) is None
        assert hazards.matrix(make_full_dossier(hazards=part())) is None


class TestLede:
    """The first sentence."""

    def test_no_log_is_loud(self) -> None:
        """Silence would read as if nothing could go wrong."""
        assert hazards.lede(BARE).startswith("NO HAZARD LOG")

    def test_those_above_are_named(self) -> None:
        """Never only counted."""
        assert hazards.lede(FULL) == (
            "Hazards 1 (Missed obstruction) and 3 (Women ranked too low) count as more than 2, "
            "the highest rating that is acceptable."
        )

    def test_none_above(self) -> None:
        """Then it says under which rating they all are."""
        low = on_log(initial=MAJOR_RARE)
        text = hazards.lede(make_full_dossier(hazards=part(low)))
        assert text == "1 hazard; none counts as more than 2, which is acceptable under the plan."
        assert "nothing was looked for" in hazards.lede(make_full_dossier(hazards=part()))


class TestDown:
    """What happens without the model."""

    def test_recorded(self) -> None:
        """The fail-safe of the protocol, and the hazard about it with its controls."""
        said = {line.label: line.text for line in hazards.down(FULL)}
        assert said["No score"].startswith("An exam without a score counts as not flagged")
        assert said["Model down"].startswith("Hazard 2, Answer comes too late: Nobody leaves")

    def test_not_recorded(self) -> None:
        """Then it says where the procedure must be."""
        (line,) = hazards.down(BARE)
        assert "site dossier" in line.text
        assert line.tone == UNSURE


class TestPlan:
    """Plan and policy."""

    def test_approved(self) -> None:
        """Who, in what role, under which registration, until when."""
        (line,) = hazards.plan(FULL)
        assert "approved 21 Nov 2026 by Samira Haddad, clinical safety officer (GMC" in line.text
        assert list(hazards.plan(BARE)) == []

    def test_not_approved(self) -> None:
        """A plan that nobody approved says so aloud."""
        dossier: Json = make_full_dossier()
        dossier["hazards"]["plan"]["approved"] = None
        (line,) = hazards.plan(dossier)
        assert "NOT APPROVED" in line.text
        assert line.tone == UNSURE
