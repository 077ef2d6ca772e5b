"""Facts about the thirteen considerations: what is said, asked for and computed."""

from registry.domain.judgements import considerations, records
from registry.domain.judgements.considerations import answers, lede
from registry.domain.judgements.lines import Section
from registry.domain.judgements.verdicts import BAD, UNSURE
from tests.factories.documents import criterion, drawn, make_decision, make_dossier
from tests.factories.whole import make_bare_dossier, make_full_dossier

FULL, BARE = make_full_dossier(), make_bare_dossier()
BY_NUMBER = {one.number: one for one in answers(FULL)}


class TestAnswers:
    """Each of the thirteen."""

    def test_all_thirteen_in_order(self) -> None:
        """Whatever a dossier holds, none is left out."""
        for dossier in (FULL, BARE):
            assert [one.number for one in answers(dossier)] == list(range(1, 14))

    def test_missing_though_asked_for_is_bad(self) -> None:
        """Ten says nothing, and policy asks for it: loud, and why."""
        ten = BY_NUMBER[10]
        assert (ten.state, ten.tone, ten.asked) == (records.MISSING, BAD, True)
        assert ten.policy == "Policy asks for it. Missing: Nothing was stated."

    def test_missing_and_not_asked_for_is_missing_all_the_same(self) -> None:
        """What policy does not ask for is not there either."""
        one = answers(BARE)[0]
        assert (one.state, one.tone, one.asked) == (records.MISSING, BAD, False)
        assert one.policy == "Policy does not ask for it."

    def test_carried_over_is_not_stated(self) -> None:
        """A statement of another version counts for nothing until it is confirmed."""
        two = BY_NUMBER[2]
        assert (two.state, two.tone) == (considerations.CARRIED, UNSURE)
        assert two.text.endswith("Carried from version 1, not confirmed.")

    def test_carried_over_absence_is_not_confirmed_either(self) -> None:
        """“Not available” of another version is no answer for this one."""
        dossier = make_full_dossier()
        dossier["statements"][10] |= {"carried_from": 1}
        eleven = answers(dossier)[10]
        assert eleven.state == considerations.CARRIED
        assert "No explanation is shown to users." in eleven.text

    def test_stale(self) -> None:
        """A statement that policy no longer relies on says so."""
        dossier = make_full_dossier()
        because = "It was made on 2024-01-01 and is stale."
        for one in dossier["requirements"]:
            if one["id"] == "statement.1":
                one |= {"status": "missing", "because": because}
        assert answers(dossier)[0].state == considerations.STALE
        assert because in answers(dossier)[0].policy

    def test_author_day_and_citations(self) -> None:
        """Who, when, on which evidence; and that some of it is not here."""
        assert BY_NUMBER[1].by == (
            "Ilona Kovács, 20 Nov 2026; cites evidence 1; "
            "cites evidence that this dossier does not hold"
        )
        assert BY_NUMBER[10].by == ""


class TestComputed:
    """What tables say about each."""

    def test_criteria_stand_with_the_consideration_that_they_answer(self) -> None:
        """A protocol assigns them by the consideration's word."""
        costly = criterion(
            id="cost", metric="cost_against_default", consideration="costs", verdict="not met"
        )
        dossier = make_full_dossier(criteria=[costly])
        (found,) = [c for c in answers(dossier)[5].computed if c.section is Section.PROTOCOL]
        assert found.tone == BAD
        assert found.text.endswith("over every site, at least 0.800: not met.")

    def test_sample_size_against_what_is_there(self) -> None:
        """How many are asked for, how many are there, in words whether that is enough."""
        texts = [one.text for one in BY_NUMBER[1].computed]
        assert texts[-1] == (
            "For testing 616 exams, 367 with the finding are too few for: AUROC (Riley 2021: 900 "
            "exams for an interval 0.1 wide)."
        )

    def test_figures_have_interval_and_number(self) -> None:
        """Every estimate with both."""
        (figures,) = BY_NUMBER[7].computed
        assert figures.text.count("n = ") == figures.text.count("(") == 3
        assert figures.section is Section.PERFORMANCE

    def test_site_in_scope_without_evidence(self) -> None:
        """It is named under decentralized data."""
        assert answers(BARE)[1].computed[0].text == "No evidence from Hungary, in scope."

    def test_end_of_the_approval(self) -> None:
        """Decay is answered by the day on which the approval ends, once there is one."""
        decision = make_decision(FULL)
        texts = [one.text for one in answers(FULL, decision)[8].computed]
        assert "The approval ends on 23 Nov 2027; then a new review." in texts
        assert len(answers(FULL)[8].computed) == len(texts) - 1

    def test_agreement_of_readers(self) -> None:
        """With readers in the protocol, how far they agree; with its interval."""
        dossier = make_full_dossier()
        dossier["protocols"][0]["document"]["readers"] = {"a": "reader_a", "b": "reader_b"}
        kappa = {"value": 0.71, "low": 0.62, "high": 0.8, "n": 616}
        dossier["evidence"][0]["assessment"]["agreement"] = [
            {
                "by": {},
                "measures": [{"measure": "cohen_kappa", "between": ["a", "b"], "estimate": kappa}],
            }
        ]
        (found,) = [one for one in answers(dossier)[3].computed if "kappa" in one.text]
        assert found.text == "Cohen kappa between a and b: 0.710 (0.620–0.800), n = 616."

    def test_undefined_keeps_its_reason(self) -> None:
        """A sample size that cannot be computed says why."""
        dossier = make_full_dossier()
        (size,) = dossier["evidence"][0]["assessment"]["sample_size"]
        size |= {"required_exams": None, "undefined": "one class only"}
        assert answers(dossier)[0].computed[-1].text.endswith("undefined, one class only.")

    def test_many_too_small_are_counted(self) -> None:
        """They are named in section 3; here a number says how many."""
        sites = [(f"Site {number:02d}", 6, 0.5) for number in range(12)]
        found = answers(make_dossier(drawn(sites)))[11].computed[-1].text
        assert found.endswith("sites, groups or crossed groups, each named there.")


class TestLede:
    """What is said before the first of them."""

    def test_names_what_is_not_answered(self) -> None:
        """By number and title, never a tally alone."""
        text = lede(FULL)
        assert "Missing though policy asks: 10 Adversarial attacks." in text
        assert "Not available: 11 Explainability." in text
        assert "Not confirmed for this version: 2 Decentralized data sets." in text
