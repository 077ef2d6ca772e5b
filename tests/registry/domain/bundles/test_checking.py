"""What holds of a bundle, and every way of tampering with one."""

import json
from collections.abc import Callable

import pytest

from registry.domain import bundles, notes
from registry.domain.bundles import Checked
from registry.domain.notes import PublicKey
from registry.domain.trail import Act, Event
from tests.factories.bundles import EVENTS, KEY, ORIGIN, OTHER, OWN, WITNESS, Files, Trail

TRAIL = Trail()
SUBJECT = "heart-cad/2"


def checked(files: Files, key: PublicKey | None = OWN.public()) -> Checked:  # noqa: B008 -- frozen
    """Return what checking finds."""
    return bundles.check(files, key=key)


class TestWhole:
    """A bundle of everything."""

    def test_holds(self) -> None:
        """An untouched bundle says what holds of it, and nothing else."""
        found = bundles.check(TRAIL.files(), key=OWN.public(), witnesses=[WITNESS.public()])
        assert found.findings == []
        assert found.holds == [
            "All 7 entries are there, none edited, moved, removed or inserted.",
            "They lead to the root of 2 checkpoints, all that hold.",
            "witness.example.org/w1 co-signed the first 7 entries on 2026-09-21.",
        ]
        assert found.remarks == []

    def test_without_a_key_of_ones_own(self) -> None:
        """The bundle's own key proves little, and that is said; so of its witness."""
        found = checked(TRAIL.files(), key=None)
        assert found.findings == []
        ours, theirs = found.remarks
        assert ours.startswith("Checked with the key that lies in the bundle")
        assert theirs.endswith("Its key lies in the bundle; --witness KEY demands one you know.")

    def test_what_came_later_is_not_covered(self) -> None:
        """Entries behind the newest checkpoint are counted."""
        found = checked(TRAIL.files(signed=(3, 5)))
        assert found.findings == []
        assert found.remarks[0].startswith("2 entries came after the newest checkpoint")

    def test_a_checkpoint_kept_outside_is_led_to(self) -> None:
        """A trail that was rewritten whole, key in hand, is found by a note that got away."""
        rewritten = Trail([*EVENTS[:5], Event(act=Act.SITE_REGISTERED, actor="b", subject="x")])
        files = rewritten.files(signed=(3, 6))
        assert checked(files).intact
        found = bundles.check(files, key=OWN.public(), outside=[TRAIL.note(6)])
        assert any("two histories" in one for one in found.findings)
        found = bundles.check(files, key=OWN.public(), outside=[TRAIL.note(7)])
        assert "a checkpoint covers 7 entries, only 6 are in the bundle" in found.findings

    def test_a_witness_that_is_missing(self) -> None:
        """A co-signature that is demanded and not there is a finding."""
        other = notes.PrivateKey(name="w2", key=KEY, kind=WITNESS.kind).public()
        found = bundles.check(TRAIL.files(), key=OWN.public(), witnesses=[other])
        assert found.findings == ["no checkpoint is co-signed by w2"]
        damaged = checked(says(witnesses=["w", 3]))
        assert [one.split(":")[0] for one in damaged.findings] == [
            "the key of a witness is damaged"
        ] * 2


class TestSubject:
    """A bundle about one thing."""

    def test_holds(self) -> None:
        """Its entries, those of its evidence, each at its place; and not its namesake's."""
        found = checked(TRAIL.files(SUBJECT))
        assert found.findings == []
        assert found.holds[0] == (
            "All 4 entries on heart-cad/2 are on the trail of 7 that was signed, each at its place."
        )
        assert found.remarks[0].startswith("That nothing else on heart-cad/2")


def edited(name: str, old: bytes, new: bytes, subject: str | None = None) -> Files:
    """Return a bundle with bytes of one file replaced."""
    files = TRAIL.files(subject)
    assert old in files[name]
    return {**files, name: files[name].replace(old, new, 1)}


def lines(name: str, change: Callable[[list[bytes]], list[bytes]], subject: str | None) -> Files:
    """Return a bundle with the lines of one file changed."""
    files = TRAIL.files(subject)
    kept = change(files[name].splitlines(keepends=True))
    return {**files, name: b"".join(kept)}


def forged(text: str) -> Files:
    """Return a bundle with other checkpoints."""
    return {**TRAIL.files(), bundles.CHECKPOINTS: text.encode()}


def says(**changes: object) -> Files:
    """Return a bundle with another manifest."""
    files = TRAIL.files()
    said = {**json.loads(files[bundles.MANIFEST]), **changes}
    return {**files, bundles.MANIFEST: json.dumps(said).encode()}


TAMPERING: dict[str, Files] = {
    "a word of an entry edited": edited(bundles.ENTRIES, b"Hungary", b"Hungaria"),
    "an entry removed": lines(bundles.ENTRIES, lambda all_: all_[:2] + all_[3:], None),
    "the tail cut": lines(bundles.ENTRIES, lambda all_: all_[:-1], None),
    "an entry repeated": lines(bundles.ENTRIES, lambda all_: [*all_, all_[-1]], None),
    "two entries swapped": lines(bundles.ENTRIES, lambda all_: [all_[1], all_[0], *all_[2:]], None),
    "a blank in an entry": edited(bundles.ENTRIES, b'"seq":3', b'"seq": 3'),
    "an entry emptied": edited(bundles.ENTRIES, TRAIL.entries[2].body, b""),
    "an entry of bytes": edited(bundles.ENTRIES, TRAIL.entries[2].body, b"\xff\x00"),
    "an entry that nests without end": edited(
        bundles.ENTRIES, TRAIL.entries[2].body, b"[" * 100_000
    ),
    "all entries removed": {**TRAIL.files(), bundles.ENTRIES: b""},
    "no file of entries": {k: v for k, v in TRAIL.files().items() if k != bundles.ENTRIES},
    "words edited": edited(bundles.TEXTS, b"the bounds hold", b"the bounds held"),
    "words removed": lines(bundles.TEXTS, lambda all_: all_[:-1], None),
    "words added": lines(
        bundles.TEXTS, lambda all_: [*all_, bundles.text_line(6, "why", b"s" * 16, '"x"')], None
    ),
    "words taken out silently": lines(
        bundles.TEXTS, lambda all_: [*all_[:-1], bundles.text_line(5, "why", None, None)], None
    ),
    "words of no entry": lines(
        bundles.TEXTS, lambda all_: [bundles.text_line(-1, "why", None, None), *all_], None
    ),
    "words malformed": lines(bundles.TEXTS, lambda all_: [*all_, b"[]\n", b'{"seq":1}\n'], None),
    "a checkpoint's size edited": forged(TRAIL.note(7).replace("\n7\n", "\n6\n")),
    "a checkpoint of another origin": forged(
        TRAIL.note(7, notes.PrivateKey(name="elsewhere", key=KEY))
    ),
    "a checkpoint by another key": forged(TRAIL.note(7, OTHER)),
    "a checkpoint of another trail": forged(Trail(EVENTS[1:]).note(6)),
    "checkpoints removed": forged(""),
    "checkpoints of bytes": {**TRAIL.files(), bundles.CHECKPOINTS: b"\xff\xfe\x00"},
    "a signature cut": forged(TRAIL.note(7)[:-20] + "\n"),
    "the manifest's key exchanged": says(key=OTHER.public().text()),
    "the manifest's count edited": says(entries=6),
    "the manifest's size edited": says(size=6),
    "the manifest of another shape": says(schema="cmr.bundle/9"),
    "the manifest malformed": says(entries="7"),
    "the manifest removed": {k: v for k, v in TRAIL.files().items() if k != bundles.MANIFEST},
    "a subject's entry edited": edited(bundles.ENTRIES, b'"actor":"b"', b'"actor":"c"', SUBJECT),
    "a subject's entry removed": lines(bundles.ENTRIES, lambda all_: all_[:-1], SUBJECT),
    "a proof truncated": lines(
        bundles.PROOFS, lambda all_: [bundles.proof_line(1, []), *all_[1:]], SUBJECT
    ),
    "two proofs swapped": lines(
        bundles.PROOFS, lambda all_: [all_[1], all_[0], *all_[2:]], SUBJECT
    ),
    "a proof lengthened": lines(
        bundles.PROOFS,
        lambda all_: [bundles.proof_line(1, [bytes(32)] * 40), *all_[1:]],
        SUBJECT,
    ),
    "a proof malformed": lines(bundles.PROOFS, lambda all_: [b"{}\n", *all_[1:]], SUBJECT),
    "a proof of no numbers": lines(
        bundles.PROOFS, lambda all_: [b'{"seq":"1","hashes":[7]}\n', *all_[1:]], SUBJECT
    ),
    "a subject's proofs removed": {**TRAIL.files(SUBJECT), bundles.PROOFS: b""},
}


@pytest.mark.parametrize("kind", sorted(TAMPERING))
def test_tampering_is_found(kind: str) -> None:
    """Every kind is found and said in a sentence; none makes the check crash."""
    found = checked(TAMPERING[kind])
    assert not found.intact
    assert found.holds == []
    assert all(finding == finding.strip() and len(finding) < 250 for finding in found.findings)


def test_there_are_more_than_twenty_kinds() -> None:
    """The table is as long as it says."""
    assert len(TAMPERING) > 30
    assert ORIGIN in TRAIL.note(1)
