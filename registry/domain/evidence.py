"""Evidence: the words that grade it, who may claim which grade, and when it cannot count."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from registry.domain import protocols
from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.sealing import seal_holds
from registry.domain.site_keys import KeyState


class EvidenceState(StrEnum):
    """Where a piece of evidence stands; attached and refused are its ends."""

    WAITING = "waiting"
    ATTACHED = "attached"
    REFUSED = "refused"


class ScoresFrom(StrEnum):
    """What made the scores of a table."""

    ARTIFACT = "this artifact"
    REFITS = "refits"


class Custody(StrEnum):
    """Who held scores and labels; each grade is worth more than the one before it."""

    CLAIMED = "claimed"  # a tally for which no registered key of its site vouches
    AUTHOR = "from the author"
    STEWARD = "labels held by the data steward"
    INDEPENDENT = "independent party"

    @property
    def grade(self) -> int:
        """The place in the order, 0 the weakest."""
        return list(Custody).index(self)

    def reaches(self, wanted: "Custody") -> bool:
        """Tell whether this grade is at least the one wanted."""
        return self.grade >= wanted.grade


CLAIMED_BY: Final[Mapping[Custody, frozenset[Role]]] = MappingProxyType(
    {
        Custody.AUTHOR: frozenset(Role),
        Custody.STEWARD: frozenset({Role.DATA_STEWARD, Role.INDEPENDENT_VALIDATOR}),
        Custody.INDEPENDENT: frozenset({Role.INDEPENDENT_VALIDATOR}),
    }
)
"""Which roles may hand in a table under each grade of custody; none chooses “claimed”."""


def require_custody(custody: Custody, *, roles: Collection[Role], is_author: bool) -> None:
    """Refuse a grade of custody that the person who hands the table in cannot vouch for.

    Raises
    ------
    RuleBrokenError
        When the author of the version claims more than “from the author”, or the person does
        not hold a role that vouches for the grade.
    """
    if custody is Custody.CLAIMED:
        raise BadInputError(
            "say who held scores and labels; “claimed” is what the registry finds of a tally for "
            "which no site vouches.",
            field="custody",
        )
    if custody is Custody.AUTHOR:
        return
    if is_author:
        raise RuleBrokenError(
            f"You registered this version; a table that you hand in is “{Custody.AUTHOR.value}”. "
            f"Another person must hand it in as “{custody.value}”."
        )
    if not CLAIMED_BY[custody] & set(roles):
        vouching = " or ".join(role.value for role in Role if role in CLAIMED_BY[custody])
        raise RuleBrokenError(f"“{custody.value}” must be handed in by a person who is {vouching}.")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Evidence that existed before: what a later protocol may have been written with.

    Attributes
    ----------
    number, version : int, str
        Which evidence, of which version ("heart-cad/1").
    submitted_at : datetime
    protocol : mapping
        The protocol's document.
    """

    number: int
    version: str
    submitted_at: datetime
    protocol: Mapping[str, Any]


def exploratory_because(
    protocol: Mapping[str, Any], *, in_force_at: datetime, seen: Sequence[Seen]
) -> str | None:
    """Return why a protocol was not specified before its data were looked at, None if it was.

    Parameters
    ----------
    protocol : mapping
        Document of the protocol in question.
    in_force_at : datetime
        When its last signature was given.
    seen : sequence of Seen
        Earlier evidence on the same model from the same data, under other protocols. Data of
        another purpose count as not looked at only where that protocol kept partitions apart.
    """
    for earlier in sorted(seen, key=lambda one: one.submitted_at):
        if earlier.submitted_at >= in_force_at or not _shows(earlier.protocol, protocol):
            continue
        parts = protocols.added(earlier.protocol, protocol)
        if parts:
            return (
                f"Exploratory: the protocol was signed on {in_force_at:%Y-%m-%d}, after evidence "
                f"{earlier.number} of {earlier.version} from the same data; "
                f"it differs from that protocol in {_listed(parts)}."
            )
    return None


def _shows(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Tell whether measuring by the earlier protocol showed rows that the later one judges."""
    columns = earlier.get("columns")
    kept_apart = isinstance(columns, Mapping) and columns.get("partition") is not None
    return not kept_apart or earlier.get("purpose") == later.get("purpose")


def _listed(parts: Sequence[str]) -> str:
    """Return words as a person lists them."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


@dataclass(frozen=True, kw_only=True)
class SiteKey:
    """A registered key: whose it is, its 32 public bytes, and where it stands."""

    site: str
    public: bytes
    state: KeyState


CLAIMED_ONLY: Final = "Claimed only: "


def claimed_because(
    signature: Mapping[str, Any] | None,
    *,
    key: SiteKey | None,
    site: str | None,
    tally: str,
    table: str,
) -> str | None:
    """Return why nobody vouches for a tally, None where its site does.

    Parameters
    ----------
    signature : mapping or None
        As it stands in the tally's file.
    key : SiteKey or None
        The registered key that the signature names.
    site : str or None
        The registered site whose exams the tally counts; None where it is of several or of none.
    tally, table : str
        Digests of the tally's content and of the table that it was made of.
    """
    if signature is None:
        return f"{CLAIMED_ONLY}the tally is not signed, so no site vouches for its counts."
    named = str(signature.get("key"))[:16]
    if key is None:
        return f"{CLAIMED_ONLY}the tally is signed with the key {named}, which nobody registered."
    if key.state is not KeyState.CONFIRMED:
        return f"{CLAIMED_ONLY}the key {named} of {key.site} is {key.state.value}, not confirmed."
    if key.site != site:
        return (
            f"{CLAIMED_ONLY}the tally is signed with a key of {key.site} and counts exams of "
            f"{site or 'no single registered site'}."
        )
    if not seal_holds(signature, public=key.public, tally=tally, table=table):
        return f"{CLAIMED_ONLY}the signature is not one of {key.site} over this very tally."
    return None


@dataclass(frozen=True, kw_only=True)
class PartStanding:
    """One part of a merged tally: whose exams, its digest, its key, and who vouches for it.

    `because` says why nobody does; None where its site does.
    """

    sites: tuple[str, ...]
    tally: str
    key: str | None
    because: str | None

    def document(self) -> dict[str, Any]:
        """Return the standing as JSON."""
        return {
            "sites": list(self.sites),
            "tally": self.tally,
            "key": self.key,
            "standing": "claimed" if self.because else "vouched for",
            "because": self.because,
        }


def merged_because(
    parts: Sequence[PartStanding], *, differs: str | None, merger: str | None
) -> str | None:
    """Return why nobody vouches for a merged tally, None where the sites of all its parts do.

    Whoever merges adds nothing to what the sites say: the parts are merged again when the tally
    arrives. A signature of the merger that does not hold is a reason for doubt all the same.

    Parameters
    ----------
    parts : sequence of PartStanding
    differs : str or None
        Why the tally is not what its parts give when merged.
    merger : str or None
        Why the merger's signature, where there is one, does not count.
    """
    silent = [one for one in parts if one.because]
    if silent:
        of = ", ".join(dict.fromkeys(site or "an unnamed site" for p in silent for site in p.sites))
        said = str(silent[0].because).removeprefix(CLAIMED_ONLY)
        count = f"{len(silent):,} of {len(parts):,} merged tallies"
        first = "" if len(silent) == 1 else " of the first"
        return f"{CLAIMED_ONLY}no site vouches for {count} ({of}){first}: {said}"
    if differs is not None:
        return f"{CLAIMED_ONLY}the tally was merged, and {differs}."
    if merger is not None:
        said = merger.removeprefix(CLAIMED_ONLY)
        return f"{CLAIMED_ONLY}the sites vouch for all parts, whoever merged them does not: {said}"
    return None


def discounted_because(scores_from: ScoresFrom, exploratory: str | None) -> str | None:
    """Return why evidence cannot satisfy any gate, None where it can."""
    if scores_from is ScoresFrom.REFITS:
        return (
            "The scores come from refits of the procedure, not from the artifact of this version."
        )
    return exploratory


_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"%PDF", "a PDF document"),
)


_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")  # a byte order mark says that zero bytes are text


def require_table(head: bytes) -> str:
    """Return "parquet" or "csv", as the first bytes of a table say.

    Raises
    ------
    BadInputError
        When nothing arrived, or something that is neither.
    """
    if not head:
        raise BadInputError("The table is empty; send a CSV or Parquet file.", field="table")
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise BadInputError(
                f"This is {kind}; send the table itself as CSV or Parquet.", field="table"
            )
    if b"\x00" in head and not head.startswith(_UTF_16):
        raise BadInputError(
            "This is neither text nor Parquet; send the table as CSV (UTF-8) or Parquet.",
            field="table",
        )
    return "csv"
