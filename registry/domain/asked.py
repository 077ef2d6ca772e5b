"""Asked: one requirement of a policy, judged, as a document."""

from typing import Any, Literal

from registry.domain.people import Role

Status = Literal["met", "not met", "insufficient evidence", "missing"]


def requirement(
    key: str,
    text: str,
    status: Status = "met",
    because: str = "",
    waits_for: Role | None = None,
) -> dict[str, Any]:
    """Return one requirement as a document: what is asked, and whether it is met.

    Parameters
    ----------
    key : str
        Its name, as subject.what.
    text : str
        What is asked, as it reads where it is met.
    status : str
    because : str
        Why it is not met, and what to do.
    waits_for : Role or None
        Who can mend it; dropped where there is nothing to mend.
    """
    return {
        "id": key,
        "text": text,
        "status": status,
        "because": because,
        "waits_for": None if waits_for is None or status == "met" else waits_for.value,
    }
