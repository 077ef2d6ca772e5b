"""Facts about where a version may stand at a hospital, against a table written by hand."""

from datetime import date
from itertools import product

import pytest

from registry.domain.deployments.states import (
    MOVES,
    RUNNING,
    STATE_AT,
    MoveAct,
    MoveError,
    State,
    move,
    replaces,
    signers,
    stretches,
)
from registry.domain.people import Role
from registry.domain.policies import Rung

# From, act, to: who signs. "both", "system", or the letters of the roles: officer of the site,
# executive, clinical safety officer.
EXPECTED = {
    ("proposed", "start", "silent"): "both",
    ("proposed", "start", "pilot"): "both",
    ("proposed", "withdraw", "withdrawn"): "OX",
    ("silent", "start", "silent"): "both",
    ("silent", "start", "pilot"): "both",
    ("silent", "suspend", "suspended"): "OC system",
    ("silent", "hold", "suspended"): "system",
    ("silent", "replace", "suspended"): "system",
    ("silent", "withdraw", "withdrawn"): "OX",
    ("pilot", "start", "pilot"): "both",
    ("pilot", "start", "live"): "both",
    ("pilot", "suspend", "suspended"): "OC system",
    ("pilot", "hold", "suspended"): "system",
    ("pilot", "replace", "suspended"): "system",
    ("pilot", "roll back", "suspended"): "O",
    ("pilot", "withdraw", "withdrawn"): "OX",
    ("live", "start", "live"): "both",
    ("live", "suspend", "suspended"): "OC system",
    ("live", "hold", "suspended"): "system",
    ("live", "replace", "suspended"): "system",
    ("live", "roll back", "suspended"): "O",
    ("live", "withdraw", "withdrawn"): "OX",
    ("suspended", "resume", "silent"): "both",
    ("suspended", "resume", "pilot"): "both",
    ("suspended", "resume", "live"): "both",
    ("suspended", "release", "silent"): "O",
    ("suspended", "release", "pilot"): "O",
    ("suspended", "release", "live"): "O",
    ("suspended", "return", "silent"): "O",
    ("suspended", "return", "pilot"): "O",
    ("suspended", "return", "live"): "O",
    ("suspended", "suspend", "suspended"): "OC system",
    ("suspended", "roll back", "suspended"): "O",
    ("suspended", "withdraw", "withdrawn"): "OX",
}
LETTERS = {
    "O": Role.SITE_SAFETY_OFFICER,
    "X": Role.SITE_EXECUTIVE,
    "C": Role.CLINICAL_SAFETY_OFFICER,
}


@pytest.mark.parametrize(
    ("before", "act", "after"), list(product(State, MoveAct, State)), ids=lambda word: word.value
)
def test_every_move(before: State, act: MoveAct, after: State) -> None:
    """Each of all conceivable moves is allowed, by those who must sign, or refused."""
    wanted = EXPECTED.get((before.value, act.value, after.value))
    if wanted is None:
        with pytest.raises(MoveError, match=after.value):
            move(before, after, act)
        return
    found = move(before, after, act)
    words = wanted.split()
    letters = next((word for word in words if word.isupper()), "")
    assert found.both is ("both" in words)
    assert found.system is ("system" in words)
    assert found.roles == {LETTERS[letter] for letter in letters} == signers(act)


def test_nothing_leaves_withdrawn() -> None:
    """What was withdrawn is proposed anew or not at all, and the refusal says so."""
    assert all(before is not State.WITHDRAWN for before, _, _ in MOVES)
    with pytest.raises(MoveError, match="nothing follows"):
        move(State.WITHDRAWN, State.LIVE, MoveAct.START)


def test_rungs_and_states() -> None:
    """Each rung is one running state, and the other way round."""
    assert set(STATE_AT) == set(Rung)
    assert {STATE_AT[rung]: rung for rung in Rung} == dict(RUNNING)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (Rung.SILENT, State.SILENT, False),
        (Rung.SILENT, State.LIVE, False),
        (Rung.PILOT, State.SILENT, False),
        (Rung.PILOT, State.PILOT, True),
        (Rung.PILOT, State.LIVE, False),
        (Rung.GENERAL, State.PILOT, True),
        (Rung.GENERAL, State.LIVE, True),
        (Rung.GENERAL, State.SUSPENDED, False),
        (Rung.GENERAL, State.WITHDRAWN, False),
        (Rung.GENERAL, State.PROPOSED, False),
    ],
)
def test_replaces(new: Rung, old: State, expected: bool) -> None:
    """A version that goes at least as far takes another's place; silence takes nobody's."""
    assert replaces(new, old) is expected


DAYS = [
    (State.SILENT, date(2026, 11, 1)),
    (State.SUSPENDED, date(2026, 11, 10)),
    (State.SILENT, date(2026, 11, 12)),
    (State.PILOT, date(2026, 12, 1)),
]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ((11, 1), (11, 9), [State.SILENT]),
        ((11, 5), (11, 30), [State.SILENT]),
        ((11, 5), (12, 1), [State.SILENT]),
        ((12, 1), (12, 5), [State.PILOT]),
        ((11, 20), (12, 5), [State.SILENT, State.PILOT]),
        ((10, 1), (10, 5), []),
    ],
)
def test_stretches(first: tuple[int, int], last: tuple[int, int], expected: list[State]) -> None:
    """A window is of the state in which it lies wholly; a suspension within is no matter."""
    found = stretches(
        DAYS, first=date(2026, *first), last=date(2026, *last), today=date(2026, 12, 20)
    )
    assert found == expected
