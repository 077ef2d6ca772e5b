"""Places: where somebody who signed off may sign in a card's file, by a certificate of theirs."""

from dataclasses import dataclass
from uuid import UUID

from registry.domain.cards import field_of
from registry.domain.errors import RuleBrokenError
from registry.domain.people import Action, Role
from registry.services.work import Work
from registry.store import cards, reviews, versions
from registry.store.cards import CardRow
from registry.store.reviews import SignOffRow


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody may sign in a card's file.

    Attributes
    ----------
    card : CardRow
    field : str
        The field that was made for their sign-off.
    meaning : str
        What they had signed off with, to be the reason of the signature.
    digest, size : str, int
        Of the file to which it is to be added.
    """

    card: CardRow
    field: str
    meaning: str
    digest: str
    size: int


def place(work: Work, version: str, number: int, *, role: Role) -> Place:
    """Return where the actor may sign in a card's file, for the sign-off given in a role.

    Raises
    ------
    RuleBrokenError
        When the actor did not sign off in that role, took it back, or has signed here already.
    """
    actor = work.require(Action.CARD_SIGN, role=role)
    row = versions.named(work.session, version)
    work.require(Action.CARD_SIGN, state=row.stage, role=role)
    card = cards.get(work.session, row, number)
    given = _given(work, card, actor.id, role)
    if given is None:
        raise RuleBrokenError(
            f"{actor.name} has no sign-off as {role.value} that stands over the dossier of card "
            f"{number} of {version}; only who signed off may sign in the card."
        )
    field = field_of(given.role.value, str(given.id))
    if any(one.field == field for one in cards.signatures(work.session, card.id)):
        raise RuleBrokenError(
            f"{actor.name} has already signed in card {number} of {version} as {role.value}."
        )
    digest, size = cards.newest_file(work.session, card)
    return Place(card=card, field=field, meaning=given.meaning.value, digest=digest, size=size)


def _given(work: Work, card: CardRow, person: UUID, role: Role) -> SignOffRow | None:
    """Return the sign-off of a person in a role over a card's dossier that stands, if any."""
    dossier = reviews.by_digest(work.session, card.dossier)
    found = [
        one
        for one in reviews.signoffs_of(work.session, dossier.review_id)
        if (one.person_id, one.role, one.dossier) == (person, role, card.dossier)
        and reviews.withdrawal_of(work.session, one.id) is None
    ]
    return found[-1] if found else None
