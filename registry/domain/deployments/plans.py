"""Plans: what a hospital lays down before a version runs there, and whether it can be followed."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from registry.domain.errors import BadInputError
from registry.domain.policies import Rung

Document = Mapping[str, Any]


class Action(StrEnum):
    """What a stop rule does when it fires."""

    ALERT = "alert"
    HOLD = "hold"
    SUSPEND = "suspend"


LABEL_FREE: Final = frozenset({Action.ALERT, Action.HOLD})
"""What a signal without labels may do: it tells that something changed, not that it got worse."""

SIGNALS: Final[Mapping[str, frozenset[Action]]] = MappingProxyType(
    {
        "volume": LABEL_FREE,
        "flag_rate": LABEL_FREE,
        "unscored": LABEL_FREE,
        "psi": LABEL_FREE,
        "ks": LABEL_FREE,
        "verdict": frozenset(Action),
        "cusum": frozenset(Action),
    }
)
"""What each signal may do. The last two rest on labels and are judged under the label rule."""

BOUNDLESS: Final = frozenset({"verdict", "cusum"})
SHIFTS: Final = frozenset({"psi", "ks"})


def check(plan: Document, *, site: str) -> None:
    """Refuse a plan that contradicts itself.

    Parameters
    ----------
    plan : mapping
        As `registry.shapes.site_plans.SitePlanIn` writes it.
    site : str
        For the sentences.

    Raises
    ------
    BadInputError
        Names the field and what to do.
    """
    if plan["silent_plan"] is not None and plan["rung"] != Rung.SILENT:
        raise BadInputError(
            f"only a silent run has one; at {site} the rung is {plan['rung']}.", field="silent_plan"
        )
    named: set[str] = set()
    for place, rule in enumerate(plan["stop_rules"]):
        _check_rule(rule, f"stop_rules.{place}", plan["monitoring"])
        if rule["id"] in named:
            raise BadInputError(f"“{rule['id']}” names two rules.", field=f"stop_rules.{place}.id")
        named.add(rule["id"])


def _check_rule(rule: Document, at: str, monitoring: Document | None) -> None:
    """Refuse one stop rule that could not fire, or may not do what it says."""
    signal, action = rule["signal"], Action(rule["action"])
    if action not in SIGNALS[signal]:
        allowed = " or ".join(one for one in Action if one in SIGNALS[signal])
        raise BadInputError(
            f"“{signal}” rests on no label and may only {allowed}; what suspends is a verdict.",
            field=f"{at}.action",
        )
    bounds = [name for name in ("above", "below") if rule[name] is not None]
    if signal in BOUNDLESS:
        if bounds:
            raise BadInputError(f"“{signal}” has its bound elsewhere.", field=f"{at}.{bounds[0]}")
    elif len(bounds) != 1:
        raise BadInputError("write exactly one of above and below.", field=at)
    if monitoring is None:
        raise BadInputError("needs the [monitoring] that measures its signal.", field=at)
    if signal == "cusum" and monitoring["cusum"] is None:
        raise BadInputError("needs [monitoring.cusum] with odds_ratio and limit.", field=at)
    if signal in SHIFTS and monitoring["baseline"] is None:
        raise BadInputError("needs the evidence in monitoring.baseline to compare with.", field=at)
