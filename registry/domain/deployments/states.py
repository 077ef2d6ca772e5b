"""States: where a version stands at a hospital, and the table of every move there is.

The way in is `move`; nothing sets a state by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from registry.domain.errors import RuleBrokenError
from registry.domain.people import Role
from registry.domain.policies import Rung


class State(StrEnum):
    """Where a version stands at a hospital."""

    PROPOSED = "proposed"
    SILENT = "silent"
    PILOT = "pilot"
    LIVE = "live"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class MoveAct(StrEnum):
    """What makes a move."""

    START = "start"
    RESUME = "resume"
    RELEASE = "release"
    SUSPEND = "suspend"
    HOLD = "hold"
    REPLACE = "replace"
    ROLL_BACK = "roll back"
    RETURN = "return"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, kw_only=True)
class Move:
    """Who must sign for a move.

    Attributes
    ----------
    both : bool
        The hospital's safety officer and its executive sign the site dossier that carries it.
    roles : frozenset of Role
        One person in one of these roles signs it; empty where nobody does.
    system : bool
        The registry itself may make it: by a stop rule, or as the consequence of another move.
    """

    both: bool = False
    roles: frozenset[Role] = frozenset()
    system: bool = False


STOPPERS: Final = frozenset({Role.SITE_SAFETY_OFFICER, Role.CLINICAL_SAFETY_OFFICER})
OF_THE_SITE: Final = frozenset({Role.SITE_SAFETY_OFFICER, Role.SITE_EXECUTIVE})
_OFFICER: Final = frozenset({Role.SITE_SAFETY_OFFICER})

RUNNING: Final[Mapping[State, Rung]] = MappingProxyType(
    {State.SILENT: Rung.SILENT, State.PILOT: Rung.PILOT, State.LIVE: Rung.GENERAL}
)
"""The states in which a version runs, each with its rung."""

STATE_AT: Final[Mapping[Rung, State]] = MappingProxyType({r: s for s, r in RUNNING.items()})

_STARTS: Final = (
    (State.PROPOSED, State.SILENT),
    (State.PROPOSED, State.PILOT),
    (State.SILENT, State.SILENT),
    (State.SILENT, State.PILOT),
    (State.PILOT, State.PILOT),
    (State.PILOT, State.LIVE),
    (State.LIVE, State.LIVE),
)

MOVES: Final[Mapping[tuple[State, State, MoveAct], Move]] = MappingProxyType(
    {
        **{(before, after, MoveAct.START): Move(both=True) for before, after in _STARTS},
        **{(State.SUSPENDED, to, MoveAct.RESUME): Move(both=True) for to in RUNNING},
        **{(State.SUSPENDED, to, MoveAct.RELEASE): Move(roles=_OFFICER) for to in RUNNING},
        **{(State.SUSPENDED, to, MoveAct.RETURN): Move(roles=_OFFICER) for to in RUNNING},
        **{
            (running, State.SUSPENDED, MoveAct.SUSPEND): Move(roles=STOPPERS, system=True)
            for running in RUNNING
        },
        **{(running, State.SUSPENDED, MoveAct.HOLD): Move(system=True) for running in RUNNING},
        **{(running, State.SUSPENDED, MoveAct.REPLACE): Move(system=True) for running in RUNNING},
        **{
            (running, State.SUSPENDED, MoveAct.ROLL_BACK): Move(roles=_OFFICER)
            for running in (State.PILOT, State.LIVE)
        },
        **{
            (state, State.WITHDRAWN, MoveAct.WITHDRAW): Move(roles=OF_THE_SITE)
            for state in State
            if state is not State.WITHDRAWN
        },
        (State.SUSPENDED, State.SUSPENDED, MoveAct.SUSPEND): Move(roles=STOPPERS, system=True),
        (State.SUSPENDED, State.SUSPENDED, MoveAct.ROLL_BACK): Move(roles=_OFFICER),
    }
)
"""Every move: from a state, to a state, by an act, and who must sign for it.

A start from a state to itself puts a newer site dossier in the place of the older. A hold is a
suspension by a signal without labels, which the safety officer alone may end; a suspension that
follows on a hold, or on another version's start, is ended by both signatures like any other.
"""


class MoveError(RuleBrokenError):
    """A deployment was to make a move that is not in the table.

    Attributes
    ----------
    state : State
        Where it stands.
    act : MoveAct
        What was to be done.
    """

    code = "deployment-state"

    def __init__(self, state: State, act: MoveAct, wanted: State) -> None:
        self.state = state
        self.act = act
        ways = sorted({f"{by} ({to})" for before, to, by in MOVES if before is state})
        here = f"; from here there is: {', '.join(ways)}" if ways else "; nothing follows on that"
        super().__init__(f"A deployment that is {state} cannot become {wanted} by “{act}”{here}.")


def move(state: State, wanted: State, act: MoveAct) -> Move:
    """Return who must sign for a move.

    Raises
    ------
    MoveError
        When the table has no such move.
    """
    try:
        return MOVES[state, wanted, act]
    except KeyError:
        raise MoveError(state, act, wanted) from None


def signers(act: MoveAct) -> frozenset[Role]:
    """Return in which roles one person signs for an act, from whatever state; none: nobody does."""
    return frozenset(role for (_, _, by), rule in MOVES.items() if by is act for role in rule.roles)


def replaces(new: Rung, old: State) -> bool:
    """Tell whether a version that starts at a rung takes the place of another that runs there.

    It does where patients' care follows its output, and it goes at least as far.
    """
    order = list(Rung)
    if old not in RUNNING or new is Rung.SILENT or old is State.SILENT:
        return False
    return order.index(new) >= order.index(RUNNING[old])


def stretches(
    moves: Sequence[tuple[State, date]], *, first: date, last: date, today: date
) -> list[State]:
    """Return the running states in which some days lie wholly, the newest alone where several do.

    Parameters
    ----------
    moves : sequence of (State, date)
        To which state, and on which day, oldest first.
    first, last : date
        The days, both included.
    today : date

    Returns
    -------
    list of State
        One state where the days lie between its first and its last day; else the states of
        which they have a day.
    """
    spans: dict[State, tuple[date, date]] = {}
    for place, (state, day) in enumerate(moves):
        if state in RUNNING:
            end = moves[place + 1][1] if place + 1 < len(moves) else today
            spans[state] = (spans.get(state, (day, end))[0], end)
    whole = [s for s, (begin, end) in spans.items() if begin <= first and last <= end]
    touched = [s for s, (begin, end) in spans.items() if begin <= last and first <= end]
    return whole[-1:] or touched
