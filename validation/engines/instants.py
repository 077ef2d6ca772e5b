"""Instants: the day that a date or a date-time names.

ISO 8601 is understood: 2026-03-29, 2026-03-29T02:30, 2026-03-29 02:30:00.5, with Z or an offset
such as +01:00 behind it. The day is the one that is written. Where an offset stands it is not
converted: the exam was on that day where it was done, and a conversion would move exams of the
night to another day. Everything else, 29.03.2026 and 03/29/2026 among it, is refused, since the
order of day and month cannot be told from the value.
"""

# ruff: noqa: S608  (every name in the SQL is ours)
from validation.engines.refusals import refuse
from validation.engines.session import Session

DAY = len("2026-03-29")
WANTED = "Write days as 2026-03-29, and times as 2026-03-29T02:30 or 2026-03-29T02:30:00+01:00."
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)([.,]\d{1,9})?)?"
_OFFSET = r"(Z|z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)"
INSTANT = rf"\d{{4}}-\d{{2}}-\d{{2}}([Tt ]{_CLOCK} ?{_OFFSET}?)?"


def day(value: str) -> str:
    """Return the SQL of the day that a text names, null where it names none.

    `value` is the SQL of a text.
    """
    return (
        f"CASE WHEN regexp_full_match({value}, '{INSTANT}') "
        f"THEN TRY_CAST(left({value}, {DAY}) AS DATE) END"
    )


def require_days(session: Session, column: str) -> None:
    """Refuse a loaded column that holds anything but days and times.

    Raises
    ------
    TableError
        With the rows, and the form that is wanted.
    """
    refuse(
        session,
        column,
        f"{{}} IS NOT NULL AND ({day('{}')}) IS NULL",
        "{value} is no date, or its day and month cannot be told apart.",
        f"{WANTED} Leave the field empty where it is not known.",
    )


def zones_mixed(session: Session, column: str) -> list[str]:
    """Return a sentence on a loaded column of times of which some say their zone; none otherwise.

    The day that is written counts in each, so that it is only said.
    """
    short = session.short(column)
    with_zone, without = session.ask(
        f"SELECT count(*) FILTER (zoned), count(*) FILTER (NOT zoned) FROM "
        f"(SELECT regexp_matches({short}, '{_OFFSET}$') AS zoned FROM loaded "
        f"WHERE length({short}) > {DAY})"
    )[0]
    if not with_zone or not without:
        return []
    said = (
        f"Column “{column}” has times with a zone or an offset ({with_zone:,} rows) and without "
        f"({without:,}); of each the day counts that is written."
    )
    return [said]
