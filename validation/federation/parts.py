"""Parts: the tallies of which a merged one was made, so that its receiver sees whose word it is.

A signed part travels whole, so that its signature can be checked against its counts, and the parts
against what was made of them. An unsigned part is named only: nobody could vouch for it anyway.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from validation.errors import TallyError
from validation.federation.merging import merge
from validation.tallies import Tally, files

MOST_BYTES: Final = 32 * 1024 * 1024  # signed parts that travel in one file


@dataclass(frozen=True, kw_only=True)
class Part:
    """One tally among those that were merged.

    Attributes
    ----------
    sites : tuple of str
        Whose exams it counts.
    digest, table_digest : str
        Of its content, and of the table that it was made of.
    key : str or None
        The name of the key with which it is signed; None where it is not. That the signature
        holds is for the receiver to find out.
    file : bytes or None
        The part itself, where it is signed.
    """

    sites: tuple[str, ...]
    digest: str
    table_digest: str
    key: str | None = None
    file: bytes | None = None

    @property
    def signature(self) -> dict[str, Any] | None:
        """The signature that stands in the part; None where it has none, or did not travel."""
        return None if self.file is None else files.signature_of(self.file)


def part_of(content: bytes) -> Part:
    """Return a tally's file as a part."""
    tally, signature = files.read(content), files.signature_of(content)
    return Part(
        sites=tally.levels["site"],
        digest=tally.digest,
        table_digest=tally.table_digest,
        key=None if signature is None else str(signature.get("key")),
        file=None if signature is None else content,
    )


def parts_of(content: bytes) -> tuple[Part, ...]:
    """Return the parts that a merged tally's file names; none where it was not merged.

    Raises
    ------
    TallyError
        When what stands there are no parts.
    """
    said = files.parts_in(content)
    if said is None:
        return ()
    try:
        return tuple(_from_json(one) for one in json.loads(said))
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise TallyError(
            "the list of parts of this merged tally is damaged. Merge the parts again."
        ) from None


def gathered_parts(contents: Sequence[bytes]) -> tuple[Part, ...]:
    """Return the parts of what is merged: each file, or the parts of a file that was merged.

    Raises
    ------
    TallyError
        When the signed parts are too large to travel in one file.
    """
    found = [part for one in contents for part in (parts_of(one) or (part_of(one),))]
    if sum(len(part.file or b"") for part in found) > MOST_BYTES:
        raise TallyError(
            f"the signed tallies are larger than {MOST_BYTES // 1024**2} MB together, and a merged "
            "tally carries them. Send them one by one."
        )
    return tuple(sorted(found, key=lambda part: part.digest))


def parts_as_json(parts: Sequence[Part]) -> bytes:
    """Return parts as they stand in a file."""
    return rfc8785.dumps(
        [
            {
                "sites": list(part.sites),
                "digest": part.digest,
                "table_digest": part.table_digest,
                "key": part.key,
                "file": None if part.file is None else base64.b64encode(part.file).decode(),
            }
            for part in parts
        ]
    )


def _from_json(said: Mapping[str, Any]) -> Part:
    """Return a part from its JSON; what it says of itself is believed only without its file."""
    if said["file"] is not None:
        return part_of(base64.b64decode(said["file"], validate=True))
    return Part(
        sites=tuple(map(str, said["sites"])),
        digest=str(said["digest"]),
        table_digest=str(said["table_digest"]),
    )


def differs_because(tally: Tally, parts: Sequence[Part]) -> str | None:
    """Return why a tally is not what its parts give when merged, None where it is.

    Parts that did not travel cannot be merged again.
    """
    absent = [part for part in parts if part.file is None]
    if absent:
        sites = ", ".join(site or "a site without a name" for one in absent for site in one.sites)
        return f"the part of {sites} is not in the file, so that it cannot be merged again"
    try:
        again = merge(
            [(part.digest, files.read(part.file)) for part in parts if part.file is not None],
            expected=tally.absent,
        )
    except TallyError as error:
        return f"its parts cannot be merged: {error}"
    if (again.digest, again.table_digest) != (tally.digest, tally.table_digest):
        return "its parts give other counts when they are merged again"
    return None
