"""The words of the trail, and reading what it holds."""

from datetime import UTC, datetime

import pytest

from registry.domain import trail
from registry.domain.trail import Act

ENTRY = (
    b'{"act":"site.registered","actor":"system","after":{"a":null},"at":"2026-11-23T09:30:00.000000Z",'
    b'"before":null,"schema":"cmr.event/1","seq":3,"subject":"Hungary","why":"moved"}'
)


class TestReadBody:
    """Reading stored bytes."""

    @pytest.mark.parametrize("schema", [b"cmr.event/1", b"cmr.event/2"])
    def test_both_shapes_are_read(self, schema: bytes) -> None:
        """Entries of the first shape stand on trails and are read as before."""
        assert trail.read_body(ENTRY.replace(b"cmr.event/1", schema))["seq"] == 3

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'{"schema":"other/1"}',
            b"\xff",
            b'{"schema":"cmr.event/1"}',
            b"[" * 100_000,
            ENTRY.replace(b'"seq":3', b'"seq":"3"'),
            ENTRY.replace(b'"why"', b'"Why"'),
        ],
    )
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


def test_time_needs_its_zone() -> None:
    """A naive time would mean different moments to different readers."""
    with pytest.raises(ValueError, match="without its zone"):
        trail.instant_text(datetime(2026, 1, 1))  # noqa: DTZ001 -- the fault tested
