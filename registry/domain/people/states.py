"""States: in which stage of a version, or state of a review, an action is possible at all.

Together with `PERMISSIONS` this is the one table of role, action and state: a role may do an
action in a state where its row of `PERMISSIONS` holds the action and the action's row here holds
the state. An action that has no row here is not about a version or a review, and asking for it
in a state is refused.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from registry.domain.people.permissions import PERMISSIONS, Action, Role
from registry.domain.stages import ReviewState, Stage

State = Stage | ReviewState
"""Where a thing stands that somebody wants to act on."""

STATES: Final[tuple[State, ...]] = (*Stage, *ReviewState)

_EVERY_STAGE = frozenset[State](Stage)
_OPEN = frozenset[State]({ReviewState.OPEN})
_DECIDED = frozenset[State]({ReviewState.DECIDED})

WHEN: Final[Mapping[Action, frozenset[State]]] = MappingProxyType(
    {
        # What a record gains stands beside what was decided and never changes it.
        Action.STATEMENT_MAKE: _EVERY_STAGE,
        Action.EVIDENCE_ATTACH: _EVERY_STAGE,
        Action.CARD_ISSUE: _EVERY_STAGE,
        Action.CARD_SIGN: _EVERY_STAGE,
        # One review of a version at a time; an open one may be frozen anew.
        Action.REVIEW_OPEN: (_EVERY_STAGE - {Stage.IN_REVIEW}) | _OPEN,
        Action.REVIEW_COMMENT: _OPEN,
        Action.REVIEW_SIGN: _OPEN,
        Action.REVIEW_DECIDE: _OPEN,
        Action.REVIEW_DELEGATE: _OPEN,
        Action.CONDITION_SUBMIT: _DECIDED,
        Action.CONDITION_EXTEND: _DECIDED,
        Action.CONDITION_CLOSE: _DECIDED,
        Action.WAIVER_PROPOSE: _OPEN,
        Action.WAIVER_SIGN: _OPEN,
        Action.VERSION_SUSPEND: frozenset({Stage.APPROVED}),
        Action.VERSION_REINSTATE: frozenset({Stage.SUSPENDED}),
    }
)


def allows(role: Role, action: Action, state: State | None) -> bool:
    """Tell whether a role may do an action in a state; default deny.

    Without a state only the role is asked; services ask again once they know the state.
    """
    if action not in PERMISSIONS[role]:
        return False
    return state is None or state in WHEN.get(action, frozenset())
