"""Fixtures of the services' tests: a registry that holds what most of them begin with."""

import pytest

from registry.services.work import Workshop
from tests.factories.evidence import make_signed_protocol
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_sites, make_version


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
