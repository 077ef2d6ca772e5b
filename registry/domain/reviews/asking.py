"""Asking: who was asked and has not answered, and who has the first word on what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from registry.domain.errors import WaitingError
from registry.domain.people import Role
from registry.domain.policies import APPROVING, Meaning, TierRules
from registry.domain.reviews.signing import awaited
from registry.domain.reviews.words import SignOff, valid

FIRST_WORD_DAYS: Final = 7
"""So many days whoever objected to an unchanged dossier has the first word, unless policy says."""

CARRYING: Final = APPROVING | {Meaning.REVIEW}
"""What must wait for the first word: everything that carries an approval."""


@dataclass(frozen=True, kw_only=True)
class FirstWord:
    """Who objected to the dossier that is reviewed again unchanged, and until when they lead."""

    people: Mapping[UUID, str]
    until: datetime


def first_word(
    objectors: Mapping[UUID, str],
    *,
    signoffs: Sequence[SignOff],
    opened_at: datetime,
    now: datetime,
    rules: TierRules,
) -> FirstWord | None:
    """Return whose word is still awaited before others may support, or None.

    Parameters
    ----------
    objectors : mapping
        Person → name of those who objected to the very same dossier before.
    signoffs : sequence of SignOff
        All of the present review, also withdrawn ones: who has answered has had the word.
    opened_at, now : datetime
        When the review was opened, and the present.
    rules : TierRules
    """
    until = opened_at + timedelta(days=rules.first_word_days or FIRST_WORD_DAYS)
    answered = {signoff.person for signoff in signoffs}
    silent = {person: name for person, name in objectors.items() if person not in answered}
    return FirstWord(people=silent, until=until) if silent and now < until else None


def check_first_word(wanted: SignOff, word: FirstWord | None) -> None:
    """Refuse to support before whoever objected to the same dossier has spoken.

    Raises
    ------
    WaitingError
        Names who has the first word, and until when.
    """
    if word is None or wanted.person in word.people or wanted.meaning not in CARRYING:
        return
    raise WaitingError(
        "Nothing changed since this dossier was objected to; whoever objected has the first word "
        f"until {word.until:%Y-%m-%d %H:%M} UTC.",
        waits_for=sorted(word.people.values()),
    )


def asked(
    rules: TierRules,
    signoffs: Sequence[SignOff],
    *,
    dossier: str,
    since: datetime,
    now: datetime,
    holders: Mapping[Role, Mapping[UUID, str]],
    authors: Mapping[UUID, str],
) -> list[dict[str, Any]]:
    """Return who was asked for a sign-off and has not answered, for how long, by role.

    Parameters
    ----------
    rules : TierRules
    signoffs : sequence of SignOff
    dossier : str
        The digest of the current dossier; with it everybody was asked.
    since, now : datetime
        When it was frozen, and the present.
    holders : mapping
        Role → person → name of those who hold it.
    authors : mapping
        Person → what of the dossier they made: they cannot give it.

    Returns
    -------
    list of dict
        ``{"role", "meaning", "lacking", "asked_at", "days", "people"}``; `people` are the names
        of those who could give it and have not answered anything yet.
    """
    answered = {signoff.person for signoff in valid(signoffs, dossier)}
    found: dict[str, dict[str, Any]] = {}
    for one in awaited(rules, signoffs, dossier):
        entry = found.setdefault(
            one["role"],
            {**one, "lacking": 0, "asked_at": since, "days": (now - since).days, "people": []},
        )
        entry["lacking"] += 1
        could = holders.get(Role(one["role"]), {})
        entry["people"] = sorted(
            name
            for person, name in could.items()
            if person not in answered and person not in authors
        )
    return list(found.values())
