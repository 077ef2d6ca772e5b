"""Sites: names and aliases that mean one hospital each, and time zones that exist."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from registry.domain.errors import BadInputError, ConflictError


def require_time_zone(name: str) -> str:
    """Return the name of a time zone that exists.

    Raises
    ------
    BadInputError
        When the IANA data base has no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInputError(
            f"“{name[:60]}” is no time zone; write one like Europe/Budapest.", field="time_zone"
        ) from error
    return name


def require_unambiguous(site: str, aliases: Iterable[str], known: Mapping[str, str]) -> None:
    """Refuse a name or alias that already means another site.

    Parameters
    ----------
    site : str
        The site's name.
    aliases : iterable of str
        The other names by which tables call it.
    known : mapping of str to str
        Every name and alias there is, with the name of the site that it means.

    Raises
    ------
    ConflictError
        Names the alias and the site that has it.
    """
    for alias in (site, *aliases):
        if not alias.strip():
            raise BadInputError("An alias is empty.", field="aliases")
        if known.get(alias, site) != site:
            raise ConflictError(f"“{alias}” already means {known[alias]}; one name, one site.")
