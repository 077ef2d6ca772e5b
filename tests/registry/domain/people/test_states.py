"""Facts about the one table of role, action and state, against an expectation of its own.

`EXPECTED` was written by hand from the rules of the house and looks at none of the tables. Who
adds an action adds a line here: for whom it is, and in which stages of a version or states of a
review; "-" where it is about neither.
"""

import ast
from itertools import product
from pathlib import Path

import pytest

import registry
from registry.domain.people import STATES, WHEN, Action, Actor, Role, State, allows, may
from registry.domain.stages import ReviewState, Stage, may_open_review
from tests.registry.domain.people.test_permissions import somebody

WORDS = {
    "O": "model owner",
    "E": "ML engineer",
    "D": "data steward",
    "V": "independent validator",
    "C": "clinical safety officer",
    "L": "clinical lead",
    "G": "information governance",
    "T": "top management",
    "S": "site safety officer",
    "X": "site executive",
    "U": "auditor",
    "A": "administrator",
    "N": "enroller",
}
ANY = "registered, in review, approved, declined, superseded, suspended, lapsed"

EXPECTED: dict[str, tuple[str, str]] = {
    "model.register": ("OE", "-"),
    "version.register": ("OE", "-"),
    "version.candidate": ("O", "-"),
    "artifact.keep": ("OEDCG", "-"),
    "dataset.register": ("OED", "-"),
    "dataset.withdraw": ("DG", "-"),
    "site.register": ("DA", "-"),
    "site.key": ("DG", "-"),
    "paper.register": ("OECG", "-"),
    "training.record": ("AN", "-"),
    "statement.make": ("OEDVCLGTSX", ANY),
    "protocol.register": ("OEVL", "-"),
    "protocol.sign": ("VL", "-"),
    "evidence.attach": ("OEDV", ANY),
    "hazard.record": ("OECLS", "-"),
    "hazard.approve": ("C", "-"),
    "safety_case.write": ("OCLS", "-"),
    "safety_case.sign": ("CS", "-"),
    "incident.report": ("OEDVCLGTSX", "-"),
    "incident.record": ("CS", "-"),
    "failure.review": ("VCLS", "-"),
    "job.cancel": ("OEDVCLA", "-"),
    "job.retry": ("OEDVCLA", "-"),
    "policy.register": ("CA", "-"),
    "review.open": ("OE", "registered, approved, declined, superseded, suspended, lapsed, open"),
    "review.comment": ("OEDVCLGTSX", "open"),
    "review.sign": ("OVCLGTSX", "open"),
    "review.decide": ("LTX", "open"),
    "review.delegate": ("OVCLGTSX", "open"),
    "condition.submit": ("OEDVCLGTSX", "decided"),
    "condition.extend": ("LTX", "decided"),
    "waiver.propose": ("OVCLGTSX", "open"),
    "waiver.sign": ("OVCLGTSX", "open"),
    "version.suspend": ("C", "approved"),
    "version.reinstate": ("LTX", "suspended"),
    "condition.close": ("OVCLGTSX", "decided"),
    "card.issue": ("OEVCL", ANY),
    "card.sign": ("OVCLGTSX", ANY),
    "deployment.prepare": ("OSX", "-"),
    "deployment.sign": ("SX", "-"),
    "deployment.stop": ("CSX", "-"),
    "monitoring.submit": ("OEDVS", "-"),
    "permit.ask": ("OEDCSXA", "-"),
    "person.enrol": ("AN", "-"),
    "role.grant": ("AN", "-"),
    "passkey.register": ("OVCLGTSX", "-"),
    "passkey.confirm": ("N", "-"),
    "token.issue": ("OEDA", "-"),
    "notice.manage": ("A", "-"),
    "emergency.open": ("OEDVCLGTSX", "-"),
    "emergency.stop": ("", "-"),
    "emergency.review": ("CLGT", "-"),
    "trail.read": ("GUA", "-"),
    "trail.checkpoint": ("A", "-"),
    "trail.cosign": ("GA", "-"),
    "trail.redact": ("G", "-"),
    "record.read": ("OEDVCLGTSXUAN", "-"),
}


def expected(role: str, action: str, state: str | None) -> bool:
    """Return what the rules of the house say, in words."""
    holders, states = EXPECTED[action]
    if role not in {WORDS[letter] for letter in holders}:
        return False
    return state is None or state in states.split(", ")


def test_nothing_was_forgotten() -> None:
    """Every role and action has its line in the expectation."""
    assert set(WORDS.values()) == {role.value for role in Role}
    assert {action.value for action in Action} - set(EXPECTED) == set(), "add a line to EXPECTED"
    assert set(EXPECTED) - {action.value for action in Action} == set(), "no such action any more"


@pytest.mark.parametrize("action", list(Action))
def test_every_role_action_and_state(action: Action) -> None:
    """A person with one role may do an action in a state exactly where the rules say so."""
    asked: list[tuple[Role, State | None]] = list(product(Role, (None, *STATES)))
    assert len(asked) == len(Role) * (len(Stage) + len(ReviewState) + 1)
    for role, state in asked:
        wanted = expected(role.value, action.value, None if state is None else state.value)
        assert allows(role, action, state) is wanted, (role, action, state)
        assert may(somebody(role), action, state=state) is wanted, (role, action, state)


def test_what_is_about_no_version_is_refused_in_every_state() -> None:
    """Default deny: an action without a row is not possible where a state is given."""
    without = [action for action in Action if action not in WHEN]
    assert without
    for action, state in product(without, STATES):
        assert not any(allows(role, action, state) for role in Role)


def test_system_is_held_to_the_states_too() -> None:
    """A job does nothing to a version in a state where the table has nothing."""
    worker = Actor(id=somebody().id, login="system", name="System", roles=frozenset(), via="system")
    assert may(worker, Action.EVIDENCE_ATTACH, state=Stage.APPROVED)
    assert not may(worker, Action.EVIDENCE_ATTACH, state=ReviewState.OPEN)


def test_reviews_open_where_the_stages_let_them() -> None:
    """The table and the moves of `stages` say the same of opening a review."""
    for stage in Stage:
        assert (stage in WHEN[Action.REVIEW_OPEN]) is may_open_review(stage)


def test_services_ask_with_the_state() -> None:
    """Every action of the table is asked for with its state by some service."""
    asked: set[str] = set()
    folder = Path(registry.__file__).parent / "services"
    for path in folder.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "require"
                and any(keyword.arg == "state" for keyword in call.keywords)
                and isinstance(call.args[0], ast.Attribute)
            ):
                asked.add(call.args[0].attr)
    assert {action.name for action in WHEN} <= asked
