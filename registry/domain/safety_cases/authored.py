"""Authored: what people write in a safety case, and whether every link of it leads somewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.domain.errors import BadInputError

Document = Mapping[str, Any]


class Phase(StrEnum):
    """At which point of a system's life a case is made."""

    REQUIREMENTS = "requirements"
    DESIGN = "design"
    TEST = "test"
    DELIVERY = "delivery"
    MODIFICATION = "modification"
    DEPLOYMENT = "deployment"
    USE = "use"
    MAINTENANCE = "maintenance"
    DECOMMISSIONING = "decommissioning"


RELEASE_PHASES: Final = frozenset(
    {Phase.REQUIREMENTS, Phase.DESIGN, Phase.TEST, Phase.DELIVERY, Phase.MODIFICATION}
)
"""When whoever makes a model makes a case for it (DCB0129)."""

SITE_PHASES: Final = frozenset(
    {Phase.DEPLOYMENT, Phase.USE, Phase.MAINTENANCE, Phase.DECOMMISSIONING}
)
"""When a hospital makes one for a model that it deploys (DCB0160)."""

LINKS: Final = ("hazard", "evidence", "statement", "document")
"""To what a claim may point; of each link exactly one is given."""

OF_THE_SITE: Final = ("environment", "customisations", "decommissioning")
"""What only a hospital can say, and must."""


@dataclass(frozen=True, kw_only=True)
class Linkable:
    """What there is for a claim to point to.

    Attributes
    ----------
    hazards : frozenset of int
        Numbers of the hazards that concern the version.
    evidence : mapping of int to frozenset of str
        For each number of evidence, the criteria judged on it.
    statements : frozenset of int
        The considerations on which something is stated.
    documents : frozenset of str
        Digests of those documents the claims name that are kept here.
    """

    hazards: frozenset[int]
    evidence: Mapping[int, frozenset[str]]
    statements: frozenset[int]
    documents: frozenset[str]


def require_authored(authored: Document, linkable: Linkable, *, of_site: bool) -> None:
    """Refuse what is written where it is for the other kind of case, or points to nothing.

    Parameters
    ----------
    authored : mapping
        As `registry.shapes.safety_cases.AuthoredIn` writes it.
    linkable : Linkable
    of_site : bool
        Whether the case is a hospital's.

    Raises
    ------
    BadInputError
        Names the field and what there is.
    """
    phases = SITE_PHASES if of_site else RELEASE_PHASES
    if authored["phase"] not in phases:
        there = ", ".join(phase.value for phase in Phase if phase in phases)
        raise BadInputError(
            f"“{authored['phase']}” is no phase of this kind of case; write one of: {there}.",
            field="phase",
        )
    for name in OF_THE_SITE:
        _require_of_site(authored, name, of_site=of_site)
    _require_claims(authored["claims"], linkable)


def _require_of_site(authored: Document, name: str, *, of_site: bool) -> None:
    """Refuse a hospital's case without what it must say, and a release's with it."""
    given = bool((authored.get(name) or "").strip())
    if of_site and not given:
        raise BadInputError(
            "a case about a deployment says this in a sentence or more.", field=name
        )
    if given and not of_site:
        raise BadInputError(
            "belongs into a hospital's own case; name the site, or leave this out.", field=name
        )


def _require_claims(claims: Sequence[Document], linkable: Linkable) -> None:
    """Refuse claims of one name, under nothing, or with a link that dangles."""
    known: set[str] = set()
    for place, claim in enumerate(claims, start=1):
        at = f"claims.{place}"
        if claim["id"] in known:
            raise BadInputError(f"“{claim['id']}” names two claims.", field=f"{at}.id")
        if claim["under"] is not None and claim["under"] not in known:
            raise BadInputError(
                f"no claim before this one is called “{claim['under']}”.", field=f"{at}.under"
            )
        known.add(claim["id"])
        for number, link in enumerate(claim["evidence"], start=1):
            _require_link(link, linkable, f"{at}.evidence.{number}")


def _require_link(link: Document, linkable: Linkable, at: str) -> None:
    """Refuse a link to nothing, or to several things at once."""
    given = [name for name in LINKS if link.get(name) is not None]
    if len(given) != 1:
        raise BadInputError(f"give exactly one of {', '.join(LINKS)}.", field=at)
    if link.get("criterion") is not None and given != ["evidence"]:
        raise BadInputError("a criterion needs the evidence it was judged on.", field=at)
    _FOLLOWED[given[0]](link, linkable, at)


def _hazard(link: Document, linkable: Linkable, at: str) -> None:
    """Refuse a hazard that does not concern the version."""
    if link["hazard"] not in linkable.hazards:
        raise BadInputError(
            f"no hazard {link['hazard']} concerns this version; "
            f"{_there(map(str, sorted(linkable.hazards)))}.",
            field=f"{at}.hazard",
        )


def _evidence(link: Document, linkable: Linkable, at: str) -> None:
    """Refuse evidence that the dossier does not hold, or a criterion not judged on it."""
    number, criterion = link["evidence"], link.get("criterion")
    if number not in linkable.evidence:
        raise BadInputError(
            f"the dossier holds no evidence {number}; "
            f"{_there(map(str, sorted(linkable.evidence)))}.",
            field=f"{at}.evidence",
        )
    if criterion is not None and criterion not in linkable.evidence[number]:
        raise BadInputError(
            f"evidence {number} judged no criterion “{criterion}”; "
            f"{_there(sorted(linkable.evidence[number]))}.",
            field=f"{at}.criterion",
        )


def _statement(link: Document, linkable: Linkable, at: str) -> None:
    """Refuse a consideration on which nothing is stated."""
    if link["statement"] not in linkable.statements:
        raise BadInputError(
            f"nothing is stated on consideration {link['statement']}; "
            f"{_there(map(str, sorted(linkable.statements)))}.",
            field=f"{at}.statement",
        )


def _document(link: Document, linkable: Linkable, at: str) -> None:
    """Refuse a document that is not kept here."""
    if link["document"] not in linkable.documents:
        raise BadInputError(
            f"no artifact {str(link['document'])[:24]}… is kept here; `cmr artifact keep FILE` "
            "keeps one.",
            field=f"{at}.document",
        )


def _there(names: Any) -> str:  # noqa: ANN401 -- any iterable of words
    """Return what there is to point to."""
    found = list(names)
    return f"there are: {', '.join(found)}" if found else "there is none"


_FOLLOWED: Final = {
    "hazard": _hazard,
    "evidence": _evidence,
    "statement": _statement,
    "document": _document,
}
