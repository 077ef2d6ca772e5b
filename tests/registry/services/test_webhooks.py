"""Facts about adding, turning and removing webhooks, and about mail addresses."""

import pytest

from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
)
from registry.domain.notices import Kind
from registry.domain.people import Role
from registry.domain.trail import read_body
from registry.services import notices, webhooks
from registry.services.work import Workshop
from registry.store import audit
from registry.store.webhooks import wanting
from tests.factories.people import Registry, make_registry

URL = "https://hooks.hospital.example/cmr"


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a founded registry."""
    return make_registry(workshop)


def trail(registry: Registry) -> list[dict[str, object]]:
    """Return every act."""
    with registry.work(Role.AUDITOR) as work:
        return [read_body(bytes(body)) for _, body, _ in audit.entries(work.session)]


class TestLife:
    """From adding to removing."""

    def test_life(self, registry: Registry) -> None:
        """Added, told of what it wants, turned, removed; each on the trail, never the secret."""
        with registry.work(Role.ADMINISTRATOR) as work:
            row, secret = webhooks.add(work, "desk", url=URL, kinds=[Kind.SUSPENDED])
            assert [one.name for one in wanting(work.session, Kind.SUSPENDED)] == ["desk"]
            assert wanting(work.session, Kind.WAITS) == []
        with registry.work(Role.ADMINISTRATOR) as work, pytest.raises(ConflictError):
            webhooks.add(work, "desk", url=URL, kinds=[])
        with registry.work(Role.ADMINISTRATOR) as work:
            _, newer = webhooks.rotate(work, "desk", why="every year")
            assert newer != secret
            assert secret not in str(row.model_dump())
        with registry.work(Role.ADMINISTRATOR) as work:
            webhooks.remove(work, "desk", why="not needed")
            assert webhooks.listed(work) == []
            with pytest.raises(NotFoundError, match="in use are: none"):
                webhooks.rotate(work, "desk", why="again")
        acts = [one for one in trail(registry) if str(one["act"]).startswith("webhook.")]
        assert [one["act"] for one in acts] == [
            "webhook.added", "webhook.secret_rotated", "webhook.removed",
        ]  # fmt: skip
        assert secret not in str(acts)
        assert newer not in str(acts)

    def test_unsound(self, registry: Registry) -> None:
        """An address in the clear, and a rotation without a reason, are refused."""
        with registry.work(Role.ADMINISTRATOR) as work:
            with pytest.raises(BadInputError, match="https only"):
                webhooks.add(work, "desk", url="http://hooks.hospital.example/", kinds=[])
            webhooks.add(work, "desk", url=URL, kinds=[])
            with pytest.raises(BadInputError, match="why"):
                webhooks.rotate(work, "desk", why=" ")

    def test_administrators_only(self, registry: Registry) -> None:
        """Nobody else adds a webhook, reads of one, or sees who was sent what."""
        for role in set(Role) - {Role.ADMINISTRATOR}:
            with registry.work(role) as work:
                with pytest.raises(ForbiddenError):
                    webhooks.add(work, "desk", url=URL, kinds=[])
                with pytest.raises(ForbiddenError):
                    webhooks.listed(work)
                with pytest.raises(ForbiddenError):
                    notices.deliveries(work, limit=1)


class TestAddress:
    """Where mail goes."""

    def test_own_and_others(self, registry: Registry) -> None:
        """One's own by oneself, anybody's by who enrols; the trail never learns it."""
        with registry.work(Role.CLINICAL_LEAD) as work:
            notices.set_address(work, None, "lead@hospital.example")
            with pytest.raises(ForbiddenError):
                notices.set_address(work, "auditor", "lead@hospital.example")
            with pytest.raises(ForbiddenError):
                notices.reachable(work)
        with registry.work(Role.ENROLLER) as work:
            notices.set_address(work, "auditor", "audit@hospital.example")
            known = {one.login: one.address for one in notices.reachable(work)}
        assert known["clinical.lead"] == "lead@hospital.example"
        assert known["auditor"] == "audit@hospital.example"
        assert known["enroller"] is None
        assert "hospital.example" not in str(trail(registry))

    def test_changed_and_removed(self, registry: Registry) -> None:
        """A newer one takes its place; none is kept of old."""
        for address in ("a@hospital.example", "b@hospital.example", None):
            with registry.work(Role.AUDITOR) as work:
                assert notices.set_address(work, None, address).address == address
        with registry.work(Role.ENROLLER) as work:
            assert {one.address for one in notices.reachable(work)} == {None}

    def test_trying_needs_a_server(self, registry: Registry) -> None:
        """Without a mail server a test says which setting is missing."""
        with registry.work(Role.AUDITOR) as work, pytest.raises(BadInputError, match="SMTP_HOST"):
            notices.try_mail(work)
