"""Comparing: beside the version in use and the one approved first, by criteria fixed before."""

from typing import Any

import pytest

from registry.domain.comparing import compared
from registry.domain.policies import Reference

Json = dict[str, Any]
FIRST: Json = {"model": "heart-cad", "number": 1}
BOTH = (Reference.IN_USE, Reference.ORIGINALLY_APPROVED)


def protocol(**changes: Any) -> Json:  # noqa: ANN401 -- any key of the document
    """Return a protocol that sets a margin beside version 1."""
    document: Json = {
        "comparators": {"old": {"score": "score_v1", "version": "heart-cad/1"}},
        "criteria": [{"id": "no-worse", "source": "comparison", "comparator": "old"}],
    }
    return {"digest": "p", "document": document | changes}


def evidence(verdict: str = "met", **changes: Any) -> Json:  # noqa: ANN401 -- any key
    """Return evidence with one verdict."""
    criteria = [{"id": "no-worse", "verdict": verdict}, {"id": "auroc", "verdict": "not met"}]
    return {"protocol": "p", "counts": True, "assessment": {"criteria": criteria}} | changes


def judged(
    *items: Json, plan: Json | None = None, first: Json | None = FIRST
) -> dict[str, tuple[str, str]]:
    """Return verdict and reason beside each version named."""
    known = {Reference.IN_USE: None, Reference.ORIGINALLY_APPROVED: first}
    found = compared(BOTH, known, items, [plan or protocol()])
    return {one.reference.value: (one.verdict, one.because) for one in found}


def test_no_such_version() -> None:
    """Where nothing is in use there is nothing to be compared with."""
    assert judged(first=None) == {"in use": ("met", ""), "originally approved": ("met", "")}


def test_met() -> None:
    """A criterion beside that very version, met; others of the protocol do not matter here."""
    assert judged(evidence())["originally approved"] == ("met", "")


def test_failed() -> None:
    """An unresolved failure is not implemented, whatever other evidence says."""
    verdict, because = judged(evidence("not met"), evidence())["originally approved"]
    assert verdict == "not met"
    assert because == "“no-worse” is not met. A failure that is not resolved is not implemented."


def test_too_little() -> None:
    """What straddles the margin is no pass."""
    verdict, because = judged(evidence("insufficient evidence"))["originally approved"]
    assert (verdict, because) == (
        "insufficient evidence",
        "“no-worse” is insufficient evidence.",
    )


@pytest.mark.parametrize(
    ("items", "plan"),
    [
        ([], protocol()),
        ([evidence(counts=False)], protocol()),
        ([evidence()], protocol(comparators={"old": {"version": "heart-cad/7"}})),
        ([evidence()], protocol(criteria=[{"id": "no-worse", "source": "estimate"}])),
        (
            [evidence()],
            protocol(
                criteria=[
                    {
                        "id": "no-worse",
                        "source": "comparison",
                        "comparator": "old",
                        "exploratory": True,
                    }
                ]
            ),
        ),
    ],
)
def test_not_compared(items: list[Json], plan: Json) -> None:
    """No evidence, none that counts, another version, or no criterion set before."""
    verdict, because = judged(*items, plan=plan)["originally approved"]
    assert verdict == "missing"
    assert "sets a criterion beside heart-cad/1" in because
