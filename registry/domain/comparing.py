"""Comparing: a candidate beside the version in use and the one that was approved first.

As a predetermined change control plan asks: a change is measured against both by criteria that
were fixed before, and one that fails them is not implemented.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from registry.domain.policies import Reference

Document = Mapping[str, Any]
Verdict = Literal["met", "not met", "insufficient evidence", "missing"]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How a version stands beside another: what was asked, the verdict, and why."""

    reference: Reference
    text: str
    verdict: Verdict
    because: str


def compared(
    asked: Sequence[Reference],
    known: Mapping[Reference, Document | None],
    evidence: Sequence[Document],
    protocols: Sequence[Document],
) -> Iterator[Compared]:
    """Yield for each version that a policy names how the candidate stands beside it.

    Parameters
    ----------
    asked : sequence of Reference
        What the policy names.
    known : mapping
        The version that each is: ``{"model", "number", …}``, or None where there is none.
    evidence, protocols : sequence of mapping
        As in a dossier, weighed.
    """
    for reference in asked:
        other = known.get(reference)
        if other is None:
            text = f"Compared with the version {reference}: there is none"
            yield Compared(reference=reference, text=text, verdict="met", because="")
            continue
        name = f"{other['model']}/{other['number']}"
        found = list(_verdicts(name, evidence, protocols))
        yield Compared(
            reference=reference,
            text=f"Compared with the version {reference}, {name}, by criteria that are met",
            verdict=_verdict([verdict for _, verdict in found]),
            because=_because(name, found),
        )


def _verdicts(
    name: str, evidence: Sequence[Document], protocols: Sequence[Document]
) -> Iterator[tuple[str, str]]:
    """Yield criterion and verdict of every comparison with a version in counting evidence."""
    plans = {protocol["digest"]: protocol["document"] for protocol in protocols}
    for item in evidence:
        if not item["counts"]:
            continue
        plan = plans[item["protocol"]]
        beside = {
            key
            for key, one in (plan.get("comparators") or {}).items()
            if one.get("version") == name
        }
        asked = {
            one["id"]
            for one in plan.get("criteria", ())
            if one.get("source") == "comparison"
            and one.get("comparator") in beside
            and not one.get("exploratory")
        }
        for one in item["assessment"].get("criteria", ()):
            if one["id"] in asked:
                yield one["id"], one["verdict"]


def _verdict(verdicts: Sequence[str]) -> Verdict:
    """Return one verdict over several: a failure is never outweighed."""
    if not verdicts:
        return "missing"
    if "not met" in verdicts:
        return "not met"
    return "met" if all(one == "met" for one in verdicts) else "insufficient evidence"


def _because(name: str, found: Sequence[tuple[str, str]]) -> str:
    """Return why a comparison stands as it does."""
    if not found:
        return (
            f"No counting evidence sets a criterion beside {name}: name it under [comparators] of "
            "a protocol, and set one of source “comparison”."
        )
    failed = [f"“{key}” is {verdict}" for key, verdict in found if verdict != "met"]
    if not failed:
        return ""
    last = " A failure that is not resolved is not implemented."
    return ", ".join(failed) + "." + (last if any(v == "not met" for _, v in found) else "")
