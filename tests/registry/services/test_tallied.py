"""Evidence from tallies that sites send instead of rows, on both databases."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from registry.domain.people import Role
from registry.domain.sealing import KeyPair, new_pair, seal
from registry.domain.trail import Act
from registry.services import audit, evidence, protocols, site_keys
from registry.services.evidence import recomputing, tallied
from registry.services.work import Workshop
from registry.store import evidence as store
from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_sites, make_version
from validation import protocols as plans
from validation.engines.duckdb import tally_table
from validation.federation.hiding import hide, plan_of
from validation.federation.merging import merge
from validation.federation.parts import gathered_parts, parts_as_json
from validation.protocols.shape import Protocol
from validation.tallies import Tally
from validation.tallies.files import read, write


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with four sites, one model and one version of it."""
    made = make_registry(workshop)
    make_sites(made)
    make_model(made)
    make_version(made)
    return made


@pytest.fixture
def protocol(registry: Registry) -> str:
    """Return the digest of a protocol in force."""
    return make_signed_protocol(registry)


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


def trail(registry: Registry, act: Act) -> list[dict[str, Any]]:
    """Return the entries of an act."""
    with registry.work(Role.AUDITOR) as work:
        return [one for one in audit.read(work, start=1, limit=500) if one["act"] == act]


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


@pytest.fixture
def second(registry: Registry) -> KeyPair:
    """Return a confirmed key of Cleveland."""
    made = new_pair()
    with registry.work(Role.DATA_STEWARD) as work:
        site_keys.propose(work, "Cleveland", made.public.decode())
    with registry.work(Role.INFORMATION_GOVERNANCE) as work:
        site_keys.confirm(work, "Cleveland", made.name)
    return made


def merged(*contents: bytes, key: KeyPair | None = None) -> bytes:
    """Return the file of some tallies merged, signed by who merged them where a key is given."""
    whole = merge([(str(n), read(one)) for n, one in enumerate(contents)])
    signature = None if key is None else seal(
        key.private, site="Hungary", tally=whole.digest, table=whole.table_digest,
        measure=whole.measure_digest, producer=whole.producer,
    )  # fmt: skip
    return write(whole, signature=signature, parts=parts_as_json(gathered_parts(contents)))


def two(
    registry: Registry, protocol: str, folder: Path, first: KeyPair, second: KeyPair
) -> tuple[bytes, bytes]:
    """Return the signed tallies of Hungary and Cleveland."""
    measured = plan(registry, protocol)
    return (
        sealed(made(folder, measured, "HUN"), first),
        sealed(made(folder, measured, "Cleveland"), second),
    )


class TestMerged:
    """A merged tally: whose word each part is."""

    def test_vouched_for_by_all(
        self, registry: Registry, protocol: str, pair: KeyPair, second: KeyPair, tmp_path: Path
    ) -> None:
        """Every site signed its part: it counts, and the parts stand in the trail."""
        content = merged(*two(registry, protocol, tmp_path, pair, second))
        found = attached(registry, protocol, content)
        assert found["state"] == "attached"
        assert (found["counts"], found["custody"]) == (True, "labels held by the data steward")
        (entry,) = trail(registry, Act.EVIDENCE_ATTACHED)
        assert {(p["sites"][0], p["standing"]) for p in entry["after"]["parts"]} == {
            ("Hungary", "vouched for"), ("Cleveland", "vouched for"),
        }  # fmt: skip
        told = tallied.parts(registry.workshop, registry.people[Role.AUDITOR], UUID(found["id"]))
        assert {one["key"] for one in told} == {pair.name, second.name}

    def test_signed_by_the_merger_too(
        self, registry: Registry, protocol: str, pair: KeyPair, second: KeyPair, tmp_path: Path
    ) -> None:
        """With a confirmed key of its own."""
        content = merged(*two(registry, protocol, tmp_path, pair, second), key=pair)
        assert attached(registry, protocol, content)["counts"]

    def test_a_merger_nobody_knows(
        self, registry: Registry, protocol: str, pair: KeyPair, second: KeyPair, tmp_path: Path
    ) -> None:
        """A signature that does not hold is a reason for doubt, and is said."""
        content = merged(*two(registry, protocol, tmp_path, pair, second), key=new_pair())
        found = attached(registry, protocol, content)
        assert (found["custody"], found["counts"]) == ("claimed", False)
        assert "whoever merged them does not" in found["because"]
        assert "nobody registered" in found["because"]

    def test_one_part_is_not_signed(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """It is claimed, the silent site is named, and the merger's word does not replace it."""
        measured = plan(registry, protocol)
        contents = (
            sealed(made(tmp_path, measured, "Hungary"), pair),
            write(made(tmp_path, measured, "Cleveland")),
        )
        found = attached(registry, protocol, merged(*contents, key=pair))
        assert (found["custody"], found["counts"]) == ("claimed", False)
        assert "no site vouches for 1 of 2 merged tallies (Cleveland)" in found["because"]
        assert "not signed" in found["because"]

    def test_a_key_revoked_since(
        self, registry: Registry, protocol: str, pair: KeyPair, second: KeyPair, tmp_path: Path
    ) -> None:
        """The parts are told by the keys of today; what the evidence was taken as stays."""
        content = merged(*two(registry, protocol, tmp_path, pair, second))
        found = attached(registry, protocol, content)
        with registry.work(Role.DATA_STEWARD) as work:
            site_keys.revoke(work, "Hungary", pair.name, why="lost")
        told = tallied.parts(registry.workshop, registry.people[Role.AUDITOR], UUID(found["id"]))
        standing = {one["sites"][0]: one["standing"] for one in told}
        assert standing == {"Hungary": "claimed", "Cleveland": "vouched for"}

    def test_counts_that_the_parts_do_not_give(
        self, registry: Registry, protocol: str, pair: KeyPair, second: KeyPair, tmp_path: Path
    ) -> None:
        """Both parts are signed, but one of them is not in what was merged."""
        first, other = two(registry, protocol, tmp_path, pair, second)
        content = write(read(first), parts=parts_as_json(gathered_parts([first, other])))
        found = attached(registry, protocol, content)
        assert (found["custody"], found["counts"]) == ("claimed", False)
        assert "other counts when they are merged again" in found["because"]

    def test_a_part_signed_by_another_site(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """Hungary vouches for Hungary alone, whoever merges."""
        measured = plan(registry, protocol)
        contents = (
            sealed(made(tmp_path, measured, "Hungary"), pair),
            sealed(made(tmp_path, measured, "Cleveland"), pair),
        )
        found = attached(registry, protocol, merged(*contents))
        assert "a key of Hungary" in found["because"]
        assert not found["counts"]


class TestParts:
    """The tallies that evidence rests on."""

    def test_one_that_was_not_merged(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """Is its own and only part."""
        tally = made(tmp_path, plan(registry, protocol), "HUN")
        found = make_evidence(registry, protocol, sealed(tally, pair))
        (told,) = tallied.parts(registry.workshop, registry.people[Role.AUDITOR], found)
        assert (told["sites"], told["tally"], told["key"]) == (["Hungary"], tally.digest, pair.name)
        assert (told["standing"], told["because"]) == ("vouched for", None)

    def test_of_a_table(self, registry: Registry, protocol: str) -> None:
        """There are none."""
        found = make_evidence(registry, protocol)
        assert tallied.parts(registry.workshop, registry.people[Role.AUDITOR], found) == []


class TestRecomputed:
    """The stored tally assessed again."""

    def test_sites_have_their_registered_names(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """The tally is kept as it came, and compared under the names of the registry."""
        content = sealed(made(tmp_path, plan(registry, protocol), "HUN"), pair)
        found = make_evidence(registry, protocol, content)
        auditor = registry.people[Role.AUDITOR]
        again = recomputing.recompute(registry.workshop, auditor, found)
        assert (again.differences, again.new, again.impossible) == ((), 0, None)


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

    def test_damaged_parts(self, registry: Registry, protocol: str, tmp_path: Path) -> None:
        """A list of parts that is none."""
        content = write(made(tmp_path, plan(registry, protocol), "Hungary"), parts=b"{")
        found = attached(registry, protocol, content)
        assert found["state"] == "refused"
        assert "list of parts" in found["refusal"]

    def test_a_site_twice_under_two_names(
        self, registry: Registry, protocol: str, pair: KeyPair, tmp_path: Path
    ) -> None:
        """Merged from HUN and from Hungary: its exams would count twice."""
        measured = plan(registry, protocol)
        contents = [sealed(made(tmp_path, measured, name), pair) for name in ("HUN", "Hungary")]
        found = attached(registry, protocol, merged(*contents))
        assert found["state"] == "refused"
        assert "one site by its aliases" in found["refusal"]

    def test_a_changed_tally(self, registry: Registry, protocol: str, tmp_path: Path) -> None:
        """Cut short on its way."""
        content = write(made(tmp_path, plan(registry, protocol), "Hungary"))
        found = attached(registry, protocol, content[: len(content) // 2])
        assert found["state"] == "refused"
