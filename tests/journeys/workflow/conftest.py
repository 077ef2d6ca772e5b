"""Fixtures: the machine over a registry on each kind of database."""

from collections import Counter

import pytest

from registry.services.work import Workshop
from tests.conftest import FrozenClock
from tests.journeys.workflow.everything import Everything
from tests.journeys.workflow.world import World


@pytest.fixture
def workflow(workshop: Workshop, clock: FrozenClock) -> type[Everything]:
    """Return the machine over a registry that was set up for it."""
    found, counted = World.found(workshop, clock), Counter[str]()

    class Here(Everything):
        """The machine over this registry."""

        world = found
        reached = counted

    return Here
