"""Mail: a notice as a short letter in plain text."""

from collections.abc import Mapping
from typing import Any, Final

from registry.domain.errors import BadInputError

WIDTH: Final = 72
LONGEST: Final = 254

_AT_SIGN: Final = "@"


def subject_of(document: Mapping[str, Any]) -> str:
    """Return the subject line of a notice."""
    return str(document["headline"])


def text_of(document: Mapping[str, Any], *, link: str | None) -> str:
    """Return a notice as a letter: what happened, what is asked and by when, where to look.

    Parameters
    ----------
    document : mapping
        The notice, ``cmr.notice/1``.
    link : str or None
        Address of what it is about; None where the registry does not know its own.
    """
    parts = [f"{document['headline']}.", str(document["asks"])]
    if document["due"] is not None:
        parts.append(f"By: {document['due']}")
    done = f"Done by {document['actor']['name']} on {document['at'][:16].replace('T', ' ')} UTC."
    parts.append(done + (f"\nReason given: {document['why']}" if document["why"] else ""))
    parts.append(f"Look at it with:  {document['see']}")
    if link is not None:
        parts[-1] += f"\nor at:            {link}"
    parts.append(
        "You get this because of your role in the registry. To change where it goes:\n"
        "cmr notice address"
    )
    return "\n\n".join(parts) + "\n"


def check_address(text: str) -> str:
    """Return a mail address that can be written to.

    Raises
    ------
    BadInputError
        When it is not one: name, @, host, and nothing that could carry on a mail's header.
    """
    address = text.strip()
    name, _, host = address.rpartition(_AT_SIGN)
    sound = (
        name
        and "." in host
        and len(address) <= LONGEST
        and address.isascii()
        and address.isprintable()
        and not set(address) & set(' <>()[],;:\\"')
        and _AT_SIGN not in name
    )
    if not sound:
        raise BadInputError(
            "give one mail address, such as c.moretti@hospital.example.", field="address"
        )
    return address
