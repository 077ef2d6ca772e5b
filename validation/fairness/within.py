"""Within: the levels of an attribute in each site, and the sites that hold all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from validation.errors import UndefinedError
from validation.fairness.gaps import Level
from validation.strata import Stratum

NO_SITE = "no site holds every level that is compared"

Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True, eq=False)
class Within:
    """The sites, and where in each of them a level is found.

    Attributes
    ----------
    find : callable
        Return a level's stratum in a site, or None where the site tells of no exam of it.
    minimum_cell : int
        No count below it is told; 1 where nothing was hidden.
    """

    sites: tuple[str, ...]
    find: Callable[[str, Level], Stratum | None]
    minimum_cell: int = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Found(Generic[Part]):
    """What was measured of every level in each site that has all, and what the others lack."""

    parts: list[list[Part]]
    lacking: dict[str, str]


def in_each_site(
    within: Within, levels: Sequence[Level], measure: Callable[[Stratum], Part]
) -> Found[Part]:
    """Return what `measure` gives of every level in each site that has them all.

    A site is left as soon as one level is missing there: with many levels few sites have all,
    and what they lack is said of the first.
    """
    found: Found[Part] = Found(parts=[], lacking={})
    for site in within.sites:
        parts = []
        for level in levels:
            try:
                parts.append(measure(_stratum(within, site, level)))
            except UndefinedError as reason:
                found.lacking[site] = f"{reason} of {level.name}"
                break
        else:
            found.parts.append(parts)
    return found


def _stratum(within: Within, site: str, level: Level) -> Stratum:
    """Return a level in a site; raises where the site tells of no exam of it."""
    stratum = within.find(site, level)
    if stratum is None:
        raise UndefinedError("no exam" if within.minimum_cell <= 1 else "no exam that is told")
    return stratum
