"""Signed notes and co-signatures, against keys and signatures that others published."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import notes
from registry.domain.notes import Kind, PrivateKey, PublicKey

# The reference case of Go's golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvq"
    "fqdngotpRZb6KE6RyyBwJnAM=\n"
)
# Keys that public logs and witnesses announce.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
WITNESS = (
    "witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G"
)
# A checkpoint of Android's binary transparency as a witness co-signed it in January 2025.
ANDROID = (
    "developers.google.com/android/binary_transparency/google1p/0\n5\n"
    "xqaCEZhTGZUuKNA7MpSyxe1WXiiESB2p+crAyzM+Vxo=\n"
)
ANDROID_WITNESS = base64.b64decode("pTPPKyRu6Q3PoMkeY+/sNni0biF4vnVTYRHbVNA31mY=")
ANDROID_MARK = base64.b64decode(
    "r0xBJQAAAABnkyoLuHgN5KlIUUpZV9hulwsFcgqV5v1CyeIhBZWdkfOJT0ims1LqbYygO5MEl91CGha5sP79K57P7lIG"
    "rz7Qtx8eBw=="
)

KEY = PrivateKey(
    name="witness.example.org/w1",
    key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
    kind=Kind.COSIGNATURE,
)


class TestKeys:
    """Keys as words."""

    @pytest.mark.parametrize("word", [PETER, SUMDB, WITNESS])
    def test_published_keys_are_read(self, word: str) -> None:
        """Name, id and algorithm byte of keys in use come out as published."""
        assert notes.public_key(word).text() == word

    def test_kinds_have_their_published_bytes(self) -> None:
        """A log's key is of kind 1, a witness's of kind 4."""
        assert notes.public_key(SUMDB).kind is Kind.NOTE
        assert notes.public_key(WITNESS).kind is Kind.COSIGNATURE

    def test_a_private_key_gives_its_public_half(self) -> None:
        """The secret of the reference case is that of its public key."""
        assert notes.private_key(PETER_SECRET).public().text() == PETER
        assert notes.private_key(KEY.text()).text() == KEY.text()

    @pytest.mark.parametrize(
        "word",
        [
            "",
            "PeterNeumann",
            PETER[:-4],
            PETER.replace("c74f20a3", "c74f20a4"),
            PETER.replace("c74f20a3", "C74F20A3"),
            PETER.replace("+AR", "+BR"),
            "Peter Neumann" + PETER.removeprefix("PeterNeumann"),
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+",
        ],
    )
    def test_any_mangling_is_refused(self, word: str) -> None:
        """A wrong length, id, name or algorithm is no key."""
        with pytest.raises(ValueError, match="key"):
            notes.public_key(word)

    def test_a_mangled_secret_is_refused(self) -> None:
        """So with a private key."""
        for word in (PETER, PETER_SECRET.replace("c74f", "c74e")):
            with pytest.raises(ValueError, match="key"):
                notes.private_key(word)

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
    def test_names_have_no_blank_and_no_plus(self, name: str) -> None:
        """What would break a line or a key is no name."""
        assert notes.require_name("example.org/log") == "example.org/log"
        with pytest.raises(ValueError, match="names no key"):
            notes.require_name(name)


class TestSign:
    """Notes."""

    def test_the_reference_note_byte_for_byte(self) -> None:
        """Ed25519 is deterministic: the reference text under the reference key is that note."""
        assert notes.sign(TEXT, notes.private_key(PETER_SECRET)) == NOTE

    def test_the_reference_note_is_believed(self) -> None:
        """The published note verifies under the published key."""
        assert notes.verify(NOTE, notes.public_key(PETER)) == TEXT

    @pytest.mark.parametrize(
        "note", ["", TEXT, NOTE.replace("answer", "Answer"), NOTE.replace("x08go", "x08gp")]
    )
    def test_any_change_is_refused(self, note: str) -> None:
        """A changed text, id or signature is not believed."""
        with pytest.raises(ValueError, match="note"):
            notes.verify(note, notes.public_key(PETER))


class TestCosign:
    """Co-signatures of witnesses."""

    def test_a_published_cosignature_holds(self) -> None:
        """A witness in use signed the very bytes that we would have it sign, and we read when."""
        witness = PublicKey(name="w", raw=ANDROID_WITNESS, kind=Kind.COSIGNATURE)
        mark = notes.key_id(witness.name, witness.raw, witness.kind) + ANDROID_MARK[4:]
        note = f"{ANDROID}\n— w {base64.b64encode(mark).decode()}\n"
        assert notes.cosigned_at(note, witness) == 1737697803

    def test_round_trip(self) -> None:
        """A line that was added is found, beside the log's own signature."""
        both = NOTE + notes.cosign(NOTE, KEY, at=1_790_000_000)
        assert notes.cosigned_at(both, KEY.public()) == 1_790_000_000
        assert notes.verify(both, notes.public_key(PETER)) == TEXT

    def test_the_time_is_signed(self) -> None:
        """Another time under the same signature is not believed."""
        line = notes.cosign(NOTE, KEY, at=1_790_000_000)
        mark = bytearray(base64.b64decode(line.split()[2]))
        mark[11] ^= 1
        forged = f"— {KEY.name} {base64.b64encode(bytes(mark)).decode()}\n"
        with pytest.raises(ValueError, match="no co-signature"):
            notes.cosigned_at(NOTE + forged, KEY.public())

    def test_a_log_key_is_no_witness(self) -> None:
        """The same bytes under the other kind have another id."""
        line = notes.cosign(NOTE, KEY, at=1)
        as_log = PublicKey(name=KEY.name, raw=KEY.public().raw)
        with pytest.raises(ValueError, match="no co-signature"):
            notes.cosigned_at(NOTE + line, as_log)


class TestSeparate:
    """Several notes in one file."""

    def test_notes_come_apart(self) -> None:
        """Co-signed or not, with empty lines between them or none."""
        both = NOTE + notes.cosign(NOTE, KEY, at=1)
        assert notes.separate(f"{NOTE}{both}\n\n{NOTE}\n") == [NOTE, both, NOTE]

    def test_half_a_note_is_kept_to_be_refused(self) -> None:
        """What was cut off does not vanish: whoever verifies it says so."""
        assert notes.separate(NOTE + TEXT) == [NOTE, TEXT]
        assert notes.separate("") == []
