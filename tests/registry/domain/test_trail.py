"""The bytes in which an act is recorded."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from registry.domain import trail
from registry.domain.trail import Act, Event

EVENT = Event(act=Act.SITE_REGISTERED, actor="system", subject="Zürich", after={"b": 1, "a": None})
AT = datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1)))


class TestBodyOf:
    """Canonical bytes."""

    def test_hand_written(self) -> None:
        """Keys sorted, no spaces, UTF-8, the time in UTC to the microsecond."""
        assert trail.body_of(EVENT, seq=3, at=AT).decode() == (
            '{"act":"site.registered","actor":"system","after":{"a":null,"b":1},'
            '"at":"2026-11-23T09:30:00.000000Z","before":null,"schema":"cmr.event/1","seq":3,'
            '"subject":"Zürich","why":""}'
        )

    def test_time_needs_its_zone(self) -> None:
        """A naive time would mean different moments to different readers."""
        with pytest.raises(ValueError, match="without its zone"):
            trail.body_of(EVENT, seq=0, at=datetime(2026, 1, 1))  # noqa: DTZ001 -- the fault tested


class TestReadBody:
    """Reading stored bytes."""

    def test_round_trip(self) -> None:
        """What was written is read."""
        assert trail.read_body(trail.body_of(EVENT, seq=3, at=AT))["seq"] == 3

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"schema":"other/1"}', b"\xff"])
    def test_foreign_bytes_are_refused(self, body: bytes) -> None:
        """Bytes that are no entry of ours are an error, never half an entry."""
        with pytest.raises(ValueError):  # noqa: PT011 -- json's own errors among them
            trail.read_body(body)


def test_every_act_is_named_once_as_subject_and_verb() -> None:
    """Acts read subject.verb, in small letters, and no two are the same."""
    words = [act.value for act in Act]
    assert len(set(words)) == len(words)
    assert all(word.replace("_", "").replace(".", "").isalpha() for word in words)
    assert all(word.count(".") == 1 and word == word.lower() for word in words)


def test_instant_text_is_utc() -> None:
    """Aware times of any zone are written in UTC."""
    assert trail.instant_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"
