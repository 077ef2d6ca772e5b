"""Permits on both databases: nothing but what two people let run, and for no longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from registry.domain import permits as rules
from registry.domain.errors import ForbiddenError
from registry.domain.people import Actor, Role
from registry.domain.permits import Asked, Verdict
from registry.domain.policies import Rung
from registry.services import deployments, permits
from registry.services.work import Workshop
from tests.conftest import FrozenClock
from tests.factories.deployments import OFFICER, Hospital, allow_pilots, make_hospital
from tests.factories.people import PROOF

MOST = 19
"""So many statements does a yes take, its entry on the trail among them; hospitals ask often."""


def asked(**changes: Any) -> Asked:  # noqa: ANN401 -- any part of a question
    """Return the question for a pilot of version 1 at Hungary."""
    whole = {"version": "heart-cad/1", "site": "Hungary", "rung": Rung.PILOT}
    return Asked(**whole | changes)


def ask(hospital: Hospital, by: Role | Actor = Role.DATA_STEWARD, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Ask for a permit and return the answer."""
    with hospital.registry.work(by) as work:
        return permits.ask(work, asked(**changes))


def reasons(hospital: Hospital, **changes: Any) -> str:  # noqa: ANN401 -- likewise
    """Ask for a permit that is refused and return why."""
    answer = ask(hospital, **changes)
    assert answer["permit"] == "no"
    return " ".join(one["what"] for one in answer["reasons"])


@contextmanager
def statements(workshop: Workshop) -> Iterator[list[str]]:
    """Give a list of what is sent to the database meanwhile."""
    sent: list[str] = []

    def keep(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(workshop.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(workshop.engine, "before_cursor_execute", keep)


def test_as_things_go(workshop: Workshop, clock: FrozenClock) -> None:
    """From nothing to a pilot, over a replacement and the way back, to the approval's end."""
    hospital = make_hospital(workshop)
    allow_pilots(hospital.registry)
    assert "have not let it run" in reasons(hospital)
    first = hospital.running(rung="pilot")
    with statements(workshop) as sent:
        answer = ask(hospital)
    assert len(sent) <= MOST
    assert (answer["permit"], answer["use"]) == ("yes", "Order the waiting list")
    assert answer["expires_at"] == "2026-11-23T10:30:00.000000Z"
    public = workshop.keys.public()
    found, _ = rules.verify(answer, public=public, asked=asked(), now=workshop.clock())
    assert found.verdict is Verdict.PERMITTED
    assert "general use was not let in" in reasons(hospital, rung=Rung.GENERAL)
    assert "have not let it run" in reasons(hospital, site="Cleveland")
    hospital.second_version()
    assert "superseded" in reasons(hospital)
    second = hospital.running("heart-cad/2", rung="pilot", rollback="heart-cad/1")
    assert ask(hospital, version="heart-cad/2")["permit"] == "yes"
    with hospital.registry.work(hospital.people[OFFICER]) as work:
        deployments.roll_back(work, second, reasons="It misses women.", proof=PROOF)
    assert "It misses women." in reasons(hospital, version="heart-cad/2")
    assert ask(hospital)["permit"] == "yes"
    with hospital.registry.work(Role.AUDITOR) as work:
        moves = deployments.view(work, first).moves
    assert [one["act"] for one in moves] == ["start", "replace", "return"]
    clock.moment = datetime(2027, 11, 23, 22, 30, tzinfo=UTC)
    assert ask(hospital)["grace_until"] == "2027-11-23T23:00:00.000000Z"
    clock.moment = datetime(2027, 11, 24, 9, tzinfo=UTC)
    assert "ended on 2027-11-23" in reasons(hospital)


def test_who_may_ask(workshop: Workshop) -> None:
    """A token with the scope for permits asks; one without it and an auditor do not."""
    hospital = make_hospital(workshop)
    steward = hospital.registry.people[Role.DATA_STEWARD]
    token = Actor(
        id=steward.id,
        login=steward.login,
        name=steward.name,
        roles=steward.roles,
        via="token",
        scopes=frozenset({"permits"}),
    )
    assert ask(hospital, token)["permit"] == "no"
    bare = Actor(
        id=token.id, login="x", name="X", roles=token.roles, via="token", scopes=frozenset({"read"})
    )
    for somebody in (bare, Role.AUDITOR):
        with pytest.raises(ForbiddenError):
            ask(hospital, somebody)
