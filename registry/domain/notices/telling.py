"""Telling: from an act on the trail to the words of a notice, and to whom it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from registry.domain.people import Role
from registry.domain.trail import Act, Event

SCHEMA = "cmr.notice/1"
NOBODY = "the registry itself"


class Kind(StrEnum):
    """Why somebody is told."""

    WAITS = "waits"
    DUE = "due"
    LAPSES = "lapses"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    CHANGED = "changed"
    TEST = "test"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """To whom a notice goes, apart from webhooks; whoever did the act is never told of it.

    Attributes
    ----------
    roles : frozenset of Role
        Whoever holds one of these; a role held for one site only where the act concerns it.
    named : tuple of str
        Keys of the act's facts that hold a person's id or login.
    role_words : str or None
        Key of the act's facts that lists words of roles: whoever holds one of them.
    awaited : bool
        Whoever may give a sign-off for which the act's review still waits.
    deciders : bool
        Whoever may decide the act's review, once it waits for no sign-off.
    conditions : bool
        Owners and verifiers of the conditions of the act's review.
    makers : bool
        Whoever registered the model or the version, or opened the act's review.
    """

    roles: frozenset[Role] = frozenset()
    named: tuple[str, ...] = ()
    role_words: str | None = None
    awaited: bool = False
    deciders: bool = False
    conditions: bool = False
    makers: bool = False


@dataclass(frozen=True)
class Place:
    """Where one looks at what a notice is about.

    Attributes
    ----------
    command : str
        The command that shows it.
    page : str
        Where the API has it, below its root; `path` and `version` are `bare` as a path.
    """

    command: str
    page: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one kind of act is told; texts name the act's facts in braces.

    Attributes
    ----------
    kind : Kind
    to : Audience
    headline : str
        The subject line of a mail.
    asks : str
        What is asked of the reader, in a sentence or two.
    place : Place
    only : tuple of (str, frozenset of str), or None
        A fact and the values of it that are told; None tells every act.
    """

    kind: Kind
    to: Audience
    headline: str
    asks: str
    place: Place
    only: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An act in the words of its notice; `facts` are for finding out to whom it goes."""

    kind: Kind
    act: Act
    subject: str
    headline: str
    asks: str
    see: str
    page: str
    why: str
    due: date | None
    to: Audience
    facts: Mapping[str, Any]


class _Facts(dict[str, str]):
    """What an act's texts may name; what is not known of it is said to be so."""

    def __missing__(self, key: str) -> str:
        """Return the word for what the act does not say."""
        return "(not stated)"


def told(event: Event, rules: Mapping[Act, tuple[Rule, ...]]) -> list[Notice]:
    """Return the notices of an act: none where the table has no rule for it.

    Whatever the act lacks is said to be missing: telling never stands in the way of doing.
    """
    facts = {**(event.before or {}), **(event.after or {})}
    return [
        _notice(event, rule, facts) for rule in rules.get(event.act, ()) if _wanted(rule, facts)
    ]


def _wanted(rule: Rule, facts: Mapping[str, Any]) -> bool:
    """Tell whether a rule tells this act."""
    if rule.only is None:
        return True
    key, values = rule.only
    return str(facts.get(key)) in values


def _notice(event: Event, rule: Rule, facts: Mapping[str, Any]) -> Notice:
    """Return an act in the words of a rule."""
    words = _Facts({key: _plain(value) for key, value in facts.items()})
    words["subject"] = _line(event.subject)
    words["why"] = _line(event.why)
    words["bare"] = _line(event.subject.partition(" ")[2] or event.subject)
    if model := model_of(words["subject"]):
        words["model"] = model
    if " at " in event.subject:
        words["bare"], _, words["site"] = words["subject"].partition(" at ")
    parts = _Facts({key: quote(value, safe="") for key, value in words.items()})
    parts["path"] = quote(words["bare"])
    parts["version"] = parts["path"].replace("/", "/versions/")
    return Notice(
        kind=rule.kind,
        act=event.act,
        subject=words["subject"],
        headline=rule.headline.format_map(words)[:200],
        asks=rule.asks.format_map(words),
        see=rule.place.command.format_map(words),
        page=rule.place.page.format_map(parts),
        why=words["why"],
        due=_day(facts.get("due")),
        to=rule.to,
        facts=facts,
    )


def model_of(subject: str) -> str:
    """Return the name in a subject such as ``model heart-cad, hazard 2``; empty in any other."""
    kind, _, rest = subject.partition(" ")
    return rest.partition(",")[0] if kind == "model" else ""


def _plain(value: object) -> str:
    """Return a fact as words."""
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    return _line(str(value))


def _line(text: str) -> str:
    """Return text on one line: a line break would end a mail's header."""
    return " ".join(text.split())


def _day(value: object) -> date | None:
    """Return the day by which something is due, where the act names one."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def document(
    notice: Notice,
    *,
    id: str,  # noqa: A002 -- the document's word
    at: str,
    actor: Mapping[str, str],
) -> dict[str, Any]:
    """Return a notice as it is kept and travels.

    Parameters
    ----------
    notice : Notice
    id : str
        The notice's id: the same for every receiver.
    at : str
        When the act was done, ISO 8601 in UTC.
    actor : mapping
        Id and printed name of who did it.
    """
    return {
        "schema": SCHEMA,
        "id": id,
        "at": at,
        "kind": notice.kind.value,
        "act": notice.act.value,
        "subject": notice.subject,
        "actor": dict(actor),
        "why": notice.why,
        "headline": notice.headline,
        "asks": notice.asks,
        "due": None if notice.due is None else notice.due.isoformat(),
        "see": notice.see,
        "page": notice.page,
    }
