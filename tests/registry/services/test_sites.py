"""Facts about sites and their aliases, on both databases."""

import pytest

from registry.domain.errors import BadInputError, ConflictError, NotFoundError
from registry.domain.people import Role
from registry.services import sites
from registry.services.work import Workshop
from registry.shapes.sites import SiteIn, SiteRecordIn
from registry.store import sites as store
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_sites


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with Cleveland and Hungary."""
    made = make_registry(workshop)
    make_sites(made, ["Cleveland", "Hungary"])
    return made


class TestRegister:
    """Registering."""

    def test_every_name_means_its_site(self, registry: Registry) -> None:
        """Names and aliases lead to one site each."""
        with registry.work(Role.AUDITOR) as work:
            assert store.known_as(work.session) == {
                "Cleveland": "Cleveland",
                "CLE": "Cleveland",
                "Hungary": "Hungary",
                "HUN": "Hungary",
                "Budapest": "Hungary",
            }

    @pytest.mark.parametrize("taken", ["Cleveland", "HUN"])
    def test_taken_name_is_refused(self, registry: Registry, taken: str) -> None:
        """Neither a name nor an alias means two hospitals."""
        asked = SiteIn(name=taken, time_zone="Europe/Vienna")
        with pytest.raises(ConflictError), registry.work(Role.DATA_STEWARD) as work:
            sites.register(work, asked)

    def test_unknown_time_zone_is_refused(self, registry: Registry) -> None:
        """Due dates are judged in the site's zone; it must exist."""
        asked = SiteIn(name="Vienna", time_zone="Europe/Wien")
        with (
            pytest.raises(BadInputError, match="time_zone"),
            registry.work(Role.DATA_STEWARD) as work,
        ):
            sites.register(work, asked)


class TestSupersede:
    """Correcting."""

    def test_newest_aliases_count(self, registry: Registry) -> None:
        """An alias taken back is free for another site."""
        record = SiteRecordIn(aliases=["HU-1"], time_zone="Europe/Budapest", why="new codes")
        with registry.work(Role.DATA_STEWARD) as work:
            made = sites.supersede(work, "Hungary", record)
            assert "HUN" not in store.known_as(work.session)
        assert (made["aliases"], made["record"]) == (["HU-1"], 2)

    def test_another_sites_alias_is_refused(self, registry: Registry) -> None:
        """A correction takes nothing from another hospital."""
        record = SiteRecordIn(aliases=["CLE"], time_zone="Europe/Budapest", why="x")
        with pytest.raises(ConflictError, match="CLE"), registry.work(Role.DATA_STEWARD) as work:
            sites.supersede(work, "Hungary", record)


class TestShow:
    """Reading."""

    def test_unknown_site_names_those_there_are(self, registry: Registry) -> None:
        """The remedy is in the sentence."""
        with (
            pytest.raises(NotFoundError, match="registered are: Cleveland, Hungary"),
            registry.work(Role.AUDITOR) as work,
        ):
            sites.show(work, "Vienna")

    def test_sites_are_listed_by_name(self, registry: Registry) -> None:
        """Each stands once."""
        with registry.work(Role.AUDITOR) as work:
            assert [site["name"] for site in sites.listed(work)] == ["Cleveland", "Hungary"]
