"""Papers: documents about a model or a version, and people's training; what of both still holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from registry.domain.errors import BadInputError, ForbiddenError
from registry.domain.policies import DocumentRule, Rung, TrainingRule

Document = Mapping[str, Any]


def same(one: str, other: str) -> bool:
    """Tell whether two names of a kind or topic mean the same: case and blanks do not matter."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def require_dates(*, dated: date, valid_until: date | None, today: date, field: str) -> None:
    """Refuse a document or a training of the future, or one that ended before it began.

    Raises
    ------
    BadInputError
        Names the field.
    """
    if dated > today:
        raise BadInputError(f"{dated} lies in the future.", field=field)
    if valid_until is not None and valid_until < dated:
        raise BadInputError(f"{valid_until} lies before {dated}.", field="valid_until")


def require_another(person: object, recorder: object) -> None:
    """Refuse training that somebody records of themselves.

    Raises
    ------
    ForbiddenError
        When the two are one.
    """
    if person == recorder:
        raise ForbiddenError("Nobody records their own training; ask another enroller.")


def missing_documents(
    rules: Sequence[DocumentRule], documents: Sequence[Document], *, rung: Rung, today: date
) -> Iterator[tuple[str, str]]:
    """Yield each kind of document that is asked, and why it is missing; empty where it is there.

    Parameters
    ----------
    rules : sequence of DocumentRule
        What the policy asks.
    documents : sequence of mapping
        As a dossier shows them: the newest of each kind.
    rung : Rung
        How far the version is to go.
    today : date
        The day on which it is judged.
    """
    order = list(Rung)
    for rule in rules:
        if order.index(rung) < order.index(rule.from_rung):
            continue
        held = [one for one in documents if same(one["kind"], rule.kind)]
        if not held:
            yield rule.kind, "None is registered; `cmr document register` keeps one."
        elif _over(held[-1], today):
            yield rule.kind, f"“{held[-1]['title']}” held until {held[-1]['valid_until']} only."
        else:
            yield rule.kind, ""


def missing_training(
    rules: Sequence[TrainingRule], people: Sequence[Document], *, today: date
) -> Iterator[tuple[TrainingRule, str]]:
    """Yield each training that is asked, and who lacks it; empty where nobody does.

    Parameters
    ----------
    rules : sequence of TrainingRule
        What the policy asks.
    people : sequence of mapping
        ``{"person", "roles", "completed": [{"topic", "on", "valid_until"}]}``.
    today : date
        The day on which it is judged.
    """
    for rule in rules:
        holders = [one for one in people if rule.role.value in one["roles"]]
        lacking = [one["person"]["name"] for one in holders if not _trained(one, rule, today)]
        if not holders:
            yield rule, f"Nobody holds the role {rule.role}."
        elif lacking:
            within = f" within {rule.months} months" if rule.months else ""
            yield rule, f"Not on record{within}: {', '.join(lacking)}."
        else:
            yield rule, ""


def _trained(person: Document, rule: TrainingRule, today: date) -> bool:
    """Tell whether a person has completed what a rule asks, and recently enough."""
    return any(
        same(one["topic"], rule.topic) and not _over(one, today) and not _long_ago(one, rule, today)
        for one in person["completed"]
    )


def _over(one: Document, today: date) -> bool:
    """Tell whether a document or a training has run out."""
    return one["valid_until"] is not None and date.fromisoformat(one["valid_until"]) < today


def _long_ago(one: Document, rule: TrainingRule, today: date) -> bool:
    """Tell whether a training was completed longer ago than a rule accepts."""
    if rule.months is None:
        return False
    on = date.fromisoformat(one["on"])
    limit = (on.year * 12 + on.month + rule.months, on.day)
    return (today.year * 12 + today.month, today.day) > limit


def asked_of(rules: Sequence[TrainingRule], people: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the people and trainings that rules are about: only these belong into a dossier."""
    roles = {rule.role.value for rule in rules}
    return [
        {
            **one,
            "roles": [role for role in one["roles"] if role in roles],
            "completed": [
                done
                for done in one["completed"]
                if any(same(done["topic"], rule.topic) for rule in rules)
            ],
        }
        for one in people
        if roles.intersection(one["roles"])
    ]
