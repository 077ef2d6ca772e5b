"""Standing: what of a version's standing bears on its safety case."""

from collections.abc import Mapping
from typing import Any, Final

_OVER: Final = frozenset({"declined", "superseded", "suspended", "lapsed"})


def against(standing: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how a version stands where that ended its use, or None.

    That a draft becomes current is what a case is written for; it makes none stale.
    """
    if standing["state"] not in _OVER:
        return None
    return {key: standing[key] for key in ("state", "since", "by", "reason")}
