"""Taking words out of the trail, so that every proof still holds."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.domain.entries import REDACTED
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from registry.domain.people import Role
from registry.domain.trail import Act
from registry.services import audit
from registry.services.work import Workshop
from tests.factories.people import Registry, make_registry
from tests.registry.services.test_audit import as_owner, checked

SECRET = "Mrs Example's angiogram was read twice"


@pytest.fixture
def told(workshop: Workshop) -> Registry:
    """Return a registry in which a reason names a patient, and a checkpoint over it."""
    registry = make_registry(workshop)
    with workshop.begin(registry.people[Role.CLINICAL_LEAD]) as work:
        work.record(Act.STATEMENT_MADE, subject="heart-cad/1", why=SECRET, after={"text": "kept"})
    with registry.work(Role.ADMINISTRATOR) as work:
        audit.sign_checkpoint(work)
    return registry


def last_words(registry: Registry) -> int:
    """Return the place of the entry with the reason."""
    with registry.work(Role.AUDITOR) as work:
        every = audit.read(work, start=0, limit=1000)
    return int(next(one["seq"] for one in every if one["why"] in {SECRET, REDACTED}))


def test_words_go_and_proofs_stay(told: Registry) -> None:
    """Who took them out and why is on the trail; the words are nowhere in it, and it verifies."""
    seq = last_words(told)
    before = checked(told.workshop)
    with told.work(Role.INFORMATION_GOVERNANCE) as work:
        event = audit.redact(work, seq, path="why", why="request 2026-118")
    assert (event["why"], event["redacted"]) == (REDACTED, ["why"])
    assert event["after"]["text"] == "kept"
    with told.work(Role.AUDITOR) as work:
        every = audit.read(work, start=0, limit=1000)
    act = next(one for one in every if one["act"] == Act.TEXT_REDACTED)
    assert act["actor"] == str(told.people[Role.INFORMATION_GOVERNANCE].id)
    assert (act["why"], act["before"]["path"]) == ("request 2026-118", "why")
    assert SECRET not in str(every)
    after = checked(told.workshop)
    assert (before.findings, after.findings) == ((), ())
    assert after.checkpoints >= before.checkpoints


def test_refusals_say_what_there_is(told: Registry) -> None:
    """A wrong place, number, person or a second time changes nothing."""
    seq = last_words(told)
    with (
        pytest.raises(BadInputError, match=r"it has: why, after\.text|it has: after\.text, why"),
        told.work(Role.INFORMATION_GOVERNANCE) as work,
    ):
        audit.redact(work, seq, path="actor", why="request")
    with pytest.raises(NotFoundError), told.work(Role.INFORMATION_GOVERNANCE) as work:
        audit.redact(work, 10_000, path="why", why="request")
    with pytest.raises(BadInputError), told.work(Role.INFORMATION_GOVERNANCE) as work:
        audit.redact(work, seq, path="why", why=" ")
    with pytest.raises(ForbiddenError), told.work(Role.ADMINISTRATOR) as work:
        audit.redact(work, seq, path="why", why="request")
    with told.work(Role.INFORMATION_GOVERNANCE) as work:
        audit.redact(work, seq, path="why", why="request")
    with pytest.raises(ConflictError), told.work(Role.INFORMATION_GOVERNANCE) as work:
        audit.redact(work, seq, path="why", why="request")


@pytest.mark.parametrize(
    ("attack", "finding"),
    [
        ("UPDATE trail_texts SET salt = NULL, text = NULL", "no act took them out"),
        ("DELETE FROM trail_texts", "no act took them out"),
        ("UPDATE trail_texts SET text = '\"kind words\"'", "not those that were hashed"),
        ("UPDATE trail_texts SET salt = NULL", "no longer what was stored"),
        ("UPDATE trail_texts SET path = 'after.more'", "that it does not have"),
    ],
)
def test_words_that_an_owner_changed_are_found(told: Registry, attack: str, finding: str) -> None:
    """With the guards off every change of words is found; with them on most are refused."""
    seq = last_words(told)
    whole = f"{attack} WHERE seq = {seq} AND path = 'why'"
    if "salt = NULL, text" not in attack:
        with pytest.raises(DBAPIError), told.workshop.engine.begin() as connection:
            connection.execute(text(whole))
    with as_owner(told.workshop) as session:
        session.connection().execute(text(whole))
    assert any(finding in one for one in checked(told.workshop).findings)


def test_words_are_written_with_their_entry_alone(told: Registry) -> None:
    """Nobody adds words to an entry that stands."""
    with pytest.raises(DBAPIError), told.workshop.engine.begin() as connection:
        connection.execute(text("INSERT INTO trail_texts (seq, path) VALUES (0, 'after.more')"))
