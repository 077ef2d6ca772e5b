"""Facts about the keys of sites, on both databases."""

import pytest

from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RuleBrokenError,
)
from registry.domain.people import Role
from registry.domain.sealing import KeyPair, new_pair
from registry.services import site_keys
from registry.services.work import Workshop
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_sites

STEWARD, GOVERNANCE = Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with Cleveland and Hungary."""
    made = make_registry(workshop)
    make_sites(made, ["Cleveland", "Hungary"])
    return made


def proposed(registry: Registry, pair: KeyPair) -> None:
    """Propose a key of Hungary as the data steward."""
    with registry.work(STEWARD) as work:
        site_keys.propose(work, "Hungary", pair.public.decode())


def states(registry: Registry) -> list[str]:
    """Return where each key of Hungary stands."""
    with registry.work(Role.AUDITOR) as work:
        return [key["state"] for key in site_keys.listed(work, "Hungary")]


class TestPropose:
    """Proposing."""

    def test_counts_for_nothing_yet(self, registry: Registry) -> None:
        """It waits for another person."""
        proposed(registry, new_pair())
        assert states(registry) == ["proposed"]

    @pytest.mark.parametrize("site", ["Hungary", "Cleveland"])
    def test_one_key_one_site(self, registry: Registry, site: str) -> None:
        """The same key is refused again, whatever the site; it says whose it is."""
        pair = new_pair()
        proposed(registry, pair)
        with pytest.raises(ConflictError, match="Hungary"), registry.work(GOVERNANCE) as work:
            site_keys.propose(work, site, pair.public.decode())

    def test_private_half_is_refused(self, registry: Registry) -> None:
        """Only the public half is asked for."""
        with pytest.raises(BadInputError, match="public half"), registry.work(STEWARD) as work:
            site_keys.propose(work, "Hungary", new_pair().private.decode())

    @pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ML_ENGINEER, Role.AUDITOR])
    def test_not_for_everybody(self, registry: Registry, role: Role) -> None:
        """Stewards and information governance vouch for sites, nobody else."""
        with pytest.raises(ForbiddenError), registry.work(role) as work:
            site_keys.propose(work, "Hungary", new_pair().public.decode())


class TestConfirm:
    """Confirming."""

    def test_by_another_person(self, registry: Registry) -> None:
        """Then it counts, and both are named."""
        pair = new_pair()
        proposed(registry, pair)
        with registry.work(GOVERNANCE) as work:
            found = site_keys.confirm(work, "Hungary", pair.name)
        assert found["state"] == "confirmed"
        assert found["proposed_by"] != found["confirmed_by"]

    def test_nobody_their_own(self, registry: Registry) -> None:
        """Who proposed it cannot confirm it."""
        pair = new_pair()
        proposed(registry, pair)
        with pytest.raises(RuleBrokenError, match="another person"), registry.work(STEWARD) as work:
            site_keys.confirm(work, "Hungary", pair.name)
        assert states(registry) == ["proposed"]

    def test_once(self, registry: Registry) -> None:
        """A confirmed key is not confirmed again."""
        pair = new_pair()
        proposed(registry, pair)
        with registry.work(GOVERNANCE) as work:
            site_keys.confirm(work, "Hungary", pair.name)
        with pytest.raises(ConflictError, match="confirmed"), registry.work(GOVERNANCE) as work:
            site_keys.confirm(work, "Hungary", pair.name)

    def test_of_another_site(self, registry: Registry) -> None:
        """Cleveland does not have Hungary's key."""
        pair = new_pair()
        proposed(registry, pair)
        with pytest.raises(NotFoundError, match="none yet"), registry.work(GOVERNANCE) as work:
            site_keys.confirm(work, "Cleveland", pair.name)


class TestRevoke:
    """Revoking."""

    def test_for_good(self, registry: Registry) -> None:
        """A revoked key can be neither confirmed nor revoked nor registered again."""
        pair = new_pair()
        proposed(registry, pair)
        with registry.work(GOVERNANCE) as work:
            site_keys.revoke(work, "Hungary", pair.name, why="lost")
        assert states(registry) == ["revoked"]
        with pytest.raises(ConflictError), registry.work(GOVERNANCE) as work:
            site_keys.confirm(work, "Hungary", pair.name)
        with pytest.raises(ConflictError), registry.work(GOVERNANCE) as work:
            site_keys.revoke(work, "Hungary", pair.name, why="lost")
        with pytest.raises(ConflictError, match="revoked"):
            proposed(registry, pair)

    def test_says_why(self, registry: Registry) -> None:
        """Without a reason nothing is revoked."""
        pair = new_pair()
        proposed(registry, pair)
        with pytest.raises(BadInputError, match="why"), registry.work(STEWARD) as work:
            site_keys.revoke(work, "Hungary", pair.name, why=" ")
        assert states(registry) == ["proposed"]
