"""Scopes: what a review is about, and the criteria of its evidence judged over just that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.domain.policies import Rung
from validation.protocols.shape import Partition

Document = Mapping[str, Any]

EVERY_SITE = "every site"
WORST_SITE = "worst site"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where, on whom, for which findings and how far a version may work.

    No finding named means every finding of the evidence.
    """

    sites: tuple[str, ...]
    population: str
    findings: tuple[str, ...] = ()
    use: str
    rung: Rung
    site_prevalence: Mapping[str, float] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the scope as JSON."""
        return {
            "sites": list(self.sites),
            "population": self.population,
            "findings": list(self.findings),
            "use": self.use,
            "rung": self.rung.value,
            "site_prevalence": dict(self.site_prevalence),
        }

    @classmethod
    def read(cls, document: Document) -> "Scope":
        """Return the scope that a document holds."""
        return cls(
            sites=tuple(document["sites"]),
            population=document["population"],
            findings=tuple(document["findings"]),
            use=document["use"],
            rung=Rung(document["rung"]),
            site_prevalence=dict(document["site_prevalence"]),
        )

    def takes_over(self, other: "Scope") -> bool:
        """Tell whether a version approved here replaces one approved for `other`.

        It does where they share a site and a finding, and it may go at least as far: a version
        that runs silently beside another replaces nothing.
        """
        order = list(Rung)
        return (
            bool(set(self.sites) & set(other.sites))
            and _share(self.findings, other.findings)
            and order.index(self.rung) >= order.index(other.rung)
        )


def _share(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether two lists of findings have one in common; an empty list has them all."""
    return not some or not others or bool(set(some) & set(others))


def judge(
    evidence: Sequence[Document],
    protocols: Sequence[Document],
    scope: Scope,
    *,
    gates: bool = True,
) -> list[dict[str, Any]]:
    """Return every criterion of every piece of evidence, one entry for each stratum judged.

    Parameters
    ----------
    evidence : sequence of mapping
        As in a dossier: `counts` says whether it bears on gates.
    protocols : sequence of mapping
        As in a dossier.
    scope : Scope
        Other sites and findings are kept with `in_scope` false: shown, without blocking.
    gates : bool
        Whether the policy lets criteria block at this rung; kept with every entry.

    Returns
    -------
    list of dict
        As in a dossier. A site in scope that no counting evidence under a protocol judges is
        entered once as "not assessed".
    """
    plans = {protocol["digest"]: protocol["document"] for protocol in protocols}
    entries: list[dict[str, Any]] = []
    for item in evidence:
        for found in item["assessment"].get("criteria", []):
            plan = _plan_of(found, plans[item["protocol"]])
            entries.extend(_entries(item, found, plan, scope))
    entries.extend(_absent_sites(evidence, entries, plans, scope))
    return [{**entry, "gates": gates} for entry in entries]


def _plan_of(found: Document, protocol: Document) -> Document:
    """Return the criterion of the protocol that an assessment's entry answers."""
    return next(c for c in protocol["criteria"] if c["id"] == found["id"])


def _entries(
    item: Document, found: Document, plan: Document, scope: Scope
) -> Iterator[dict[str, Any]]:
    """Yield one entry for each stratum that a criterion was judged on.

    A stratum that names no site, such as the women of a table, is in scope unless the table was
    measured wholly elsewhere.
    """
    exploratory = plan.get("exploratory", False)
    measured = sites_in(item)
    elsewhere = bool(measured) and measured.isdisjoint(scope.sites)
    for stratum in found.get("strata") or [found]:
        finding = stratum.get("finding") or found.get("finding") or plan.get("finding")
        site = stratum["by"].get("site")
        over_sites = plan["over"] in {EVERY_SITE, WORST_SITE}
        if over_sites and site not in {None, *measured} and stratum["verdict"] == "not assessed":
            continue  # The site sent nothing here; `_absent_sites` says so unless others judge it.
        entry = _entry(item["id"], plan, finding=finding)
        entry.update({key: stratum.get(key) for key in ("measured", "low", "high")})
        entry["verdict"] = str(stratum["verdict"])
        entry["by"] = dict(stratum["by"])
        entry["because"] = stratum.get("because") or ""
        here = not elsewhere if site is None else site in scope.sites
        named = finding is None or not scope.findings or finding in scope.findings
        entry["in_scope"] = item["counts"] and not exploratory and here and named
        yield entry


def _entry(evidence: str, plan: Document, *, finding: str | None) -> dict[str, Any]:
    """Return what an entry takes from the protocol; not assessed until something is known."""
    at_least = plan.get("at_least")
    return {
        "evidence": evidence,
        "id": plan["id"],
        "verdict": "not assessed",
        "measured": None,
        "low": None,
        "high": None,
        "required": plan.get("at_most") if at_least is None else at_least,
        "comparison": "at most" if at_least is None else "at least",
        "metric": plan["metric"],
        "over": plan["over"],
        "attribute": plan.get("attribute"),
        "basis": plan.get("basis"),
        "needs": plan.get("needs", "all"),
        "by": {},
        "because": "",
        "in_scope": True,
        "finding": finding,
        "consideration": plan.get("consideration"),
    }


def _absent_sites(
    evidence: Sequence[Document],
    entries: Sequence[Document],
    plans: Mapping[str, Document],
    scope: Scope,
) -> Iterator[dict[str, Any]]:
    """Yield an entry for each site in scope that no counting evidence of a protocol judges."""
    counting = [item for item in evidence if item["counts"]]
    for digest in dict.fromkeys(item["protocol"] for item in counting):
        items = {item["id"]: item for item in counting if item["protocol"] == digest}
        last = list(items)[-1]
        for plan in plans[digest]["criteria"]:
            if plan["over"] != EVERY_SITE or plan.get("exploratory", False):
                continue
            mine = [e for e in entries if e["evidence"] in items and e["id"] == plan["id"]]
            judged = {(e["finding"], e["by"].get("site")) for e in mine}
            for finding in _findings(mine, plan, scope):
                for site in scope.sites:
                    if (finding, site) not in judged:
                        entry = _entry(last, plan, finding=finding)
                        entry["by"] = {"site": site}
                        entry["because"] = f"the evidence holds no exam from {site}"
                        yield entry


def _findings(mine: Iterable[Document], plan: Document, scope: Scope) -> Iterable[str | None]:
    """Return the findings for which a criterion is judged, within the scope."""
    found = dict.fromkeys(e["finding"] for e in mine) or {plan.get("finding"): None}
    return [f for f in found if f is None or not scope.findings or f in scope.findings]


def unmet(criteria: Sequence[Document]) -> list[Document]:
    """Return the entries in scope that gate and block, worst first: not met before insufficient.

    A criterion that needs all its strata is blocked by each that is not met; one that needs any
    is blocked by all of them, unless one is met.
    """
    groups: dict[tuple[Any, ...], list[Document]] = {}
    for entry in criteria:
        if entry["in_scope"] and entry["gates"]:
            key = (entry["evidence"], entry["id"], entry["finding"])
            groups.setdefault(key, []).append(entry)
    blocking = [
        entry
        for group in groups.values()
        if group[0].get("needs") != "any" or all(e["verdict"] != "met" for e in group)
        for entry in group
        if entry["verdict"] != "met"
    ]
    return sorted(blocking, key=lambda entry: entry["verdict"] != "not met")


def sites_in(item: Document) -> frozenset[str]:
    """Return the sites at which a piece of evidence holds labelled exams."""
    return frozenset(
        stratum["by"]["site"]
        for stratum in item["assessment"].get("strata", [])
        if set(stratum["by"]) == {"site"}
        and stratum["positives"] + stratum["negatives"] > 0
        and stratum.get("partition") in {None, Partition(item["purpose"]).value}
    )
