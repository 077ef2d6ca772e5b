"""Alike: one line for a criterion that fails in one way at many sites, instead of many lines."""

from collections.abc import Sequence

from registry.domain.judgements import wording
from registry.domain.judgements.exhibits import Document

_NAMED_MOST, _NAME_MOST = 12, 34
_COMPARES = ("difference by ", "ratio by ")


def groups(unmet: Sequence[Document]) -> list[list[Document]]:
    """Return criteria by what they ask and how they fail; each by itself unless of a site."""
    found: dict[tuple[object, ...], list[Document]] = {}
    for place, one in enumerate(unmet):
        at_a_site = set(one.get("by") or ()) == {"site"} and not _compares(one)
        key = (one["id"], one.get("finding"), one["verdict"], None if at_a_site else place)
        found.setdefault((*key, one.get("required")), []).append(one)
    return list(found.values())


def name(group: Sequence[Document]) -> str:
    """Return what the sites have in common: ``AUROC at 38 sites``."""
    first = group[0]
    metric = wording.inside(wording.label(first["metric"]))
    return f"{metric}{wording.of_finding(first)} at {len(group)} sites"


def sentences(group: Sequence[Document], clause: str) -> tuple[str, str]:
    """Return what is said of a group, with the names of sites and without."""
    first = group[0]
    text = f"{wording.name_of(str(first['id']))}: {clause}"
    if first.get("required") is not None:
        bound = wording.figure(first["required"], first["metric"])
        text += f", {first['comparison']} {bound} required"
    names = [wording.squeezed(str(one["by"]["site"]), _NAME_MOST) for one in group]
    named = wording.shortened(names, _NAMED_MOST, "site")
    return wording.sentence(f"{text}: {named}"), wording.sentence(text)


def _compares(criterion: Document) -> bool:
    over = str(criterion.get("over") or "")
    return over.startswith(_COMPARES) or criterion.get("attribute") is not None
