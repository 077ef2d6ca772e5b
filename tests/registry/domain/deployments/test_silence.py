"""Facts about silent runs: what is counted, and what is said where it falls short."""

from typing import Any

from registry.domain.deployments.silence import results
from registry.shapes.site_plans import SILENT_PLAN


def window(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of a window
    """Return a window that alone fulfils the plan."""
    whole = {
        "number": 1,
        "from": "2026-11-01",
        "to": "2026-11-28",
        "exams": 200,
        "positives": 20,
        "unscored": 4,
        "blinded": True,
    }
    return whole | changes


def test_fulfilled() -> None:
    """Both ends of a window count, and a share at the bound is borne."""
    found = results(SILENT_PLAN, [window()])
    assert (found["days"], found["positives"], found["technical_failures"]) == (28, 20, 0.02)
    assert found["fulfilled"]
    assert found["lacking"] == []


def test_nothing_handed_in() -> None:
    """Without a window everything is lacking, and the share of failures is undefined."""
    found = results(SILENT_PLAN, [])
    assert found["technical_failures"] is None
    assert found["lacking"] == ["0 of 28 days.", "0 of 20 positives.", "No exam was handed in."]


def test_added_up() -> None:
    """Windows add up; a day that two of them hold counts once."""
    first = window(to="2026-11-14", positives=9)
    second = window(number=2, **{"from": "2026-11-14"}, positives=9)
    found = results(SILENT_PLAN, [first, second])
    assert (found["days"], found["exams"]) == (28, 400)
    assert found["lacking"] == ["18 of 20 positives."]


def test_too_many_failures_and_no_blinding() -> None:
    """Too many unscored exams, or labels read beside the output, leave the plan unfulfilled."""
    found = results(SILENT_PLAN, [window(unscored=10, blinded=False)])
    assert found["lacking"] == [
        "5.0% of exams unscored; at most 2.0% is borne.",
        "Window 1 was read by people who saw the output.",
    ]
