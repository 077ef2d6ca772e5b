"""Facts about the table of notices as a whole."""

import ast
import string
from pathlib import Path

import pytest

from registry.domain.notices import NOTICES, Rule, cases, life, table, told
from registry.domain.notices.telling import Audience
from registry.domain.trail import Act, Event

RULES = [(act, rule) for act, rules in NOTICES.items() for rule in rules]


def facts_of(rule: Rule) -> set[str]:
    """Return the facts that a rule's texts name."""
    texts = (rule.headline, rule.asks, rule.place.command, rule.place.page)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("act", "rule"), RULES, ids=lambda one: str(getattr(one, "kind", one)))
def test_rule_goes_to_somebody(act: Act, rule: Rule) -> None:
    """No rule is without readers, words or a place to look."""
    assert rule.to != Audience(), act
    assert rule.headline
    assert rule.asks.endswith(".")
    assert rule.place.command.startswith("cmr ")
    assert not rule.place.page.startswith("/")


@pytest.mark.parametrize(("act", "rule"), RULES, ids=lambda one: str(getattr(one, "kind", one)))
def test_facts_are_plain_names(act: Act, rule: Rule) -> None:
    """Texts name facts, and never reach into them."""
    assert all(name.isidentifier() for name in facts_of(rule)), act


def test_a_review_waits_for_those_asked() -> None:
    """Opening a review tells whoever is asked for a sign-off."""
    (notice,) = told(
        Event(act=Act.REVIEW_OPENED, actor="a", subject="heart-cad/2", after={"review": "r"}),
        NOTICES,
    )
    assert notice.to == Audience(awaited=True)
    assert notice.headline == "heart-cad/2: a review waits for your sign-off"
    assert (notice.see, notice.page) == ("cmr review show r", "reviews/r")


def test_suspension_and_lapse_are_told_as_such() -> None:
    """A suspended version, a lapsed approval and an approved version are three things."""
    acts = (
        (Act.VERSION_STANDING_CHANGED, {"state": "suspended"}),
        (Act.VERSION_STANDING_CHANGED, {"state": "current"}),
        (Act.APPROVAL_LAPSED, {"review": "r"}),
    )
    told_of = []
    for act, facts in acts:
        event = Event(act=act, actor="system", subject="heart-cad/2", after=facts)
        told_of.append([(one.kind.value, one.page) for one in told(event, NOTICES)])
    assert told_of == [
        [("suspended", "models/heart-cad/versions/2")],
        [],
        [("lapses", "reviews/r")],
    ]


def test_what_falls_due_names_its_day() -> None:
    """A reminder says by when, to the owner and the verifier."""
    event = Event(
        act=Act.CONDITION_REMINDED,
        actor="system",
        subject="heart-cad/2",
        after={"review": "r", "condition": 1, "due": "2027-01-29"},
    )
    (notice,) = told(event, NOTICES)
    assert (notice.kind.value, str(notice.due)) == ("due", "2027-01-29")
    assert notice.to == Audience(named=("owner", "verifier"))
    assert notice.headline == "heart-cad/2: condition 1 falls due on 2027-01-29"


def test_no_act_stands_twice() -> None:
    """Of two entries for one act the first would be told to nobody."""
    written = [
        key.attr
        for module in (table, cases, life)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Attribute)
    ]
    assert len(written) == len(NOTICES)
    assert sorted(written) == sorted(set(written))
