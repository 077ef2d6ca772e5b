"""Delivering: from an act in a transaction to real servers, with all that may go wrong between."""

import base64
import json
from uuid import UUID

import pytest

from registry.domain.errors import ConflictError
from registry.domain.jobs import JobStatus
from registry.domain.notices import signature
from registry.domain.people import Role
from registry.domain.sealing import new_pair
from registry.faces import worker
from registry.services import notices, site_keys, webhooks
from registry.services.work import Work
from registry.store import jobs
from tests.conftest import FrozenClock
from tests.factories.people import Registry
from tests.factories.receivers import Mailbox, Receiver
from tests.factories.records import make_sites


def propose(registry: Registry) -> None:
    """Do an act that waits for information governance."""
    make_sites(registry, ["Hungary"])
    with registry.work(Role.DATA_STEWARD) as work:
        site_keys.propose(work, "Hungary", new_pair().public.decode())


def propose_and_fail(work: Work) -> None:
    """Do an act, tell of it, and fail afterwards in the same transaction."""
    site_keys.propose(work, "Hungary", new_pair().public.decode())
    work.tell(work.now())
    raise ConflictError("Somebody was faster.")


def drain(registry: Registry) -> None:
    """Do every job that is due now."""
    while worker.run_one(registry.workshop):
        pass


def deliveries(registry: Registry) -> dict[str, dict[str, object]]:
    """Return every delivery under its receiver."""
    with registry.work(Role.ADMINISTRATOR) as work:
        return {str(one["to"]): one for one in notices.deliveries(work, limit=50)}


class TestDeliver:
    """Deliver."""

    def test_mail_and_webhook(
        self, registry: Registry, mailbox: Mailbox, receiver: Receiver, hooked: str
    ) -> None:
        """One act, one mail to who is asked and one signed request; the actor gets none."""
        propose(registry)
        drain(registry)
        assert mailbox.to == ["information.governance@hospital.example"]
        (mail,) = mailbox.taken
        assert mail["Subject"] == "site Hungary: a key waits to be confirmed"
        sent = deliveries(registry)
        assert set(sent) == {"information.governance", "desk"}
        assert {one["status"] for one in sent.values()} == {"done"}
        assert mail["Message-ID"] == f"<{sent['information.governance']['id']}@test-registry>"
        (got,) = receiver.posted
        body = json.loads(got.body)
        assert got.headers["webhook-id"] == str(sent["desk"]["id"])
        secret = base64.b64decode(hooked.removeprefix("whsec_"))
        expected = signature(
            [secret],
            id=got.headers["webhook-id"],
            timestamp=int(got.headers["webhook-timestamp"]),
            body=got.body,
        )
        assert got.headers["webhook-signature"] == expected
        assert body["schema"] == "cmr.notice/1"
        assert body["act"] == "site.key_proposed"
        assert body["actor"]["name"] == "Data Steward"
        assert body["link"] == "https://registry.hospital.example/api/v1/sites/Hungary/keys"
        with registry.work(Role.INFORMATION_GOVERNANCE) as work:
            (read,) = notices.mine(work, limit=10)
        assert read["id"] == body["id"]

    def test_undone_act_tells_nobody(
        self, registry: Registry, mailbox: Mailbox, receiver: Receiver, hooked: str
    ) -> None:
        """What is written with an act goes with it when the act fails."""
        assert hooked
        make_sites(registry, ["Hungary"])
        with pytest.raises(ConflictError), registry.work(Role.DATA_STEWARD) as work:
            propose_and_fail(work)
        drain(registry)
        assert (mailbox.taken, receiver.posted, deliveries(registry)) == ([], [], {})

    def test_failure_and_success(
        self, registry: Registry, receiver: Receiver, hooked: str, clock: FrozenClock
    ) -> None:
        """A receiver that is down is tried again after a pause, with the same id and body."""
        assert hooked
        receiver.status = 503
        propose(registry)
        drain(registry)
        waiting = deliveries(registry)["desk"]
        assert (waiting["status"], waiting["attempts"]) == ("queued", 1)
        assert "answered 503" in str(waiting["error"])
        receiver.status = 204
        drain(registry)
        assert len(receiver.posted) == 1  # the pause is not over
        clock.advance(seconds=2)
        drain(registry)
        first, second = receiver.posted
        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
        assert deliveries(registry)["desk"]["status"] == "done"

    def test_given_up_and_sent_again(
        self, registry: Registry, receiver: Receiver, hooked: str, clock: FrozenClock
    ) -> None:
        """After half a day it is given up, visibly; an administrator has it sent again."""
        assert hooked
        receiver.status = 500
        propose(registry)
        began = clock.moment
        while deliveries(registry)["desk"]["status"] == "queued":
            drain(registry)
            clock.advance(hours=4)
        dead = deliveries(registry)["desk"]
        assert (dead["status"], dead["attempts"]) == ("dead", 16)
        assert len(receiver.posted) == 16
        assert clock.moment > began
        receiver.status = 204
        with registry.work(Role.ADMINISTRATOR) as work:
            assert notices.retry(work, UUID(str(dead["id"])))["status"] == "queued"
        drain(registry)
        assert deliveries(registry)["desk"]["status"] == "done"
        with registry.work(Role.ADMINISTRATOR) as work, pytest.raises(ConflictError):
            notices.retry(work, UUID(str(dead["id"])))

    def test_killed_between_sending_and_saying_so(
        self, registry: Registry, receiver: Receiver, hooked: str, clock: FrozenClock
    ) -> None:
        """A worker that dies then leaves a notice that another sends again, under the same id."""
        assert hooked
        propose(registry)
        taken: list[bool] = []

        def take_over() -> None:
            """While the first worker sends, let it seem dead and another do the job."""
            if not taken:
                taken.append(True)
                clock.advance(minutes=5)
                drain(registry)

        receiver.meanwhile = take_over
        drain(registry)
        ids = [one.headers["webhook-id"] for one in receiver.posted]
        assert len(ids) == 2
        assert len(set(ids)) == 1
        done = deliveries(registry)["desk"]
        assert (done["status"], done["attempts"]) == ("done", 2)

    def test_reader_without_an_address_any_more(self, registry: Registry, mailbox: Mailbox) -> None:
        """A mail whose reader took the address back is given up, and says why."""
        propose(registry)
        with registry.work(Role.INFORMATION_GOVERNANCE) as work:
            notices.set_address(work, None, None)
        drain(registry)
        dead = deliveries(registry)["information.governance"]
        assert dead["status"] == "dead"
        assert "no mail address any more" in str(dead["error"])
        assert mailbox.taken == []

    def test_removed_or_gone(self, registry: Registry, receiver: Receiver, hooked: str) -> None:
        """A webhook that was removed gets nothing; one that answers 410 gets nothing more."""
        assert hooked
        receiver.status = 410
        propose(registry)
        drain(registry)
        assert "answered 410" in str(deliveries(registry)["desk"]["error"])
        with registry.work(Role.ADMINISTRATOR) as work:
            notices.retry(work, UUID(str(deliveries(registry)["desk"]["id"])))
            webhooks.remove(work, "desk", why="replaced")
        drain(registry)
        assert "was removed" in str(deliveries(registry)["desk"]["error"])
        assert len(receiver.posted) == 1


class TestRotation:
    """Rotation of a secret."""

    def test_both_sign_for_a_day(
        self, registry: Registry, receiver: Receiver, hooked: str, clock: FrozenClock
    ) -> None:
        """A receiver that still has the old secret can check for a day, and no longer."""
        with registry.work(Role.ADMINISTRATOR) as work:
            _, new = webhooks.rotate(work, "desk", why="every year")
        found = []
        for _ in range(2):
            with registry.work(Role.ADMINISTRATOR) as work:
                notices.try_webhook(work, "desk")
            drain(registry)
            got = receiver.posted[-1]
            found.append(got.headers["webhook-signature"].split(" "))
            clock.advance(hours=24)
        assert new != hooked
        assert [len(one) for one in found] == [2, 1]
        old = signature(
            [base64.b64decode(hooked.removeprefix("whsec_"))],
            id=receiver.posted[0].headers["webhook-id"],
            timestamp=int(receiver.posted[0].headers["webhook-timestamp"]),
            body=receiver.posted[0].body,
        )
        assert found[0][1] == old


class TestTry:
    """Try mail and webhook."""

    def test_once(self, registry: Registry, receiver: Receiver, hooked: str) -> None:
        """A test is attempted once: whoever asked waits for it."""
        assert hooked
        receiver.status = 500
        with registry.work(Role.ADMINISTRATOR) as work:
            job = notices.try_webhook(work, "desk")
        drain(registry)
        with registry.work(Role.ADMINISTRATOR) as work:
            ended = jobs.get(work.session, job.id)
        assert (ended.status, ended.attempts) == (JobStatus.DEAD, 1)

    def test_mail(self, registry: Registry, mailbox: Mailbox) -> None:
        """It goes to whoever asks."""
        with registry.work(Role.DATA_STEWARD) as work:
            notices.try_mail(work)
        drain(registry)
        assert mailbox.to == ["data.steward@hospital.example"]


class TestSweep:
    """Sweep."""

    def test_old_ones_are_forgotten(
        self, registry: Registry, receiver: Receiver, hooked: str, clock: FrozenClock
    ) -> None:
        """After ninety days notices go, unless one of them is still on its way."""
        assert hooked
        propose(registry)
        clock.advance(days=91)
        assert notices.sweep(registry.workshop) == 0  # it still waits
        drain(registry)
        assert notices.sweep(registry.workshop) == 1
        assert deliveries(registry) == {}
        assert len(receiver.posted) == 1
