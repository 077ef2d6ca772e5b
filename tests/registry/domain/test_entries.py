"""The exact bytes of an entry, and the words beside it."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from registry.domain import entries, trail
from registry.domain.entries import Entry
from registry.domain.trail import Act, Event

AT = datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1)))
SALT = bytes(range(16))
# Of 16 bytes 00 01 … 0f and of "it was wrong" with its quotation marks, by sha256sum.
DIGEST = "sha256:36dc54d7d129a0688d185f6efcfdcf2c76318dd695fac716429d86362147d3a3"


def written(act: Act = Act.SITE_REGISTERED, **changes: object) -> Entry:
    """Return an entry over an event."""
    whole: dict[str, object] = {
        "actor": "system",
        "subject": "Zürich",
        "after": {"b": 1, "a": None},
    }
    event = Event(act=act, **(whole | changes))  # type: ignore[arg-type]
    return entries.write(event, seq=3, at=AT, salt=lambda: SALT)


class TestWrite:
    """Canonical bytes."""

    def test_without_words(self) -> None:
        """Keys sorted, no spaces, UTF-8, the time in UTC to the microsecond; nothing is kept."""
        assert written().body.decode() == (
            '{"act":"site.registered","actor":"system","after":{"a":null,"b":1},'
            '"at":"2026-11-23T09:30:00.000000Z","before":null,"schema":"cmr.event/2","seq":3,'
            '"subject":"Zürich","why":""}'
        )
        assert written().texts == ()

    def test_a_reason_is_a_digest_in_the_entry(self) -> None:
        """The words stand beside it, with their salt."""
        one = written(why="it was wrong")
        assert b"wrong" not in one.body
        assert json.loads(one.body)["why"] == {"salted": DIGEST}
        assert [(t.path, t.salt, t.text) for t in one.texts] == [("why", SALT, '"it was wrong"')]

    def test_only_what_people_wrote_is_salted(self) -> None:
        """Facts stand in the open; a list or a table at a path is salted as one; deep keys too."""
        one = written(Act.REVIEW_OPENED, after={"scope": {"sites": ["A"], "use": "Triage"}})
        after = json.loads(one.body)["after"]
        assert after["scope"]["sites"] == ["A"]
        assert set(after["scope"]["use"]) == {"salted"}
        listed = written(Act.MODEL_REGISTERED, after={"record": 1, "use_for": ["a", "b"]})
        assert [t.text for t in listed.texts] == ['["a","b"]']

    def test_a_mistyped_login_is_salted(self) -> None:
        """What was typed as a login may have been a password."""
        one = written(Act.SESSION_REFUSED, subject="login hunter2")
        assert b"hunter2" not in one.body


class TestFilled:
    """Reading the words back."""

    def test_round_trip(self) -> None:
        """With the words beside it an entry reads as the act was recorded."""
        one = written(Act.STATEMENT_MADE, why="because", after={"text": "Ärzte", "kind": "text"})
        texts = {t.path: t.text for t in one.texts}
        event, gone = entries.filled(trail.read_body(one.body), texts)
        assert (event["why"], event["after"], gone) == (
            "because",
            {"text": "Ärzte", "kind": "text"},
            [],
        )

    def test_words_taken_out_are_named(self) -> None:
        """What is not there any more is said to be gone, at its place."""
        one = written(why="because")
        event, gone = entries.filled(trail.read_body(one.body), {"why": None})
        assert (event["why"], gone) == (entries.REDACTED, ["why"])

    def test_an_older_entry_has_its_words_inside(self) -> None:
        """An entry of the first shape is read as it stands, whatever it looks like."""
        body = {**json.loads(written().body), "schema": "cmr.event/1", "why": {"salted": DIGEST}}
        assert entries.salted(body) == {}
        assert entries.filled(body, {}) == (body, [])


@pytest.mark.parametrize("act", list(Act))
def test_paths_stand_inside_an_act(act: Act) -> None:
    """Every path begins with a part of an act that may hold words."""
    from registry.domain.free_text import paths

    assert {path.split(".")[0] for path in paths(act)} <= {"why", "subject", "before", "after"}
