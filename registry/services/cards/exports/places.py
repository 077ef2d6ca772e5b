"""Places: how an answer and its whereabouts in the attached documents are put together."""

from collections.abc import Iterable, Sequence

from reports.exports.record import NOT_RECORDED, Place

DOSSIER, DECISION, SIGNATURES = "dossier.json", "decision.json", "signatures.json"


def pointer(*keys: object, document: str = DOSSIER) -> str:
    """Return where something stands in a document of the card, as a JSON pointer in a fragment.

    >>> pointer("model", "a/b")
    'dossier.json#/model/a~1b'
    """
    parts = [str(key).replace("~", "~0").replace("/", "~1") for key in keys]
    return f"{document}#" + "".join(f"/{part}" for part in parts)


def said(text: str | None, *keys: object, reason: str = NOT_RECORDED) -> Place:
    """Return what stands at one place of the dossier; an empty text says nothing."""
    words = (text or "").strip() or None
    return Place(text=words, pointers=(pointer(*keys),), reason=reason)


def gathered(
    items: Iterable[tuple[str, str]], *, reason: str = NOT_RECORDED, otherwise: Sequence[str] = ()
) -> Place:
    """Return what several places say, one sentence after the other and none twice.

    Parameters
    ----------
    items : iterable of pairs
        A text and where it stands.
    reason : str
        Why nothing is said, where no item is.
    otherwise : sequence of str
        Where it would stand.
    """
    found = list(items)
    if not found:
        return Place(text=None, pointers=tuple(otherwise), reason=reason)
    sentences = dict.fromkeys(stopped(words) for words, _ in found)
    return Place(
        text=" ".join(sentences), pointers=tuple(dict.fromkeys(where for _, where in found))
    )


def stopped(text: str) -> str:
    """Return a text with one full stop last; its first letter is left, since it may be a name."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."
