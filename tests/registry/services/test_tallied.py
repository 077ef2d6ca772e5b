"""Evidence from tallies that sites send instead of rows, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from registry.domain.people import Role
from registry.domain.sealing import KeyPair, new_pair, seal
from registry.services import evidence, protocols, site_keys
from registry.store import evidence as store
from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table
from tests.factories.people import Registry
from validation import protocols as plans
from validation.engines.duckdb import tally_table
from validation.federation.hiding import hide, plan_of
from validation.protocols.shape import Protocol
from validation.tallies import Tally
from validation.tallies.files import write


@pytest.fixture
def pair(registry: Registry) -> KeyPair:
    """Return a confirmed key of Hungary."""
    made = new_pair()
    with registry.work(Role.DATA_STEWARD) as work:
        site_keys.propose(work, "Hungary", made.public.decode())
    with registry.work(Role.INFORMATION_GOVERNANCE) as work:
        site_keys.confirm(work, "Hungary", made.name)
    return made


def plan(registry: Registry, digest: str) -> Protocol:
    """Return a registered protocol as it is measured by."""
    with registry.work(Role.AUDITOR) as work:
        return plans.from_document(protocols.show(work, digest)["document"])


def made(folder: Path, measured: Protocol, *sites: str) -> Tally:
    """Return what leaves of eighty exams of each site."""
    path = folder / "table.csv"
    lines = [
        line
        for n, site in enumerate(sites)
        for line in rows(site=site, exams=80, first=1 + 80 * n, prefix=site)
    ]
    path.write_bytes(table(lines))
    return hide(tally_table(path, measured), plan_of(measured, minimum=10))


def sealed(told: Tally, pair: KeyPair, **changes: str) -> bytes:
    """Return the file of a tally, signed."""
    said = {
        "site": told.levels["site"][0],
        "tally": told.digest,
        "table": told.table_digest,
        "measure": told.measure_digest,
        "producer": told.producer,
    }
    return write(told, signature=seal(pair.private, **(said | changes)))


def attached(registry: Registry, protocol: str, content: bytes) -> dict[str, Any]:
    """Hand a tally in, measure it, and return the evidence."""
    found = make_evidence(registry, protocol, content)
    with registry.work(Role.AUDITOR) as work:
        return evidence.show(work, found)


class TestVouchedFor:
    """Signed with a confirmed key of its site."""

    @pytest.mark.parametrize("name", ["Hungary", "HUN"])
    def test_counts(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path, name: str
    ) -> None:
        """It is evidence like any other; an alias means the site."""
        tally = made(tmp_path, plan(registry, protocol), name)
        found = attached(registry, protocol, sealed(tally, pair))
        assert found["state"] == "attached"
        assert found["counts"]
        assert found["custody"] == "labels held by the data steward"

    def test_sites_have_their_registered_names(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """In the assessment stands Hungary, whatever the table said."""
        content = sealed(made(tmp_path, plan(registry, protocol), "HUN"), pair)
        found = make_evidence(registry, protocol, content)
        with registry.work(Role.AUDITOR) as work:
            strata = evidence.assessment(work, found)["strata"]
            kept = b"".join(evidence.tally(work, found))
        assert {"site": "Hungary"} in [one["by"] for one in strata]
        assert kept == content

    def test_overlap_cannot_be_checked(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """No patient left the site, and it is said."""
        content = sealed(made(tmp_path, plan(registry, protocol), "Hungary"), pair)
        found = make_evidence(registry, protocol, content)
        with registry.work(Role.AUDITOR) as work:
            row = store.get(work.session, found)
        assert row.keys_digest is None
        assert "cannot be checked" in str(row.keys_unknown_because)


class TestClaimed:
    """Nobody vouches: it is attached, counts for no gate, and says so."""

    def claimed(self, found: dict[str, Any], because: str) -> None:
        """Fail unless the evidence is only claimed, for a reason."""
        assert found["state"] == "attached"
        assert (found["custody"], found["counts"]) == ("claimed", False)
        assert because in found["because"]

    def test_unsigned(self, registry: Registry, protocol: str, tmp_path: Path) -> None:
        """Anybody may have written it."""
        tally = made(tmp_path, plan(registry, protocol), "Hungary")
        self.claimed(attached(registry, protocol, write(tally)), "not signed")

    def test_unknown_key(self, registry: Registry, protocol: str, tmp_path: Path) -> None:
        """Nobody registered it."""
        tally = made(tmp_path, plan(registry, protocol), "Hungary")
        found = attached(registry, protocol, sealed(tally, new_pair()))
        self.claimed(found, "nobody registered")

    def test_revoked_key(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """It vouches for nothing any more."""
        with registry.work(Role.DATA_STEWARD) as work:
            site_keys.revoke(work, "Hungary", pair.name, why="lost")
        tally = made(tmp_path, plan(registry, protocol), "Hungary")
        self.claimed(attached(registry, protocol, sealed(tally, pair)), "is revoked")

    def test_key_that_waits(self, registry: Registry, protocol: str, tmp_path: Path) -> None:
        """One person's word is not enough."""
        waiting = new_pair()
        with registry.work(Role.DATA_STEWARD) as work:
            site_keys.propose(work, "Hungary", waiting.public.decode())
        tally = made(tmp_path, plan(registry, protocol), "Hungary")
        self.claimed(attached(registry, protocol, sealed(tally, waiting)), "is proposed")

    @pytest.mark.parametrize("names", [("Cleveland",), ("Hungary", "Cleveland")])
    def test_key_of_another_site(
        self,
        registry: Registry,
        protocol: str,
        pair: KeyPair,
        tmp_path: Path,
        names: tuple[str, ...],
    ) -> None:
        """Hungary vouches for Hungary alone."""
        tally = made(tmp_path, plan(registry, protocol), *names)
        self.claimed(attached(registry, protocol, sealed(tally, pair)), "a key of Hungary")

    def test_signature_of_another_tally(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """Copied from a file that the site did sign."""
        tally = made(tmp_path, plan(registry, protocol), "Hungary")
        content = sealed(tally, pair, tally="sha256:" + "0" * 64)
        self.claimed(attached(registry, protocol, content), "not one of Hungary")


class TestRefused:
    """What is no evidence at all."""

    def test_another_measured_plan(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """Made under another operating point."""
        other = make_signed_protocol(registry, name="Other", point="threshold = 0.4")
        tally = made(tmp_path, plan(registry, other), "Hungary")
        found = attached(registry, protocol, sealed(tally, pair))
        assert found["state"] == "refused"
        assert "measure digest" in found["refusal"]

    def test_a_changed_tally(self, registry: Registry, protocol: str, tmp_path: Path) -> None:
        """Cut short on its way."""
        content = write(made(tmp_path, plan(registry, protocol), "Hungary"))
        found = attached(registry, protocol, content[: len(content) // 2])
        assert found["state"] == "refused"
