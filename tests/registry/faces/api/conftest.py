"""Fixtures: the API of a founded registry."""

import pytest

from registry.services.work import Workshop
from tests.factories.callers import Api
from tests.factories.people import Registry, make_registry


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a founded registry."""
    return make_registry(workshop)


@pytest.fixture
def api(registry: Registry) -> Api:
    """Return its API."""
    return Api.over(registry)
