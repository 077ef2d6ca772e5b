"""Monitoring: when a window gives a verdict on performance, and which stop rules it fires.

A signal without labels tells that something changed, and may alert or hold. Only a window that
meets the label rule tells how well the version works, and only that may suspend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from registry.domain.deployments.plans import Action
from registry.domain.errors import BadInputError, ConflictError, RuleBrokenError

SCHEMA: Final = "cmr.monitoring_window/1"

Document = Mapping[str, Any]

ALL: Final = "all"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the person who hands a window in says about it.

    Attributes
    ----------
    first, last : date
        Its days, both included.
    blinded : bool
        Whether the reference standard was established without knowledge of the output.
    completeness : float
        The share of the exams of these days that the table holds.
    labels : float
        The share of the exams that were to have a label, and have one.
    delay_days : int
        How many days after the last exam the last label came.
    negatives : str
        How negatives came by their labels: "all", "random sample" or "flagged only".
    note : str
        Anything else that a reader must know.
    """

    first: date
    last: date
    blinded: bool
    completeness: float
    labels: float
    delay_days: int
    negatives: str
    note: str = ""

    @property
    def days(self) -> int:
        """How long it is."""
        return (self.last - self.first).days + 1

    def document(self) -> dict[str, Any]:
        """Return the statement as JSON, without its days."""
        return {
            "blinded": self.blinded,
            "completeness": self.completeness,
            "labels": self.labels,
            "delay_days": self.delay_days,
            "negatives": self.negatives,
            "note": self.note,
        }


def check(
    statement: Statement, *, began: date, today: date, others: Sequence[tuple[int, date, date]]
) -> None:
    """Refuse a window that cannot be, or whose days were handed in before.

    Parameters
    ----------
    statement : Statement
    began : date
        When the version began to run there; exams from before are of no deployment.
    today : date
        At the site.
    others : sequence of (int, date, date)
        Number, first and last day of the windows that are there.

    Raises
    ------
    BadInputError
        Names the field.
    ConflictError
        Names the window that has some of these days.
    """
    if statement.last < statement.first:
        raise BadInputError("ends before it begins.", field="to")
    if statement.last > today:
        raise BadInputError(f"{statement.last} is not over yet.", field="to")
    if statement.first < began:
        raise BadInputError(f"nothing ran there before {began}.", field="from")
    for number, first, last in others:
        if statement.first <= last and first <= statement.last:
            raise ConflictError(f"Window {number} has days {first} to {last}; no day counts twice.")


def due(began: date, last: date | None, *, every_days: int) -> date:
    """Return the last day by which the next window is to have ended.

    Parameters
    ----------
    began : date
        When the version began to run in this state.
    last : date or None
        The last day of the newest window.
    every_days : int
        By the monitoring plan.
    """
    since = began if last is None or last < began else last + timedelta(days=1)
    return since + timedelta(days=every_days - 1)


def require_evidence(item: Document, *, version: str, sites: Sequence[str], site: str) -> None:
    """Refuse evidence that is not of this version, this site alone, and monitoring.

    Raises
    ------
    RuleBrokenError
        Says what it is instead.
    """
    if item["version"] != version:
        raise RuleBrokenError(f"Evidence {item['number']} is about {item['version']}.")
    if item["purpose"] != "monitoring":
        raise RuleBrokenError(
            f"Evidence {item['number']} was measured for {item['purpose']}; a window needs a "
            "protocol whose purpose is monitoring."
        )
    if list(sites) != [site]:
        found = ", ".join(sites) or "no site that is named"
        raise RuleBrokenError(f"Evidence {item['number']} holds exams of {found}, not of {site}.")


def unfit_because(
    rule: Document, statement: Statement, counts: Document, *, discounted: str | None
) -> list[str]:
    """Return why a window gives no verdict on performance; none where it does.

    Parameters
    ----------
    rule : mapping
        The label rule of the site dossier.
    statement : Statement
    counts : mapping
        As counted by the registry: ``exams``, ``positives``, ``negatives``.
    discounted : str or None
        Why the evidence does not count at all.
    """
    found = [] if discounted is None else [f"The evidence does not count: {discounted}"]
    least = rule["completeness"]
    if rule["blinded"] and not statement.blinded:
        found.append("The reference standard was read by people who saw the output.")
    if statement.completeness < least:
        found.append(_short("of the exams are in the table", statement.completeness, least))
    if statement.labels < least:
        found.append(_short("of the labels that were due are there", statement.labels, least))
    labelled = counts["positives"] + counts["negatives"]
    if statement.negatives == ALL and labelled < least * counts["exams"]:
        share = labelled / counts["exams"]
        found.append(_short("of the exams have a label, as counted", share, least))
    if statement.delay_days > rule["delay_days"]:
        most = rule["delay_days"]
        found.append(f"Labels came {statement.delay_days} days late; at most {most} are borne.")
    if statement.negatives not in rule["negatives"]:
        allowed = " or ".join(rule["negatives"])
        found.append(f"Negatives were labelled “{statement.negatives}”; asked is: {allowed}.")
    if counts["positives"] < rule["positives"]:
        found.append(f"{counts['positives']} of {rule['positives']} positives.")
    return found


def _short(what: str, found: float, least: float) -> str:
    """Return that a share is too small, as a sentence."""
    return f"Only {found:.1%} {what}; at least {least:.1%} is asked."


def verdict(criteria: Sequence[Document], unfit: Sequence[str]) -> str | None:
    """Return a window's verdict on performance, None where it gives none.

    Parameters
    ----------
    criteria : sequence of mapping
        The entries judged over the site, as in a dossier.
    unfit : sequence of str
        Why it gives none.
    """
    mine = [str(one["verdict"]) for one in criteria if one["in_scope"]]
    if unfit or not mine:
        return None
    if "not met" in mine:
        return "not met"
    return "met" if set(mine) == {"met"} else "insufficient evidence"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What stop rules look at; a signal that does not exist is None and fires nothing.

    `signals` are those without labels, worst finding first; `verdict` and `chart` (the higher of
    the two sums) are None where the window does not meet the label rule.
    """

    signals: Sequence[Mapping[str, float | None]]
    verdict: str | None
    chart: float | None


def fired(
    rules: Sequence[Document], found: Measured, *, limit: float | None
) -> list[dict[str, Any]]:
    """Return the stop rules that a window fires, each with its action and why.

    Parameters
    ----------
    rules : sequence of mapping
        Of the site dossier.
    found : Measured
    limit : float or None
        At which the chart signals; None where none is kept.
    """
    told = [(rule, _why(rule, found, limit)) for rule in rules]
    return [
        {"rule": rule["id"], "action": rule["action"], "because": why}
        for rule, why in told
        if why is not None
    ]


def _why(rule: Document, found: Measured, limit: float | None) -> str | None:
    """Return why a stop rule fires, None where it does not."""
    signal = rule["signal"]
    if signal == "verdict":
        return "The bounds of the protocol are not met." if found.verdict == "not met" else None
    if signal == "cusum":
        if found.chart is None or limit is None or found.chart < limit:
            return None
        return f"Observed and expected events differ: {found.chart:.2f} of {limit:g} on the chart."
    values = [one[signal] for one in found.signals]
    above = [v for v in values if v is not None and rule["above"] is not None and v > rule["above"]]
    below = [v for v in values if v is not None and rule["below"] is not None and v < rule["below"]]
    if above:
        return f"{signal} is {max(above):.4g}; the bound is {rule['above']:g}."
    return f"{signal} is {min(below):.4g}; the bound is {rule['below']:g}." if below else None


def hardest(rules_fired: Sequence[Document]) -> Action | None:
    """Return the hardest of the actions of the rules that fired."""
    order = list(Action)
    actions = [Action(one["action"]) for one in rules_fired]
    return max(actions, key=order.index) if actions else None
