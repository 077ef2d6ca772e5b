"""Verifying: whether a file or a code that anybody holds is the current card of a version.

Nobody needs to sign in: who asks holds the card. What is not known is counted by network address,
as failed sign-ins are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import cards as rules
from registry.domain.cards import Answer, Known, Match
from registry.domain.digests import require_digest
from registry.domain.errors import BadInputError, BusyError
from registry.domain.people import FAILURES_WITHIN
from registry.domain.standings import State
from registry.services.cards.gathering import documents_of
from registry.services.work import Work, Workshop
from registry.store import card_checks, cards, standings, versions
from registry.store.card_checks import CardMissRow
from registry.store.cards import CardRow

MOST = 20
"""So many digests of one file are looked at: its own, and those of its beginnings."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What is said of a file or a code, and the card that it is of, if any."""

    answer: Answer
    known: Known | None
    match: Match | None


def verify(
    workshop: Workshop,
    *,
    code: str | None = None,
    digests: Sequence[str] = (),
    address: str | None = None,
) -> Verified:
    """Say whether something is the current card of its version, an older one, or none of ours.

    Parameters
    ----------
    workshop : Workshop
    code : str or None
        What is printed on the card.
    digests : sequence of str
        Of the file: the whole of it first, then where it may have ended before something was
        added.
    address : str or None
        From where it is asked.

    Raises
    ------
    BadInputError
        When neither code nor digest is given, or either is none.
    BusyError
        When too much that is not known was asked about from there.
    """
    if (code is None) == (not digests):
        raise BadInputError("Give a code, or the digests of a file.", field="code")
    asked = None if code is None else rules.read_code(code)
    named = [require_digest(one, field="digest") for one in digests[:MOST]]
    with workshop.begin(None, reads=True) as work:
        _require_calm(work, address)
        found = _by_code(work, asked) if asked is not None else _by_digests(work, named)
    if found.known is None and address is not None:
        with workshop.begin(None) as work:
            row = CardMissRow(id=work.new_id(), address=address, at=work.now())
            card_checks.miss(work.session, row, work.now() - FAILURES_WITHIN)
    return found


def _require_calm(work: Work, address: str | None) -> None:
    """Refuse to look anything up for an address that has asked too often in vain."""
    most = work.settings.failures_per_address
    if address is None or not most:
        return
    if card_checks.misses(work.session, address, work.now() - FAILURES_WITHIN) >= most:
        raise BusyError("Too much that is not known here was asked; try again in fifteen minutes.")


def _by_code(work: Work, code: str) -> Verified:
    card = cards.with_code(work.session, code)
    known = None if card is None else _known(work, card)
    match = None if card is None else Match.CODE
    return Verified(answer=rules.answer(known, match, by_code=True), known=known, match=match)


def _by_digests(work: Work, digests: Sequence[str]) -> Verified:
    for place, digest in enumerate(digests):
        found = cards.with_file(work.session, digest)
        if found is not None:
            known, match = _known(work, found[0]), found[1]
            said = rules.answer(known, match, by_code=False, changed=place > 0)
            return Verified(answer=said, known=known, match=match)
    return Verified(answer=rules.answer(None, None, by_code=False), known=None, match=None)


def _known(work: Work, card: CardRow) -> Known:
    """Return a card, and how its version stands now."""
    row = versions.by_id(work.session, card.version_id)
    last = cards.newest(work.session, row.id) or card
    standing = standings.current(work.session, row.id)
    current = last.id == card.id
    return Known(
        version=versions.name_of(work.session, row),
        number=card.number,
        issued_at=card.issued_at,
        headline=card.headline,
        state=card.state,
        newest=last.number,
        current=current and card.documents_digest == documents_of(work, row).whole_digest,
        now=State.DRAFT if standing is None else standing.state,
        since=None if standing is None else standing.since,
        by=None if standing is None else standing.document.get("by"),
    )
