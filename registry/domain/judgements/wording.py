"""Wording: numbers, counts, days and lists inside sentences."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from registry.domain import days
from validation.metric_names import FAIRNESS_METRICS, METRICS, RATIO_METRICS
from validation.rounding import ends, fixed

_PERCENT = {"sensitivity", "specificity", "ppv", "npv", "accuracy", "balanced_accuracy"}
_PERCENT |= {"prevalence", "flag_rate", "ppv_at_prevalence", "npv_at_prevalence"}
_RATIO = {"observed_expected", "calibration_slope", "calibration_intercept"}
_RATIO |= {"lr_positive", "lr_negative"}


def percent(value: float, decimals: int = 1) -> str:
    """Return a share as a percentage: ``93.1%``; ``>99.9%`` for what is not quite all."""
    return f"{fixed(100 * value, decimals, whole=100)}%"


def p_value(value: float) -> str:
    """Return a probability under the null as printed: ``p = 0.017``, ``p < 0.001``."""
    text = fixed(value, 3, whole=1)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def figure(value: float, metric: str) -> str:
    """Return a metric's value as that metric is printed."""
    if metric in _PERCENT:
        return percent(value)
    return fixed(value, 2) if metric in _RATIO else fixed(value, 3, whole=1)


def with_interval(entry: Mapping[str, Any], metric: str, *, value: str = "value") -> str:
    """Return ``0.750 (0.600–0.900)``; the reason in words where the number does not exist."""
    if entry.get(value) is None:
        return f"undefined ({entry['undefined']})" if entry.get("undefined") else "undefined"
    text = figure(entry[value], metric)
    if entry.get("low") is None or entry.get("high") is None:
        return text
    return f"{text} ({ends(figure(entry['low'], metric), figure(entry['high'], metric))})"


def with_number(entry: Mapping[str, Any], metric: str) -> str:
    """Return ``0.750 (0.600–0.900), n = 1,200``: an estimate is never without its number."""
    text = with_interval(entry, metric)
    return f"{text}, n = {entry['n']:,.0f}" if entry.get("n") is not None else text


def difference(entry: Mapping[str, Any], *, scale: float = 1.0, decimals: int = 3) -> str:
    """Return ``+0.010 (−0.016 to +0.036)``, or why there is no difference; ratios have no sign."""
    if entry.get("difference") is None:
        return f"undefined ({entry.get('undefined') or 'not computed'})"
    sign = "" if _is_ratio(str(entry.get("metric", ""))) else "+"

    def signed(value: float) -> str:
        return f"{scale * value:{sign},.{decimals}f}".replace("-", "−")

    text = signed(entry["difference"])
    if entry.get("low") is None or entry.get("high") is None:
        return f"{text}, no interval"
    return f"{text} ({signed(entry['low'])} to {signed(entry['high'])})"


def compared(metric: str, other: str) -> str:
    """Return what a comparison measures: ``AUROC, difference from heart-cad/1``, or a ratio."""
    between = " to" if _is_ratio(metric) else ", difference from"
    return f"{label(metric)}{between} {other}"


def _is_ratio(metric: str) -> bool:
    """Tell whether two versions are compared by a ratio, which is 1 where they are alike."""
    return metric.endswith("_ratio")


def name_of(slug: str) -> str:
    """Return a name that a protocol or policy uses as words: ``missed-disease``, Missed disease."""
    return capital(slug.replace("_", " ").replace("-", " "))


def label(metric: str) -> str:
    """Return a metric's printed name; a key that nobody knows stands for itself."""
    known = METRICS.get(metric) or FAIRNESS_METRICS.get(metric) or RATIO_METRICS.get(metric)
    return known.label if known is not None else metric.replace("_", " ")


def inside(text: str) -> str:
    """Return a label as it stands inside a sentence: only abbreviations keep their capitals."""
    head = text.split(maxsplit=1)[0] if text else ""
    return text if head[1:] != head[1:].lower() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """Return a sentence with its first letter raised."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first, one full stop last."""
    text = capital(text.strip())
    return text if not text or text[-1] in ".!?…" else f"{text}."


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 exam`` or ``2 exams``, thousands set apart."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """Return ``a, b and c``."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def shortened(items: Sequence[str], most: int, noun: str) -> str:
    """Return the first few of a list and how many more there are."""
    if len(items) <= most:
        return listed(items)
    return f"{', '.join(items[:most])} and {counted(len(items) - most, 'more ' + noun)}"


def clipped(text: str, most: int) -> str:
    """Return a text that fits, cut between words and ending in an ellipsis where it was cut."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head[: head.rfind(" ")] if " " in head[most // 2 :] else head).rstrip(" ,;:.") + "…"


def squeezed(name: str, most: int) -> str:
    """Return a name that fits, cut in its middle: names of a kind often begin alike."""
    if len(name) <= most:
        return name
    tail = (most - 1) // 2
    return f"{name[: most - 1 - tail].rstrip()}…{name[-tail:].lstrip()}"


def day(text: str) -> str:
    """Return the day of an ISO date or time: ``31 Jan 2027``."""
    return days.in_words(date.fromisoformat(text[:10]))


def moment(text: str) -> str:
    """Return an ISO time for people: ``23 Nov 2026, 09:30 UTC``."""
    return datetime.fromisoformat(text).strftime("%-d %b %Y, %H:%M UTC")


def short(digest: str) -> str:
    """Return a digest that a person can compare: ``sha256 9f2c41d8…b07e``."""
    method, _, digits = digest.partition(":")
    return f"{method} {digits[:8]}…{digits[-4:]}" if digits else digest


def stratum(by: Mapping[str, Any]) -> str:
    """Return whom a stratum holds: ``Hungary``, ``sex F``, ``sex F, age band 45 to <55``."""
    if not by:
        return "all exams together"
    words = [str(v) if k == "site" else f"{attribute(k)} {v}" for k, v in by.items()]
    return ", ".join(words)


def attribute(name: str) -> str:
    """Return an attribute's name as words."""
    return name.replace("_", " ")


def of_finding(entry: Mapping[str, Any]) -> str:
    """Return of which of several findings an entry is, to stand after its metric; else nothing."""
    return f" for {entry['finding']}" if entry.get("finding") else ""
