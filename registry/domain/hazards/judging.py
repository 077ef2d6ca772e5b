"""Judging: what a hazard counts as, once only what was shown to work is believed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.domain.hazards.matrix import Matrix
from registry.domain.hazards.records import ControlKind, Status

_ORDER: Final = [kind.value for kind in ControlKind]


def judged(hazard: Mapping[str, Any], matrix: Matrix) -> dict[str, Any]:
    """Return a hazard with its ratings, and the one that counts.

    A control counts once it is implemented and something that holds shows that it works. While
    none does, the risk is rated as if nothing had been done, whatever the residual risk is said
    to be; and a residual rating above the initial one counts at once.

    Parameters
    ----------
    hazard : mapping
        Of the log; each link of a verification with its ``problem``, None where it holds.
    matrix : Matrix

    Returns
    -------
    dict
        The hazard, its controls in order of their kind and each with ``verified``; ``initial``
        and ``residual`` with ``rating`` (None where the matrix has other words now); ``rating``,
        the one that counts; ``because``, why it is not the residual one; ``unverified``, the
        number of controls that count for nothing yet.
    """
    controls = [
        {**control, "verified": verified(control)} for control in kinds_in_order(hazard["controls"])
    ]
    initial = _rated(hazard["initial"], matrix)
    residual = None if hazard["residual"] is None else _rated(hazard["residual"], matrix)
    rating, because = _counts(initial, residual, controls)
    return {
        **hazard,
        "controls": controls,
        "initial": initial,
        "residual": residual,
        "rating": rating,
        "because": because,
        "unverified": sum(not one["verified"] for one in controls),
    }


def kinds_in_order(controls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return controls, those that make the hazard impossible first, mere information last."""
    return [dict(one) for one in sorted(controls, key=lambda one: _ORDER.index(one["kind"]))]


def verified(control: Mapping[str, Any]) -> bool:
    """Tell whether a control is there and something that holds shows that it works."""
    return bool(control["implemented"]) and any(
        link.get("problem") is None for link in control["verification"]
    )


def _rated(risk: Mapping[str, Any], matrix: Matrix) -> dict[str, Any]:
    """Return a risk with its rating; None where the matrix in force has other words."""
    return {
        "severity": risk["severity"],
        "likelihood": risk["likelihood"],
        "rating": matrix.rate(risk) if matrix.knows(risk) else None,
    }


def _counts(
    initial: Mapping[str, Any],
    residual: Mapping[str, Any] | None,
    controls: Sequence[Mapping[str, Any]],
) -> tuple[int | None, str]:
    """Return the rating that counts, and why it is not the residual one."""
    if initial["rating"] is None or (residual is not None and residual["rating"] is None):
        return None, "its words do not stand on the matrix of the plan in force; rate it anew"
    if residual is None:
        return initial["rating"], "no residual risk is stated"
    lower = residual["rating"] < initial["rating"]
    if lower and not any(control["verified"] for control in controls):
        return initial["rating"], "no control is verified"
    return residual["rating"], ""


def for_version(
    hazards: Sequence[Mapping[str, Any]], matrix: Matrix, *, version: int
) -> list[dict[str, Any]]:
    """Return the hazards that concern one version, judged for it.

    What was shown on another version shows nothing about this one: its files differ. Documents
    count for every version.
    """
    found = []
    for hazard in hazards:
        if hazard["versions"] and version not in hazard["versions"]:
            continue
        controls = [
            {
                **control,
                "verification": [_shown_on(link, version) for link in control["verification"]],
            }
            for control in hazard["controls"]
        ]
        found.append(judged({**hazard, "controls": controls}, matrix))
    return found


def _shown_on(link: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return a link with the problem that it is about another version, if it is."""
    about = link.get("version")
    if link.get("problem") is None and about is not None and about != version:
        return {**link, "problem": f"was shown on version {about}, not on version {version}"}
    return dict(link)


def transferred(
    hazards: Sequence[Mapping[str, Any]], site: str | None = None
) -> list[dict[str, Any]]:
    """Return the hazards that were handed over, to one site or to anybody, and who accepted."""
    return [
        {
            "number": one["number"],
            "name": one["name"],
            "rating": one["rating"],
            **{key: one["transfer"].get(key) for key in ("to", "must_do", "accepted_by")},
        }
        for one in hazards
        if one["status"] == Status.TRANSFERRED
        and one["transfer"] is not None
        and site in {None, one["transfer"]["to"]}
    ]
