"""Fixtures: a registry whose notices go to a real receiver and a real mail server, both local."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from registry.domain.people import Role
from registry.services import notices, webhooks
from registry.services.work import Workshop
from registry.settings import Mail
from tests.factories.people import Registry, login_of, make_registry
from tests.factories.receivers import LOOPBACK, Mailbox, Receiver, mailing, receiving


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a mail server."""
    with mailing() as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver of webhooks."""
    with receiving() as found:
        yield found


@pytest.fixture
def registry(workshop: Workshop, mailbox: Mailbox) -> Registry:
    """Return a registry that sends mail; the data steward and information governance get it."""
    mail = Mail(
        host=LOOPBACK,
        port=mailbox.port,
        security="none",
        user=None,
        password=None,
        sender="registry@hospital.example",
    )
    settings = replace(
        workshop.settings,
        mail=mail,
        webhook_networks=(ip_network("127.0.0.0/8"),),
        public_url="https://registry.hospital.example",
    )
    made = make_registry(replace(workshop, settings=settings))
    for role in (Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE):
        with made.work(role) as work:
            notices.set_address(work, None, f"{login_of(role)}@hospital.example")
    return made


@pytest.fixture
def hooked(registry: Registry, receiver: Receiver) -> str:
    """Return the secret of a webhook that is told of everything."""
    with registry.work(Role.ADMINISTRATOR) as work:
        _, secret = webhooks.add(work, "desk", url=receiver.url, kinds=[])
    return secret
