"""Cards: the code on one, and what is said of what somebody holds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from registry.domain.cards import (
    LETTERS,
    Known,
    Match,
    Outcome,
    answer,
    code_of,
    field_of,
    read_code,
    verify_address,
)
from registry.domain.errors import BadInputError
from registry.domain.standings import State

DIGEST = "sha256:" + "9f" * 32
CODE = "3N52-A5V4-324A-Y93Q"
AT = datetime(2026, 11, 23, 12, 31, tzinfo=UTC)


def known(**changes: Any) -> Known:  # noqa: ANN401 -- any part of it
    """Return the current card of an approved version."""
    whole: dict[str, Any] = {
        "version": "heart-cad/2",
        "number": 3,
        "issued_at": AT,
        "headline": "Policy permits: pilot use at Hungary.",
        "state": State.CURRENT,
        "newest": 3,
        "current": True,
        "now": State.CURRENT,
        "since": AT,
        "by": None,
    }
    return Known(**whole | changes)


class TestCode:
    """What is printed on a card."""

    def test_follows_from_the_documents(self) -> None:
        """The same documents have the same code for ever; others have another."""
        assert code_of(DIGEST) == CODE
        assert code_of("sha256:" + "9e" * 32) != CODE
        assert set(CODE) - {"-"} <= set(LETTERS)

    @pytest.mark.parametrize(
        "typed",
        [CODE, CODE.lower(), CODE.replace("-", ""), f"  {CODE.replace('-', ' – ')} "],
    )
    def test_read_as_people_type_it(self, typed: str) -> None:
        """Case, spaces and dashes do not matter."""
        assert read_code(typed) == CODE

    def test_signs_that_look_alike(self) -> None:
        """I and L are read as 1, O as 0: none of them is ever printed."""
        assert read_code("0O1I L1oi 0000 0000") == "0011-1101-0000-0000"

    @pytest.mark.parametrize("typed", ["", "7K2M", "U" * 16, CODE + "0", "7K2M-Q0XT-93ZA-8VH?"])
    def test_what_is_none(self, typed: str) -> None:
        """It is refused with an example, and what was typed is counted."""
        with pytest.raises(BadInputError, match="16 letters and digits"):
            read_code(typed)


class TestAddress:
    """Where a code is checked."""

    def test_public(self) -> None:
        """The code stands in the path, so that a camera leads there."""
        url = "https://registry.example.org/"
        assert verify_address(url, CODE) == f"https://registry.example.org/verify/{CODE}"

    @pytest.mark.parametrize(
        "url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000", "", "nonsense"]
    )
    def test_only_of_this_machine(self, url: str) -> None:
        """An address that leads every reader to their own machine is not printed."""
        assert verify_address(url, CODE) is None


def test_field() -> None:
    """A sign-off's field bears its role, and enough of its id to be alone."""
    name = field_of("clinical safety officer", "c815587f-76d0-4f3e-a9f9-5239beb7c7b8")
    assert name == "clinical-safety-officer-c815587f"


class TestAnswer:
    """What is said."""

    def test_current(self) -> None:
        """It is named, and what it says is repeated."""
        said = answer(known(), Match.FILE, by_code=False)
        assert said.outcome is Outcome.CURRENT
        assert said.title == "This is the current card of heart-cad/2."
        assert said.sentences == (
            "It is card 3 of heart-cad/2. It was issued on 23 November 2026, 12:31 UTC.",
            "Policy permits: pilot use at Hungary.",
        )

    def test_by_code_nothing_is_said_of_a_copy(self) -> None:
        """Whoever changes a copy leaves the code: only the file itself can be compared."""
        said = answer(known(), Match.CODE, by_code=True)
        assert "does not show that a copy of it was left unchanged" in said.sentences[-1]

    def test_rendered_and_signed(self) -> None:
        """The bytes before the seal, and the copy with people's signatures, are known as such."""
        rendered = answer(known(), Match.RENDERED, by_code=False)
        assert "before the seal" in rendered.sentences[-1]
        signed = answer(known(), Match.SIGNED, by_code=False)
        assert "their own signatures" in signed.sentences[-1]

    @pytest.mark.parametrize(
        ("now", "by", "word"),
        [
            (State.DRAFT, None, "is a draft"),
            (State.CURRENT, None, "stands as approved since 23 November 2026"),
            (State.DECLINED, None, "is declined since"),
            (State.SUPERSEDED, "heart-cad/3", "is superseded by heart-cad/3 since"),
            (State.SUSPENDED, None, "is suspended since"),
            (State.LAPSED, None, "has lapsed since"),
        ],
    )
    def test_older(self, now: State, by: str | None, word: str) -> None:
        """It says which is newer, and how the version stands now, in each state."""
        found = known(current=False, newest=4, now=now, by=by)
        said = answer(found, Match.FILE, by_code=False)
        assert said.outcome is Outcome.OLDER
        assert "The newest is card 4." in said.sentences
        assert any(word in sentence for sentence in said.sentences)

    def test_record_changed_and_no_newer_card(self) -> None:
        """The newest card may say what the registry no longer holds; it says that too."""
        said = answer(known(current=False), Match.FILE, by_code=False)
        assert said.outcome is Outcome.OLDER
        assert "no newer card has been issued yet" in said.sentences[1]

    def test_only_the_beginning_is_known(self) -> None:
        """What was added is not the registry's, and how the version stands is said all the same."""
        found = known(now=State.SUSPENDED)
        said = answer(found, Match.FILE, by_code=False, changed=True)
        assert said.outcome is Outcome.CHANGED
        assert "was changed after that" in said.title
        assert "is suspended since" in said.sentences[-1]

    def test_unknown(self) -> None:
        """Of a file it is said what one byte does; of a code, to compare it."""
        of_file = answer(None, None, by_code=False)
        assert (of_file.outcome, of_file.title) == (
            Outcome.UNKNOWN,
            "This registry does not know this file.",
        )
        assert "one byte" in of_file.sentences[0]
        assert "sign by sign" in answer(None, None, by_code=True).sentences[0]
