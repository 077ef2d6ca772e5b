"""Cards: the code that is printed on one, and what is said of a file or code somebody holds."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from registry.domain.errors import BadInputError
from registry.domain.standings import State

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: no I, L, O or U, so that nobody reads one sign for another."""

SEAL: Final = "seal"
"""The name of the field in which a card is sealed."""

_RFC: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BYTES: Final = 10  # 80 bits, 16 signs
_GROUP: Final = 4
_LIKE: Final = str.maketrans("ILO", "110")
_CODE: Final = re.compile(f"[{LETTERS}]{{16}}")
_LOCAL: Final = re.compile(r"localhost|.*\.localhost|127\..*|\[?::1\]?|0\.0\.0\.0")


class Match(StrEnum):
    """By what a card was found."""

    FILE = "file"
    RENDERED = "rendered"  # its bytes before the seal: the card rendered again
    SIGNED = "signed"  # its file with people's own signatures
    CODE = "code"


class Outcome(StrEnum):
    """What is said of a file or a code."""

    CURRENT = "current"
    OLDER = "older"
    CHANGED = "changed"
    UNKNOWN = "unknown"


def code_of(documents_digest: str) -> str:
    """Return the code of a card by the digest of all that it renders: ``7K2M-Q0XT-93ZA-8VHB``.

    The same documents have the same code on every machine; 80 bits of it, so that nobody meets
    another card's by chance or by trying.
    """
    hashed = hashlib.sha256(f"cmr.card-code/1\n{documents_digest}".encode()).digest()[:_BYTES]
    plain = base64.b32encode(hashed).decode().translate(str.maketrans(_RFC, LETTERS))
    return "-".join(plain[i : i + _GROUP] for i in range(0, len(plain), _GROUP))


def read_code(text: str) -> str:
    """Return a code as it is printed, from what somebody typed.

    Raises
    ------
    BadInputError
        When it cannot be one.
    """
    plain = re.sub(r"[\s\-–—]", "", text).upper().translate(_LIKE)
    if not _CODE.fullmatch(plain):
        raise BadInputError(
            "A code has 16 letters and digits, such as 7K2M-Q0XT-93ZA-8VHB, and no U; "
            f"“{text[:40]}” has {len(plain)}.",
            field="code",
        )
    return "-".join(plain[i : i + _GROUP] for i in range(0, len(plain), _GROUP))


def field_of(role: str, signoff_id: str) -> str:
    """Return the name of the field in which the person of a sign-off may add a signature."""
    return f"{role.lower().replace(' ', '-')}-{signoff_id[:8]}"


def verify_address(public_url: str, code: str) -> str | None:
    """Return where a reader's browser checks a code; None where no other machine gets there."""
    host = urlsplit(public_url).hostname or ""
    if not host or _LOCAL.fullmatch(host):
        return None
    return f"{public_url.rstrip('/')}/verify/{code}"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A card that was found, and how its version stands now.

    Attributes
    ----------
    version : str
        Such as ``heart-cad/2``.
    number : int
        Which card of the version it is.
    issued_at : datetime
    headline : str
        What it says in one sentence.
    state : State
        How the version stood when it was issued.
    newest : int
        The number of the version's newest card.
    current : bool
        Whether it is the newest and says what the registry holds.
    now : State
        How the version stands now.
    since : datetime or None
        Since when; None for a draft.
    by : str or None
        The version that superseded it.
    """

    version: str
    number: int
    issued_at: datetime
    headline: str
    state: State
    newest: int
    current: bool
    now: State
    since: datetime | None
    by: str | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said of a file or a code: an outcome for machines, words for people."""

    outcome: Outcome
    title: str
    sentences: tuple[str, ...]


def answer(
    known: Known | None, match: Match | None, *, by_code: bool, changed: bool = False
) -> Answer:
    """Say whether something is the current card of its version, an older one, or none of ours.

    Parameters
    ----------
    known : Known or None
        The card that was found, if any.
    match : Match or None
        By what.
    by_code : bool
        Whether a code was asked about, and not a file.
    changed : bool
        Whether only the beginning of the file is that card's.
    """
    if known is None:
        return _unknown(by_code=by_code)
    card = f"card {known.number} of {known.version}"
    if changed:
        return Answer(
            outcome=Outcome.CHANGED,
            title=f"This file begins as {card}, and was changed after that.",
            sentences=(
                (
                    "Something was added that this registry does not know: somebody's signature in "
                    "their own copy, or something drawn over a page."
                ),
                (
                    "Look at its signatures with a PDF viewer or `cmr card verify`, or take the "
                    "card from the registry."
                ),
                _now(known),
            ),
        )
    issued = f"It was issued on {_moment(known.issued_at)}."
    if known.current:
        return Answer(
            outcome=Outcome.CURRENT,
            title=f"This is the current card of {known.version}.",
            sentences=(f"It is {card}. {issued}", known.headline, *_how(match)),
        )
    newer = known.newest != known.number
    return Answer(
        outcome=Outcome.OLDER,
        title=f"This is an older card of {known.version}.",
        sentences=(
            f"It is {card}. {issued}",
            f"The newest is card {known.newest}."
            if newer
            else "The record has changed since, and no newer card has been issued yet.",
            _now(known),
            *_how(match),
        ),
    )


def _unknown(*, by_code: bool) -> Answer:
    what = "code" if by_code else "file"
    rest = (
        "Compare it with the card, sign by sign. It may also be of another registry."
        if by_code
        else "It may be of another registry, or it was changed by as little as one byte, for "
        "example by a program that saved it anew. The code on the card tells which card it was."
    )
    return Answer(
        outcome=Outcome.UNKNOWN,
        title=f"This registry does not know this {what}.",
        sentences=(rest,),
    )


def _how(match: Match | None) -> tuple[str, ...]:
    """Return what the way it was found adds."""
    match match:
        case Match.CODE:
            return (("The code says which card was printed; it does not show that a copy of it "
                    "was left unchanged. Choose the file to know that."),)  # fmt: skip
        case Match.RENDERED:
            return ("These are its bytes before the seal, as it was rendered.",)
        case Match.SIGNED:
            return ("It is the copy to which people have added their own signatures.",)
        case Match.FILE | None:
            return ()


def _now(known: Known) -> str:
    """Return how the version stands now, as a sentence."""
    since = "" if known.since is None else f" since {_moment(known.since)}"
    match known.now:
        case State.DRAFT:
            return f"{known.version} is a draft: nothing has been decided about it."
        case State.CURRENT:
            return f"{known.version} stands as approved{since}; what for, its newest card says."
        case State.DECLINED:
            return f"{known.version} is declined{since}."
        case State.SUPERSEDED:
            by = "" if known.by is None else f" by {known.by}"
            return f"{known.version} is superseded{by}{since}."
        case State.SUSPENDED:
            return f"{known.version} is suspended{since}."
        case State.LAPSED:
            return f"The approval of {known.version} has lapsed{since}."


def _moment(at: datetime) -> str:
    return f"{at:%-d %B %Y, %H:%M} UTC"
