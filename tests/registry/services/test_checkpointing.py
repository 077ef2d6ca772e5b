"""Signing the trail by itself, and carrying the notes outside the database."""

import shutil
from dataclasses import replace

import pytest

from registry.domain import checkpoints, notes
from registry.domain.errors import BadInputError, NotFoundError
from registry.domain.trail import CHECKPOINTED, HOUSEKEEPING, Act
from registry.services import audit
from registry.services.work import Workshop
from registry.store.sinks import Sink
from tests.conftest import FrozenClock
from tests.factories.bundles import WITNESS
from tests.registry.services.test_audit import OFFICER, grow


def acts(workshop: Workshop) -> list[str]:
    """Return the acts on the trail."""
    with workshop.begin(OFFICER, reads=True) as work:
        return [event["act"] for event in audit.read(work, start=0, limit=1000)]


def decide(workshop: Workshop) -> None:
    """Record an act after which the trail is signed."""
    with workshop.begin(OFFICER) as work:
        work.record(Act.CONDITION_CLOSED, subject="heart-cad/1")


def test_a_decision_carries_a_checkpoint_outside(workshop: Workshop) -> None:
    """The note covers the decision, holds, and lies outside once the act is committed."""
    grow(workshop, 2)
    assert workshop.sink.newest() is None
    decide(workshop)
    note = workshop.sink.newest() or ""
    assert checkpoints.verify(note, public=workshop.keys.public()).size == 3
    assert acts(workshop) == ["site.registered"] * 2 + ["condition.closed", "checkpoint.signed"]
    with workshop.begin(OFFICER, reads=True) as work:
        assert audit.verify(work, notes=[note]).findings == ()


def test_one_asked_for_is_carried_outside_too(workshop: Workshop) -> None:
    """Whoever signs by hand has the note outside as well."""
    grow(workshop, 1)
    with workshop.begin(OFFICER) as work:
        note = audit.sign_checkpoint(work)
    assert workshop.sink.newest() == note


def test_the_schedule_signs_only_what_grew(workshop: Workshop, clock: FrozenClock) -> None:
    """After five minutes, and not again for the trail's own housekeeping."""
    workshop.checkpointing().if_due()
    grow(workshop, 1)
    workshop.checkpointing().if_due()
    assert workshop.sink.newest() is None
    clock.advance(minutes=5)
    workshop.checkpointing().if_due()
    first = workshop.sink.newest()
    assert first is not None
    clock.advance(hours=5)
    workshop.checkpointing().if_due()
    assert workshop.sink.newest() == first
    grow(workshop, 1)
    workshop.checkpointing().if_due()
    assert workshop.sink.newest() not in {None, first}
    assert acts(workshop).count("checkpoint.signed") == 2


def test_a_failing_sink_undoes_nothing_and_is_told(workshop: Workshop, clock: FrozenClock) -> None:
    """The decisions stand; doctor says what waits; with the place come the notes and an entry."""
    in_the_way = workshop.sink.place.with_name("taken")
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_text("", encoding="utf-8")
    blocked = replace(workshop, sink=Sink(in_the_way / "folder"))
    first = clock()
    decide(blocked)
    clock.advance(minutes=1)
    decide(blocked)
    told = audit.outside(blocked)
    assert (told.waiting, told.since) == (2, first)
    assert acts(blocked).count("condition.closed") == 2
    in_the_way.unlink()
    decide(blocked)
    assert audit.outside(blocked).waiting == 0
    assert acts(blocked)[-2:] == ["checkpoint.signed", "checkpoint.export_resumed"]
    assert len(list(blocked.sink.place.iterdir())) == 3


def test_notes_gone_from_outside_are_missed(workshop: Workshop) -> None:
    """Doctor says so when what was kept outside is there no more."""
    decide(workshop)
    assert audit.outside(workshop).waiting == 0
    shutil.rmtree(workshop.sink.place)
    assert audit.outside(workshop).waiting == 1


def test_two_histories_are_trouble(workshop: Workshop) -> None:
    """Another note over as many entries outside is told, never overwritten."""
    decide(workshop)
    (file,) = workshop.sink.place.iterdir()
    file.chmod(0o600)
    file.write_text("test-registry\n1\nanother root\n", encoding="utf-8")
    assert "another checkpoint over as many entries" in (audit.outside(workshop).trouble or "")


def test_what_is_signed_at_once_is_no_housekeeping() -> None:
    """No act calls for a checkpoint of itself for ever."""
    assert not CHECKPOINTED & HOUSEKEEPING


def test_a_witness_line_is_kept_and_shown(workshop: Workshop) -> None:
    """The note carries it from then on, once; a line over another note is refused."""
    decide(workshop)
    note = workshop.sink.newest() or ""
    size, key = checkpoints.read(note).size, WITNESS.public().text()
    line = notes.cosign(note, WITNESS, at=1_790_000_000)
    for _ in range(2):
        with workshop.begin(OFFICER) as work:
            kept = audit.keep_cosignature(work, size=size, witness=key, line=line)
        assert kept == note + line
    with workshop.begin(OFFICER, reads=True) as work:
        assert audit.newest_checkpoint(work) == note + line
        assert audit.verify(work, notes=[kept]).findings == ()
    assert acts(workshop).count("checkpoint.cosigned") == 1
    with pytest.raises(NotFoundError), workshop.begin(OFFICER) as work:
        audit.keep_cosignature(work, size=size + 7, witness=key, line=line)
    forged = notes.cosign(note.replace("test", "text"), WITNESS, at=1)
    with pytest.raises(BadInputError, match="co-signature"), workshop.begin(OFFICER) as work:
        audit.keep_cosignature(work, size=size, witness=key, line=forged)
