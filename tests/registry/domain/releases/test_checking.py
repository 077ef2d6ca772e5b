"""Facts about checking releases: what holds is said, and whatever was tampered with is found."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import checkpoints, releases
from registry.domain.checkpoints import Checkpoint
from registry.domain.digests import digest_of
from registry.domain.notes import Kind as KeyKind
from registry.domain.notes import PrivateKey
from registry.domain.releases import Asked, Report, Seal, Verdict
from registry.domain.releases.checking import lists
from registry.domain.releases.checking.given import Given
from tests.factories.forging import OTHER
from tests.factories.releases import Release, inside_of, witness_line
from tests.factories.tampering import KINDS, Kind

WITNESS = PrivateKey(
    name="witness.example.org/w1",
    key=Ed25519PrivateKey.from_private_bytes(b"w" * 32),
    kind=KeyKind.COSIGNATURE,
)

SEAL = Seal(
    who="St Elsewhere",
    certificate="sha256:" + "0" * 64,
    at="2026-11-23 09:30 UTC by its own clock",
    certifies=True,
    holds=True,
    last=True,
    trusted=None,
)
LISTS = {releases.MANIFEST, releases.MARK}


def told(report: Report, name: str) -> str:
    """Return the first sentence of an id."""
    return next((one.text for one in report.findings if one.id == name), "")


def listing(release: Release) -> Report:
    """Return what comparing a bundle with its list of files finds."""
    given = Given(files=release.files, asked=Asked(key=release.key), report=Report())
    lists.check(given)
    return given.report


class TestWhole:
    """A bundle as it was made."""

    def test_everything_is_said(self, release: Release) -> None:
        """What holds, what to mind, and what was not checked; nothing speaks against it."""
        report = release.checked()
        assert report.holds, report.failures
        assert report.headline.startswith("Everything that was checked holds.")
        said = {one.id for one in report.findings}
        assert said >= {
            "file.whole", "key.given", "list.signed", "card.issued", "card.inside",
            "sign.passkey", "sign.weaker", "sign.withdrawn", "sign.against", "sign.others",
            "decision.signed", "decision.complete", "decision.quorum", "decision.follows",
            "standing.signed", "standing.then", "evidence.cited", "evidence.again",
            "criteria.follow", "evidence.rows", "trail.entries", "trail.rest", "trail.alone",
        }  # fmt: skip
        assert "Night staff were not asked." in told(report, "sign.against")
        assert "weaker" in told(report, "sign.weaker")
        headings = [heading for heading, _ in report.sections()]
        assert headings[0] == "The files"
        assert len(headings) == 7

    def test_without_a_key_nothing_is_flattered(self, release: Release) -> None:
        """The key in the bundle only shows that the files agree."""
        report = release.checked(key=None)
        assert report.holds
        assert report.headline.startswith("The files agree with each other. Whose they are was not")
        assert "only shows that the files agree" in told(report, "key.own")

    def test_whoever_signs_anew_needs_the_key(self, release: Release) -> None:
        """A list signed by a key of one's own is not the registry's, and the people's are not."""
        forged = release.listed(OTHER)
        assert told(forged.checked(), "key.other")
        own = forged.checked(key=None)
        assert not own.holds, "the people's signatures are by the real key"

    def test_outside_checkpoints(self, release: Release) -> None:
        """The very checkpoint, a fork, a longer trail and a foreign note are told apart."""
        note = release.files[releases.CHECKPOINT].decode()
        now = checkpoints.read(note)
        assert told(release.checked(outside=[note]), "trail.outside")
        fork = checkpoints.sign(
            Checkpoint(origin=now.origin, size=now.size, root=b"f" * 32), release.secret
        )
        assert told(release.checked(outside=[fork]), "trail.forked")
        longer = checkpoints.sign(
            Checkpoint(origin=now.origin, size=now.size + 9, root=b"l" * 32), release.secret
        )
        further = release.checked(outside=[longer])
        assert further.holds
        assert told(further, "trail.elsewhere")
        assert not release.checked(outside=["no note"]).holds

    def test_witnesses(self, release: Release) -> None:
        """A witness that is demanded must have co-signed; one that lies in the bundle is minded."""
        assert told(release.checked(witnesses=[WITNESS.public()]), "trail.unwitnessed")
        note = witness_line(release.files[releases.CHECKPOINT], WITNESS)
        registry = release.json(releases.MANIFEST)["registry"]
        registry["witnesses"] = [WITNESS.public().text(), "no key"]
        seen = release.put(releases.CHECKPOINT, note).listed(release.secret, registry=registry)
        assert told(seen.checked(witnesses=[WITNESS.public()]), "trail.witness")
        report = seen.checked()
        assert "lies in the bundle" in told(report, "trail.cosigned")
        assert "the key of a witness" in told(report, "trail.broken")


class TestTampering:
    """Whatever was changed is found, with the right words, naming the file."""

    @pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
    def test_found_by_what_it_breaks(self, release: Release, kind: Kind) -> None:
        """Even where the list of files was made to fit and signed by the registry's own key."""
        made = kind.make(release)
        version = made.json(releases.MANIFEST)["version"]
        report = made.listed(release.secret, version=version).checked()
        found = [one for one in report.failures if one.id == kind.found]
        assert found, [(one.id, one.text) for one in report.failures]
        assert any(kind.words in one.text for one in found), [one.text for one in found]
        if kind.file is not None:
            assert any(one.file == kind.file for one in found), [one.file for one in found]

    @pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
    def test_found_by_the_list_of_files(self, release: Release, kind: Kind) -> None:
        """A list as it was names the file; one that was made to fit is unsigned."""
        made = kind.make(release)
        differ = {
            path
            for path in {*made.files, *release.files}
            if made.files.get(path) != release.files.get(path)
        }
        names = {"file.changed", "file.missing", "file.added", "list.unsigned"}
        assert {one.file for one in listing(made).failures if one.id in names} >= differ - LISTS
        assert told(listing(made.listed()), "list.unsigned")

    def test_the_list_itself(self, release: Release) -> None:
        """A list that is missing, damaged, malformed or unsigned is said to be."""
        for content in (b"", b"[]", b"{}", b'{"schema":"cmr.release/1"}', b"\xff"):
            report = release.put(releases.MANIFEST, content).checked()
            assert [one.id for one in report.findings] == ["file.list"]
        manifest = release.json(releases.MANIFEST)
        for wrong in ({}, {"path": "a", "digest": "x"}, "a", {"path": 1}):
            broken = release.put(releases.MANIFEST, {**manifest, "files": [wrong]})
            assert told(broken.checked(), "file.list")
        assert told(release.without(releases.MARK).checked(), "file.needed")
        for mark in (b"{}", b'{"key":"another","value":""}', b'{"key":1}', b"[]", b"x"):
            assert not release.put(releases.MARK, mark).checked().holds
        other = release.put(releases.MARK, b'{"key":"0000000000000000","value":"AAAA"}')
        assert "another key" in told(other.checked(), "list.unsigned")


class TestCard:
    """A single card, from what it carries inside."""

    def test_with_a_key(self, release: Release) -> None:
        """Sign-offs, decision and standing hold; what a card cannot show is named."""
        pdf = release.files[releases.CARD]
        asked = Asked(key=release.key)
        report = releases.check_card(pdf, asked=asked, inside=inside_of(pdf))
        assert report.holds, report.failures
        said = {one.id for one in report.findings}
        assert said >= {"sign.passkey", "decision.signed", "standing.signed", "trail.none"}
        assert "decision.quorum" not in said, "the policy is not in the card"
        assert told(report, "decision.unread")

    def test_without_a_key(self, release: Release) -> None:
        """By the key that it carries it agrees with itself; without one nothing is checked."""
        pdf = release.files[releases.CARD]
        inside = inside_of(pdf)
        own = releases.check_card(pdf, asked=Asked(), inside=inside)
        assert own.holds
        assert told(own, "key.own")
        bare = {name: one for name, one in inside.files.items() if "bundle" not in name}
        report = releases.check_card(pdf, asked=Asked(), inside=releases.Inside(files=bare))
        assert report.holds
        assert "No signature was checked" in report.headline
        assert not [one for one in report.findings if one.id.startswith("sign.")]

    def test_a_card_that_lies(self, release: Release) -> None:
        """Other sign-offs inside a card do not hold over its dossier."""
        kind = KINDS["other sign-offs inside the card"]
        pdf = kind.make(release).files[releases.CARD]
        asked = Asked(key=release.key)
        report = releases.check_card(pdf, asked=asked, inside=inside_of(pdf))
        assert "was taken out" in told(report, "sign.removed")
        empty = releases.check_card(b"%PDF-", asked=asked, inside=releases.Inside())
        missed = {one.file for one in empty.findings if one.id == "file.needed"}
        assert missed == {releases.DOSSIER, releases.SIGNOFFS}
        unread = releases.check_card(b"%PDF-", asked=asked, inside=inside_of(b"%PDF-"))
        assert told(unread, "card.unread")


class TestSeals:
    """Seals and signatures of the PDF's own kind, as a PDF library found them."""

    def test_each_is_told_for_what_it_is_worth(self, release: Release) -> None:
        """Trusted, left open, untrusted, broken, and something added behind the last."""
        pdf = release.files[releases.CARD]
        inside, asked = inside_of(pdf), Asked(key=release.key)
        sound = replace(SEAL, trusted=True)
        cases = {
            "seal.trusted": sound,
            "seal.open": replace(sound, trusted=None),
            "seal.untrusted": replace(sound, trusted=False),
            "seal.broken": replace(sound, holds=False),
            "seal.more": replace(sound, last=False),
        }
        for name, one in cases.items():
            report = releases.check_card(pdf, asked=asked, inside=replace(inside, seals=[one]))
            assert told(report, name), name
            assert report.holds is (name in {"seal.trusted", "seal.open"})
        bare = releases.check_card(pdf, asked=asked, inside=inside)
        assert told(bare, "seal.none")

    def test_what_was_rendered_is_the_beginning(self, release: Release) -> None:
        """The trail names what was rendered: a sealed file begins with it."""
        pdf = release.files[releases.CARD]
        inside = replace(inside_of(pdf), seals=[SEAL], rendered=digest_of(pdf))
        report = releases.check_bundle(release.files, asked=Asked(key=release.key), inside=inside)
        assert told(report, "seal.rendered")
        assert "the trail knows of no seal for card 1" in told(report, "seal.foreign")


class TestSentences:
    """What can be said."""

    def test_every_sentence_is_whole(self) -> None:
        """Each has a heading, a verdict and a full stop, and travels to the page as it is."""
        whole = releases.catalogue()
        assert set(whole["sentences"]) == set(releases.SENTENCES)
        for name, one in releases.SENTENCES.items():
            assert one.heading in whole["headings"], name
            assert one.text.endswith((".", "”", "{why}", ")")), name
            assert "recommend" not in one.text
        assert set(whole["marks"]) == {verdict.value for verdict in Verdict}

    def test_facts_stay_on_their_line(self) -> None:
        """Whatever stands in a file cannot write over the terminal."""
        report = Report()
        report.say("file.damaged", file="a\x1b[2J\nb", why="x" * 1000)
        assert "\x1b" not in report.findings[0].text
        assert "\n" not in report.findings[0].text
        assert len(report.findings[0].text) < 700
