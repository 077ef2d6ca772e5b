"""Silence: whether a silent run has shown what its plan asked, counted from monitoring tables."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Document = Mapping[str, Any]


def results(plan: Document, windows: Sequence[Document]) -> dict[str, Any]:
    """Return what a silent run has come to so far.

    Parameters
    ----------
    plan : mapping
        The silent plan that was signed before the run.
    windows : sequence of mapping
        Its windows: ``from`` and ``to`` as ISO dates, both included, ``exams``, ``positives``,
        ``unscored`` as counted by the registry, and ``blinded``.

    Returns
    -------
    dict
        ``{"days", "positives", "exams", "unscored", "technical_failures", "windows",
        "fulfilled", "lacking"}``: counts, the share left unscored or None without an exam, and a
        sentence for each point of the plan that is not fulfilled. A day counts once, whatever
        the number of windows that hold it.
    """
    days = len({day for window in windows for day in _days(window)})
    positives = sum(int(window["positives"]) for window in windows)
    exams = sum(int(window["exams"]) for window in windows)
    unscored = sum(int(window["unscored"]) for window in windows)
    failures = None if exams == 0 else unscored / exams
    lacking = [
        *_short("days", days, plan["days"]),
        *_short("positives", positives, plan["positives"]),
        *_failures(failures, plan["technical_failures_at_most"]),
        *(
            f"Window {window['number']} was read by people who saw the output."
            for window in windows
            if not window["blinded"]
        ),
    ]
    return {
        "days": days,
        "positives": positives,
        "exams": exams,
        "unscored": unscored,
        "technical_failures": failures,
        "windows": [window["number"] for window in windows],
        "fulfilled": not lacking,
        "lacking": lacking,
    }


def _days(window: Document) -> list[date]:
    """Return the days of a window."""
    first, last = date.fromisoformat(window["from"]), date.fromisoformat(window["to"])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _short(what: str, found: int, asked: int) -> list[str]:
    """Say where there is less than the plan asks."""
    return [] if found >= asked else [f"{found} of {asked} {what}."]


def _failures(share: float | None, most: float) -> list[str]:
    """Say where more exams were left unscored than the plan bears."""
    if share is None:
        return ["No exam was handed in."]
    return [] if share <= most else [f"{share:.1%} of exams unscored; at most {most:.1%} is borne."]
