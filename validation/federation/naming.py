"""Naming: the tally of sites under the names by which they are registered."""

from collections.abc import Mapping
from dataclasses import replace

from validation.errors import TallyError
from validation.strata import SITE
from validation.tallies import Tally
from validation.tallies.content import Place


def renamed(tally: Tally, names: Mapping[str, str]) -> Tally:
    """Return a tally whose sites have other names.

    Parameters
    ----------
    tally : Tally
    names : mapping of str to str
        The new name of every site.

    Raises
    ------
    TallyError
        When two of its sites are one by their new names.
    """
    levels = tuple(names[site] for site in tally.levels[SITE])
    if len(set(levels)) < len(levels):
        raise TallyError(
            "two sites of this tally are one site by its aliases. Have the site send one tally."
        )

    def place(old: Place) -> Place:
        finding, partition, by = old
        new = ((name, names[level] if name == SITE else level) for name, level in by)
        return finding, partition, tuple(new)

    def other(site: str) -> str:
        return names.get(site, site)  # "" where the site is said by no column

    return replace(
        tally,
        levels={**tally.levels, SITE: levels},
        persons={place(at): found for at, found in tally.persons.items()},
        effects={place(at): found for at, found in tally.effects.items()},
        hidden={place(at): found for at, found in tally.hidden.items()},
        left_out=tuple(replace(one, site=other(one.site)) for one in tally.left_out),
        periods=tuple(replace(one, site=other(one.site)) for one in tally.periods),
        withheld=tuple(replace(one, site=other(one.site)) for one in tally.withheld),
    )
