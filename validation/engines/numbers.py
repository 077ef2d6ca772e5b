r"""Numbers: columns of text that must hold numbers, however an export writes them.

A decimal point is a decimal point. A decimal comma is understood where every number of the column
that has a sign for decimals has a comma. A column that has both, numbers whose thousands are set
apart, percentages and words are refused with their rows; so is a column all of whose commas could
as well set thousands apart (1,234), since one reading is a thousand times the other.
"""

# ruff: noqa: S608  (every name in the SQL is ours)
from dataclasses import dataclass

from validation.engines.refusals import first_values, refuse
from validation.engines.session import Session
from validation.spelling import listed

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
INFINITE = r"(?i)[+-]?inf(inity)?"
_COMMA = r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?"
_POINT = r"[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?"
_PERCENT = r"[+-]?[\d.,]+[\s\x{a0}\x{202f}]*[%\x{2030}]"
_BLANK = r"['’ \x{a0}\x{2009}\x{202f}]"
_GROUPED = (
    r"[+-]?\d{1,3}("
    rf"(,\d{{3}})+\.\d*|(\.\d{{3}})+,\d*|({_BLANK}\d{{3}})+([.,]\d*)?|(,\d{{3}}){{2,}}|(\.\d{{3}}){{2,}}"
    r")"
)
_EITHER = r"[+-]?[1-9]\d{0,2},\d{3}"  # a decimal comma or a thousand
_EMPTY = "leave the field empty where there is none."


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """How many values of a column are written how; the classes overlap as their names say."""

    points: int
    commas: int
    either: int
    grouped: int
    percent: int
    infinite: int
    others: int

    @property
    def decimal_commas(self) -> bool:
        """Whether the column holds numbers with decimal commas and nothing else."""
        wrong = self.points + self.grouped + self.percent + self.infinite + self.others
        return self.commas > 0 and wrong == 0 and self.either < self.commas


def kinds(session: Session, column: str) -> Kinds:
    """Return how the values of a column are written."""
    short = session.short(column)
    grouped, known = (
        _is(_GROUPED),
        " OR ".join(map(_is, (NUMBER, _COMMA, _GROUPED, _PERCENT, INFINITE))),
    )
    conditions = (
        *(_is(_POINT), f"{_is(_COMMA)} AND NOT {grouped}", _is(_EITHER), grouped),
        *(_is(_PERCENT), _is(INFINITE), f"NOT ({known})"),
    )
    counted = ", ".join(f"count(*) FILTER ({one.replace('{}', short)})" for one in conditions)
    found = [int(value) for value in session.ask(f"SELECT {counted} FROM loaded")[0]]
    names = ("points", "commas", "either", "grouped", "percent", "infinite", "others")
    return Kinds(**dict(zip(names, found, strict=True)))


def all_numbers(session: Session, column: str) -> bool:
    """Tell whether every value of a column is a number with a decimal point, or a whole one."""
    short = session.short(column)
    return not session.ask(
        f"SELECT 1 FROM loaded WHERE NOT regexp_full_match({short}, '{NUMBER}') LIMIT 1"
    )


def write_points(session: Session, column: str) -> None:
    """Put decimal points in place of a column's decimal commas, and say so."""
    session.rewrite(column, "replace({}, ',', '.')")
    session.remarks.append(f"Column “{column}” has decimal commas and was read so.")


def require_numbers(session: Session, column: str, what: str, why: str = "") -> None:
    """Refuse a column that holds anything but numbers; decimal commas become points.

    Parameters
    ----------
    what : str
        What the messages call a value: "the score ".
    why : str
        What follows "is not a number", as in ", and subgroup “age” is cut into bands".

    Raises
    ------
    TableError
        With rows, the first values, and what to do.
    """
    if all_numbers(session, column):
        return
    found = kinds(session, column)
    if found.decimal_commas:
        write_points(session, column)
        return
    if found.infinite:
        refuse(
            session,
            column,
            _is(INFINITE),
            f"{what}{{value}} is not finite.",
            "Give a number, or leave it empty where the model gave none.",
        )
    if found.percent:
        refuse(
            session,
            column,
            _is(_PERCENT),
            f"{what}{{value}} is a percentage.",
            f"Divide by 100 and write 0.73 for 73 %; {_EMPTY}",
        )
    if found.others:
        _refuse_words(session, column, what, why)
    if found.grouped:
        refuse(
            session,
            column,
            _is(_GROUPED),
            f"{what}{{value}} has a sign or a blank that sets thousands apart.",
            f"Write 1234.5 for one thousand two hundred thirty-four and a half; {_EMPTY}",
        )
    if found.points:
        _refuse_mixture(session, column, found)
    refuse(
        session,
        column,
        _is(_EITHER),
        f"{what}{{value}} may be a decimal fraction or a thousand: nothing in the column tells.",
        "Write numbers with a decimal point and without thousands separators.",
    )


def _refuse_words(session: Session, column: str, what: str, why: str) -> None:
    """Refuse what is no number at all, naming the first few of it."""
    known = " OR ".join(map(_is, (NUMBER, _COMMA, _GROUPED)))
    condition = f"NOT ({known})"
    more = first_values(session, column, condition)[1:]
    nor = f", nor {'is' if len(more) == 1 else 'are'} {listed(more)}" if more else ""
    refuse(
        session,
        column,
        condition,
        f"{what}{{value}} is not a number{nor}{why}.",
        f"Write numbers with a decimal point, and {_EMPTY}",
    )


def _refuse_mixture(session: Session, column: str, found: Kinds) -> None:
    """Refuse decimal points beside decimal commas, naming the rows of the rarer."""
    rare, common = (_COMMA, _POINT) if found.commas <= found.points else (_POINT, _COMMA)
    sign = {_COMMA: "comma", _POINT: "point"}
    other = first_values(session, column, _is(common), 1)[0]
    refuse(
        session,
        column,
        _is(rare),
        f"{{value}} has a decimal {sign[rare]}, and other rows have a decimal {sign[common]} "
        f"(“{other}”).",
        "Write all numbers of a column alike, best with a decimal point.",
    )


def _is(pattern: str) -> str:
    """Return the condition that a value ({}) is written so."""
    return "regexp_full_match({}, '" + pattern.replace("'", "''") + "')"
