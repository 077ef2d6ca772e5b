"""Proofs and bundles out of a real registry, checked by whoever trusts nobody."""

import io
import zipfile

import pytest
from sqlalchemy import event, text

from registry.domain import bundles, checkpoints, merkle
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    IntegrityError,
    NotFoundError,
)
from registry.domain.people import Role
from registry.domain.trail import Act
from registry.services import audit
from registry.services.work import Workshop
from tests.factories.people import make_registry
from tests.registry.services.test_audit import OFFICER, as_owner, grow


def signed(workshop: Workshop) -> str:
    """Sign the trail and return the note."""
    with workshop.begin(OFFICER) as work:
        return audit.sign_checkpoint(work)


def bundle(workshop: Workshop, subject: str | None = None) -> dict[str, bytes]:
    """Return the files of an exported bundle."""
    with workshop.begin(OFFICER, reads=True) as work:
        content = b"".join(audit.export(work, subject=subject))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestProofs:
    """Inclusion and consistency."""

    def test_every_entry_and_size(self, workshop: Workshop) -> None:
        """Each proof holds against the root of its size, and is fetched by one query."""
        grow(workshop, 13)
        asked: list[str] = []
        event.listen(
            workshop.engine,
            "before_cursor_execute",
            lambda *call: asked.append(call[2]) if "trail_nodes" in call[2] else None,
        )
        with workshop.begin(OFFICER, reads=True) as work:
            for size in (1, 4, 7, 13):
                for seq in range(size):
                    one = audit.inclusion(work, seq, size=size)
                    leaf = merkle.leaf_hash(one.body)
                    assert merkle.verify_inclusion(leaf, seq, size, one.hashes, one.root)
            for old in (1, 6, 8, 13):
                both = audit.consistency(work, old)
                assert merkle.verify_consistency(old, 13, both.hashes, both.old_root, both.new_root)
        assert len(asked) <= 1 + 4 + 7 + 13 + 4

    def test_leads_to_the_checkpoint(self, workshop: Workshop) -> None:
        """Without a size a proof ends at what was signed, or at the head where nothing was."""
        grow(workshop, 3)
        with workshop.begin(OFFICER, reads=True) as work:
            assert (audit.inclusion(work, 1).size, audit.inclusion(work, 1).note) == (3, None)
        note = signed(workshop)
        with workshop.begin(OFFICER, reads=True) as work:
            one = audit.inclusion(work, 1)
            assert one.note == note
            assert audit.inclusion(work, 3).size == 4
        assert checkpoints.read(note).root == one.root

    def test_what_is_not_there_is_refused(self, workshop: Workshop) -> None:
        """Places and sizes beyond the trail are said to be."""
        grow(workshop, 3)
        with workshop.begin(OFFICER, reads=True) as work:
            with pytest.raises(BadInputError, match="not among the first 2"):
                audit.inclusion(work, 2, size=2)
            with pytest.raises(BadInputError, match="has 3 entries"):
                audit.inclusion(work, 0, size=4)
            with pytest.raises(BadInputError, match="between 1"):
                audit.consistency(work, 3, new=2)

    def test_a_hash_that_is_gone_is_told(self, workshop: Workshop) -> None:
        """A stored hash that was removed gives no proof, and no crash."""
        grow(workshop, 4)
        with as_owner(workshop) as session:
            session.connection().execute(text("DELETE FROM trail_nodes WHERE level = 1"))
        with (
            pytest.raises(IntegrityError, match="over entries 2 to 3 is missing"),
            workshop.begin(OFFICER, reads=True) as work,
        ):
            audit.inclusion(work, 0)


class TestExport:
    """Bundles."""

    def test_the_whole_trail(self, workshop: Workshop) -> None:
        """It holds under the registry's key, words and all; and is the same bytes again."""
        registry = make_registry(workshop)
        with registry.work(Role.DATA_STEWARD) as work:
            work.record(Act.DATASET_WITHDRAWN, subject="dataset d/1", why="consent withdrawn")
        files = bundle(workshop)
        found = bundles.check(files, key=audit.public_key(workshop))
        assert found.findings == []
        assert len(found.holds) == 2
        assert b"consent withdrawn" in files[bundles.TEXTS]
        assert b"consent" not in files[bundles.ENTRIES]
        assert b"cmr audit verify" in files[bundles.README]
        assert bundle(workshop) == files

    def test_one_subject(self, workshop: Workshop) -> None:
        """Only what concerns it, each entry proved under the newest checkpoint."""
        grow(workshop, 12)
        signed(workshop)
        grow(workshop, 2)
        found = bundles.check(bundle(workshop, "site 1"), key=audit.public_key(workshop))
        assert (found.findings, found.entries) == ([], 1)
        with pytest.raises(NotFoundError, match="heart-cad/2"):
            bundle(workshop, "site 99")

    def test_a_tampered_registry_exports_what_does_not_hold(self, workshop: Workshop) -> None:
        """Export is no check, but neither does it crash; the bundle says what is wrong."""
        grow(workshop, 6)
        signed(workshop)
        with as_owner(workshop) as session:
            connection = session.connection()
            connection.execute(text("UPDATE trail_entries SET body = leaf WHERE seq = 2"))
            connection.execute(text("DELETE FROM trail_nodes WHERE level = 1"))
        for subject in (None, "site 1"):
            found = bundles.check(bundle(workshop, subject), key=audit.public_key(workshop))
            assert found.findings != []

    def test_without_a_signature_there_is_nothing_to_prove(self, workshop: Workshop) -> None:
        """An unsigned trail is not exported, nor to whoever may not read it."""
        grow(workshop, 1)
        with pytest.raises(ConflictError, match="cmr audit checkpoint"):
            bundle(workshop)
        owner = make_registry(workshop).people[Role.MODEL_OWNER]
        with pytest.raises(ForbiddenError), workshop.begin(owner, reads=True) as work:
            audit.export(work)
