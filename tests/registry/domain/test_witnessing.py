"""What a witness signs, and what it refuses."""

import pytest

from registry.domain import merkle, notes, witnessing
from registry.domain.trail import Act, Event
from registry.domain.witnessing import ForkError, Memory
from tests.factories.bundles import EVENTS, KEY, OTHER, OWN, WITNESS, Trail

TRAIL = Trail()
FORKED = Trail([*EVENTS[:2], Event(act=Act.SITE_REGISTERED, actor="x", subject="y"), *EVENTS[3:]])
SEEN = witnessing.first_seen(TRAIL.note(3), OWN.public())


def proof(old: int, new: int, trail: Trail = TRAIL) -> list[bytes]:
    """Return the proof between two sizes."""
    return merkle.consistency_proof(trail.node_at, old, new)


class TestExtend:
    """The next checkpoint."""

    def test_a_longer_trail_is_remembered(self) -> None:
        """With its proof it takes the place of the older one."""
        assert witnessing.needs_proof(SEEN, TRAIL.note(7))
        memory = witnessing.extend(SEEN, TRAIL.note(7), proof(3, 7))
        assert witnessing.described(memory)["size"] == 7
        assert Memory.read(memory.document()) == memory

    def test_the_same_is_the_same(self) -> None:
        """Nothing new needs no proof, and may be co-signed again."""
        assert not witnessing.needs_proof(SEEN, TRAIL.note(3))
        assert witnessing.extend(SEEN, TRAIL.note(3), []) == SEEN

    @pytest.mark.parametrize(
        ("note", "hashes", "said"),
        [
            (TRAIL.note(2), [], "SHRUNK"),
            (FORKED.note(3), [], "FORKED"),
            (FORKED.note(7), proof(3, 7, FORKED), "FORKED"),
            (FORKED.note(7), proof(3, 7), "FORKED"),
            (TRAIL.note(7), [], "FORKED"),
            (TRAIL.note(7), proof(3, 7)[:-1], "FORKED"),
            (TRAIL.note(7, OTHER), proof(3, 7), "does not hold"),
            (TRAIL.note(7, notes.PrivateKey(name="else", key=KEY)), proof(3, 7), "does not hold"),
            ("nonsense", [], "does not hold"),
        ],
    )
    def test_anything_else_is_refused(self, note: str, hashes: list[bytes], said: str) -> None:
        """A trail that shrank, forked, is unproved or another's is never co-signed."""
        with pytest.raises(ForkError, match=said):
            witnessing.extend(SEEN, note, hashes)

    def test_a_first_note_must_hold(self) -> None:
        """The first time, too, the note holds under the key or is not remembered."""
        with pytest.raises(ForkError):
            witnessing.first_seen(TRAIL.note(3), OTHER.public())


class TestMemory:
    """What is kept between two runs."""

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[]",
            b'{"schema":"cmr.witness/1"}',
            SEEN.document().replace(b"\\n3\\n", b"\\n2\\n"),
            SEEN.document().replace(b"cmr.witness/1", b"cmr.witness/2"),
        ],
    )
    def test_damage_is_an_error(self, content: bytes) -> None:
        """A memory that was edited is not guessed at."""
        with pytest.raises(ValueError):  # noqa: PT011 -- json's own errors among them
            Memory.read(content)


class TestKeys:
    """Keys and lines."""

    def test_only_a_witness_key_cosigns(self) -> None:
        """A log's key would make co-signatures that look like checkpoints."""
        assert witnessing.require_witness(WITNESS) == WITNESS
        with pytest.raises(ValueError, match="needs one of its own"):
            witnessing.require_witness(OWN)

    def test_a_line_is_checked(self) -> None:
        """One line that holds over the note is taken; nothing else is."""
        note, at = TRAIL.note(3), 1_790_000_000
        line = notes.cosign(note, WITNESS, at=at)
        assert witnessing.check_line(note, line, WITNESS.public()) == at
        for wrong in (line + line, line.strip(), "x\n", line.replace("AAA", "AAB", 1)):
            with pytest.raises(ValueError, match="co-sign"):
                witnessing.check_line(note, wrong, WITNESS.public())
        with pytest.raises(ValueError, match="no witness's key"):
            witnessing.check_line(note, line, OWN.public())
        with pytest.raises(ValueError, match="co-sign"):
            witnessing.check_line(TRAIL.note(4), line, WITNESS.public())
