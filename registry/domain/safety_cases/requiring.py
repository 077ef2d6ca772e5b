"""Requiring: whether the safety case of a release is signed and still says what is so."""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.domain.asked import requirement
from registry.domain.people import Role


def require(case: Mapping[str, Any] | None, *, asked: bool | None) -> Iterator[dict[str, Any]]:
    """Yield the requirement that the release's safety case is signed, where policy asks for it.

    Parameters
    ----------
    case : mapping or None
        The signed case of the release: ``{"number", "digest", "signed", "stale"}``; None without.
    asked : bool or None
        Whether the policy asks for it at the rung.
    """
    if not asked:
        return
    key, text = "safety_case", "The safety case of the release is signed and up to date"
    officer = Role.CLINICAL_SAFETY_OFFICER
    if case is None:
        because = "None is signed; `cmr safety-case draft` begins one."
        yield requirement(key, text, "missing", because, officer)
    elif case["stale"]:
        because = f"Since case {case['number']} was written changed: {'; '.join(case['stale'])}."
        yield requirement(key, text, "missing", because, officer)
    else:
        yield requirement(key, text)
