"""Records: what is written down of one hazard, and what its status may claim."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from registry.domain.errors import BadInputError
from registry.domain.hazards.matrix import Matrix


class ControlKind(StrEnum):
    """How a control works; in this order, since what cannot happen needs nobody to remember it."""

    DESIGN = "design"
    PROTECTION = "protective measure"
    TEST = "test"
    BUSINESS_PROCESS = "business process"
    TRAINING = "training"
    INFORMATION = "information for safety"


class Status(StrEnum):
    """Who must still act: we, the site that it was handed to, or nobody."""

    OPEN = "open"
    TRANSFERRED = "transferred"
    CLOSED = "closed"


# Of a link exactly one of these is given: what shows that a control works.
LINKS: Final = ("evidence", "document", "statement")


def require_hazard(hazard: Mapping[str, Any], matrix: Matrix, *, number: int) -> None:
    """Refuse a hazard that says less, or more, than it can stand for.

    Parameters
    ----------
    hazard : mapping
        ``initial`` and ``residual`` as words of the matrix, ``controls``, ``status``,
        ``transfer``, ``justification``.
    matrix : Matrix
        Of the plan in force.
    number : int
        Of the hazard itself: no control of it can introduce it.

    Raises
    ------
    BadInputError
        Names the field and what to do.
    """
    matrix.rate(hazard["initial"], field="initial")
    if hazard["residual"] is not None:
        matrix.rate(hazard["residual"], field="residual")
    for place, control in enumerate(hazard["controls"], start=1):
        _require_control(control, f"controls.{place}", number)
    _REQUIRED[Status(hazard["status"])](hazard)


def _require_control(control: Mapping[str, Any], field: str, number: int) -> None:
    """Refuse a control that is verified before it exists, or by nothing in particular."""
    if control["verification"] and not control["implemented"]:
        raise BadInputError(
            "what is not implemented cannot have been verified.", field=f"{field}.implemented"
        )
    for place, link in enumerate(control["verification"], start=1):
        given = [name for name in LINKS if link.get(name) is not None]
        at = f"{field}.verification.{place}"
        if len(given) != 1:
            raise BadInputError(f"give exactly one of {', '.join(LINKS)}.", field=at)
        if link.get("criterion") is not None and link.get("evidence") is None:
            raise BadInputError("a criterion needs the evidence it was judged on.", field=at)
    if number in control["introduces"]:
        raise BadInputError(
            "a control cannot introduce its own hazard.", field=f"{field}.introduces"
        )


def _open(hazard: Mapping[str, Any]) -> None:
    """Refuse an open hazard that is handed over already."""
    if hazard["transfer"] is not None:
        raise BadInputError(
            "this says to whom the hazard is transferred; then its status is “transferred”.",
            field="status",
        )


def _transferred(hazard: Mapping[str, Any]) -> None:
    """Refuse a hazard that is handed over to nobody."""
    if hazard["transfer"] is None:
        raise BadInputError(
            "say to which site or organisation the hazard is transferred, and what they must do.",
            field="transfer",
        )


def _closed(hazard: Mapping[str, Any]) -> None:
    """Refuse to close a hazard while something is left to do or to show."""
    if hazard["transfer"] is not None and not hazard["transfer"].get("accepted_by"):
        raise BadInputError(
            "nobody has accepted the transfer; the hazard stays “transferred”.", field="status"
        )
    if hazard["residual"] is None:
        raise BadInputError("say what risk remains before the hazard is closed.", field="residual")
    for place, control in enumerate(hazard["controls"], start=1):
        if not (control["implemented"] and control["verification"]):
            raise BadInputError(
                "is not verified; a hazard is closed once each of its controls is.",
                field=f"controls.{place}",
            )
    if not hazard["controls"] and not (hazard["justification"] or "").strip():
        raise BadInputError(
            "say why nothing is done about it before it is closed.", field="justification"
        )


_REQUIRED: Final = {
    Status.OPEN: _open,
    Status.TRANSFERRED: _transferred,
    Status.CLOSED: _closed,
}
