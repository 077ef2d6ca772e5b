r"""Spark's spelling of the statements that are written for DuckDB, all of it in one place.

The statements of `checks`, `numbers`, `values`, `cells` and `spark_cells` run on either engine.
What Spark spells otherwise is rewritten here, call by call; everything else is handed on word for
word. Two differences are not of spelling. DuckDB's regular expressions are RE2's, where ``\s`` has
no vertical tab and ``$`` is the end of the text and nothing else; and Spark reads a backslash in a
text as the beginning of an escape.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_WORD: Final = re.compile(r"\w+")
_CONDITION: Final = re.compile(r"FILTER \((WHERE )?")
_BLANKS: Final = r"[\t\n\f\r ]"  # what RE2 means by \s; inside a class it is a class within
_REMARKED: Final = re.compile(
    r"unnest\(\[(?P<places>[^]]*)\]\) AS place, unnest\(\[(?P<values>.*)\]\) AS word FROM",
    re.DOTALL,
)


def spelled(sql: str) -> str:
    r"""Return a statement of ours as Spark spells it.

    >>> spelled("SELECT count(*) FILTER (n > 1) FROM t")
    'SELECT count(*) FILTER (WHERE n > 1) FROM t'
    >>> spelled("CREATE TABLE t AS SELECT 1")
    'CREATE OR REPLACE TEMPORARY VIEW t AS SELECT 1'
    >>> spelled(r"SELECT regexp_matches(v, '\d$')")
    "SELECT (v RLIKE '\\\\d\\\\z')"
    """
    sql = _REMARKED.sub(
        r"inline(arrays_zip(array(\g<places>), array(\g<values>))) AS (place, word) FROM", sql
    )
    sql = re.sub(r"^CREATE TABLE (\w+) AS ", r"CREATE OR REPLACE TEMPORARY VIEW \1 AS ", sql)
    return _rewritten(sql)


def quoted(name: str) -> str:
    """Return the name of a column as Spark writes it."""
    return "`" + name.replace("`", "``") + "`"


def _rewritten(sql: str) -> str:
    """Return SQL with its texts and calls as Spark spells them."""
    found, at = list[str](), 0
    while at < len(sql):
        text, word = _TEXT.match(sql, at), _WORD.match(sql, at)
        if text is not None:
            found.append(_text(text.group()))
            at = text.end()
        elif (condition := _CONDITION.match(sql, at)) is not None:
            found.append("FILTER (WHERE ")
            at = condition.end()
        elif word is not None:
            call = _CALLS.get(word.group()) if sql[word.end() : word.end() + 1] == "(" else None
            at = word.end()
            if call is None:
                found.append(word.group())
            else:
                arguments, at = _arguments(sql, at + 1)
                found.append(call(*arguments))
        else:
            found.append(sql[at])
            at += 1
    return "".join(found)


def _arguments(sql: str, at: int) -> tuple[list[str], int]:
    """Return the arguments of a call as they stand, and where it ends."""
    found, start, depth = list[str](), at, 0
    while True:
        text = _TEXT.match(sql, at)
        if text is not None:
            at = text.end()
            continue
        letter = sql[at]
        at += 1
        if letter in "([":
            depth += 1
        elif letter in ")]" and depth:
            depth -= 1
        elif letter == ")" or (letter == "," and not depth):
            found.append(sql[start : at - 1].strip())
            start = at
            if letter == ")":
                return found, at


def _text(literal: str) -> str:
    """Return a text, quoted as SQL has it, as Spark reads it."""
    plain = literal[1:-1].replace("''", "'")
    return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _pattern(literal: str, *, whole: bool = False) -> str:
    """Return a regular expression of RE2 as one of Java, which means the same."""
    plain = literal[1:-1].replace(r"\s", _BLANKS).replace("$", r"\z")
    return _text(rf"'^(?:{plain})\z'" if whole else f"'{plain}'")


def _full_match(value: str, pattern: str) -> str:
    return f"({_rewritten(value)} RLIKE {_pattern(pattern, whole=True)})"


def _matches(value: str, pattern: str) -> str:
    return f"({_rewritten(value)} RLIKE {_pattern(pattern)})"


def _replaced(value: str, pattern: str, by: str, _everywhere: str) -> str:
    return f"regexp_replace({_rewritten(value)}, {_pattern(pattern)}, {_text(by)})"


def _composed(value: str) -> str:
    """Return a text in Unicode form C; Spark has no function for it, and ICU beside it has."""
    inside = _rewritten(value)
    return (
        f"CASE WHEN {inside} IS NOT NULL THEN "
        f"reflect('com.ibm.icu.text.Normalizer', 'compose', {inside}, false) END"
    )


def _listed(*arguments: str) -> str:
    """Return a list; what DuckDB puts in order inside the call is put in order afterwards."""
    ordered = re.fullmatch(r"(?P<value>\w+) ORDER BY (?P<number>\w+) DESC", arguments[0])
    if ordered is None:
        return f"collect_list({_rewritten(', '.join(arguments))})"
    value, number = ordered.group("value", "number")
    pairs = f"sort_array(collect_list(struct(-{number} AS place, {value} AS value)))"
    return f"transform({pairs}, pair -> pair.value)"


def _packed(*fields: str) -> str:
    parts = (field.partition(" := ") for field in fields)
    return f"struct({', '.join(f'{_rewritten(value)} AS {name}' for name, _, value in parts)})"


_CALLS: Final[Mapping[str, Callable[..., str]]] = {
    "regexp_full_match": _full_match,
    "regexp_matches": _matches,
    "regexp_replace": _replaced,
    "nfc_normalize": _composed,
    "strlen": lambda value: f"octet_length({_rewritten(value)})",
    "trim": lambda value, letters: f"btrim({_rewritten(value)}, {_text(letters)})",
    "isinf": lambda value: f"(abs({_rewritten(value)}) = double('Infinity'))",
    "list": _listed,
    "struct_pack": _packed,
    "arg_min": lambda value, key: f"min_by({value}, struct{key})",
    "round_even": lambda value, _places: f"rint({_rewritten(value)})",
    "hash": lambda *values: f"xxhash64({', '.join(map(_rewritten, values))})",
}
