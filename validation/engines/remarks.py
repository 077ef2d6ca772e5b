"""Remarks: what was understood of a table that a person should hear, though nothing is wrong."""

# ruff: noqa: S608  (every name in the SQL is ours; values are escaped)
from collections.abc import Iterable, Sequence

from validation.engines.refusals import in_list
from validation.engines.session import Session
from validation.engines.values import WORDS_FOR_NOTHING, folded, visible
from validation.spelling import listed

_MOST = 4


def remarks_of(session: Session, attributes: Iterable[str]) -> tuple[str, ...]:
    """Return sentences on how a loaded table was read: encoding, decimals, words for nothing.

    A word such as "None" counts as empty everywhere. In an attribute whose levels are words it
    might have been a level, so that it is said which were met there and how often.

    Parameters
    ----------
    attributes : iterable of str
        Loaded columns whose levels are words.
    """
    found = list(session.remarks)
    for column, words in words_for_nothing(session, tuple(dict.fromkeys(attributes))).items():
        met = ", ".join(
            f"“{word}” ({rows:,} {'row' if rows == 1 else 'rows'})" for word, rows in words[:_MOST]
        )
        more = f", and {len(words) - _MOST} more" if len(words) > _MOST else ""
        found.append(
            f"Column “{column}” holds words that count as empty: {met}{more}. "
            "If one of them is a level, write it otherwise."
        )
    return tuple(found)


def words_never_met(session: Session, words: Sequence[str], labels: Iterable[str]) -> list[str]:
    """Return sentences on words for doubtful results that a loaded table does not hold.

    Parameters
    ----------
    words : sequence of str
        For an answer that the reference standard did not give, as the protocol writes them.
    labels : iterable of str
        The loaded columns of labels.
    """
    columns = tuple(dict.fromkeys(labels))
    plain = {word: folded(word).lower() for word in words}
    met: set[str] = set()
    for short in map(session.short, columns if words else ()):
        asked = f"lower({short}) IN ({in_list(list(plain.values()))})"
        met |= {str(row[0]) for row in session.ask(
            f"SELECT DISTINCT lower({short}) FROM loaded WHERE {asked}"
        )}  # fmt: skip
    where = f"column{'s' if len(columns) > 1 else ''} {listed(columns)}"
    return [
        f"The protocol has “{word}” for an answer that the reference standard did not give, and "
        f"it never occurs in {where}. See whether the table has another word for it, or none."
        for word in words
        if plain[word] not in met
    ]


def words_for_nothing(
    session: Session, columns: tuple[str, ...]
) -> dict[str, list[tuple[str, int]]]:
    """Return the words for nothing that columns hold, and in how many rows, the commonest first.

    They are no longer in the loaded rows, so that the file is read again where a field is empty.
    """
    shorts = [session.short(column) for column in columns]
    counted = ", ".join(f"count(*) - count({short})" for short in shorts)
    empty = session.ask(f"SELECT {counted} FROM loaded")[0] if shorts else ()
    asked = [column for column, rows in zip(columns, empty, strict=True) if rows]
    if not asked:
        return {}
    values = ", ".join(visible(session.source(column)) for column in asked)
    places = ", ".join(str(place) for place in range(len(asked)))
    found: dict[str, list[tuple[str, int]]] = {}
    for place, word, rows in session.ask(
        f"SELECT place, word, count(*) FROM (SELECT unnest([{places}]) AS place, "
        f"unnest([{values}]) AS word FROM {session.scan()}) "
        f"WHERE lower(word) IN ({in_list(WORDS_FOR_NOTHING)}) GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"
    ):
        found.setdefault(asked[place], []).append((str(word), int(rows)))
    return found
