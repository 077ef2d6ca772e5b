"""Facts about how an act becomes the words of a notice."""

from datetime import date

from registry.domain.notices import Audience, Kind, Rule, told
from registry.domain.notices.telling import Place, document
from registry.domain.trail import Act, Event

ACT = Act.REVIEW_OPENED


def rule(**changes: object) -> Rule:
    """Return a whole rule."""
    whole = {
        "kind": Kind.WAITS,
        "to": Audience(),
        "headline": "{subject} in {state}",
        "asks": "Because of {why}.",
        "place": Place("cmr show {bare}", "things/{bare}"),
    }
    return Rule(**whole | changes)  # type: ignore[arg-type]


def event(**changes: object) -> Event:
    """Return a whole act."""
    whole = {"act": ACT, "actor": "a", "subject": "site Long Beach", "after": {"state": "open"}}
    return Event(**whole | changes)  # type: ignore[arg-type]


class TestTold:
    """Told."""

    def test_facts_become_words(self) -> None:
        """Texts name the facts; the page is quoted, the command is not."""
        (notice,) = told(event(why="a reason"), {ACT: (rule(),)})
        assert (notice.headline, notice.asks) == ("site Long Beach in open", "Because of a reason.")
        assert (notice.see, notice.page) == ("cmr show Long Beach", "things/Long%20Beach")

    def test_unknown_act(self) -> None:
        """What the table does not name is told to nobody."""
        assert told(event(act=Act.SESSION_OPENED), {ACT: (rule(),)}) == []

    def test_lacking_fact(self) -> None:
        """Telling never stands in the way of an act that records less than it might."""
        (notice,) = told(event(after=None), {ACT: (rule(),)})
        assert notice.headline == "site Long Beach in (not stated)"

    def test_only_some_values(self) -> None:
        """A rule for suspensions does not tell an approval."""
        rules = {ACT: (rule(only=("state", frozenset({"suspended"}))),)}
        assert told(event(), rules) == []
        assert len(told(event(after={"state": "suspended"}), rules)) == 1

    def test_after_stands_above_before(self) -> None:
        """Of a fact that changed the new value is told."""
        (notice,) = told(event(before={"state": "old"}), {ACT: (rule(),)})
        assert notice.headline.endswith("in open")

    def test_one_line(self) -> None:
        """A line break in a reason cannot become a header of a mail."""
        (notice,) = told(event(why="a\r\nBcc: x@y.z"), {ACT: (rule(headline="{why}"),)})
        assert notice.headline == "a Bcc: x@y.z"

    def test_braces_in_a_reason(self) -> None:
        """What people write is never read as a text with facts in it."""
        (notice,) = told(event(why="{state.__class__}"), {ACT: (rule(),)})
        assert notice.asks == "Because of {state.__class__}."

    def test_due(self) -> None:
        """The day is told where the act names one, and nothing where it names none."""
        (notice,) = told(event(after={"due": "2027-01-31"}), {ACT: (rule(),)})
        assert notice.due == date(2027, 1, 31)
        (notice,) = told(event(after={"due": "soon"}), {ACT: (rule(),)})
        assert notice.due is None

    def test_long_subject(self) -> None:
        """A subject line ends somewhere."""
        (notice,) = told(event(why="x" * 500), {ACT: (rule(headline="{why}"),)})
        assert len(notice.headline) == 200


class TestDocument:
    """Document."""

    def test_whole(self) -> None:
        """It says who did what, when and why, and what is asked by when."""
        (notice,) = told(event(after={"due": "2027-01-31"}, why="w"), {ACT: (rule(),)})
        made = document(notice, id="i", at="2026-11-23T09:30:00Z", actor={"id": "a", "name": "A"})
        assert made == {
            "schema": "cmr.notice/1",
            "id": "i",
            "at": "2026-11-23T09:30:00Z",
            "kind": "waits",
            "act": "review.opened",
            "subject": "site Long Beach",
            "actor": {"id": "a", "name": "A"},
            "why": "w",
            "headline": "site Long Beach in (not stated)",
            "asks": "Because of w.",
            "due": "2027-01-31",
            "see": "cmr show Long Beach",
            "page": "things/Long%20Beach",
        }
