"""Labels: what is said where a label is written in words that nothing tells apart for certain."""

from collections.abc import Sequence

from validation.engines.refusals import first_values, in_list, refuse
from validation.engines.session import Session
from validation.spelling import listed

_MEANT = {
    **dict.fromkeys(("yes", "y", "ja", "positive", "pos", "present", "t", "abnormal", "+"), 1),
    **dict.fromkeys(("no", "n", "nein", "negative", "neg", "absent", "f", "normal"), 0),
}


def refuse_other_words(
    session: Session, column: str, positive: Sequence[str], negative: Sequence[str]
) -> None:
    """Refuse a column of labels that holds other words, and say how to write them.

    Raises
    ------
    TableError
        Naming the words found and what each is probably meant to be; it is never guessed, since a
        wrong guess would turn every figure round.
    """
    condition = f"lower({{}}) NOT IN ({in_list([*positive, *negative])})"
    words = first_values(session, column, condition)
    if not words:
        return
    meant = [
        f"“{word}” as {_MEANT[word.casefold()]}" for word in words if word.casefold() in _MEANT
    ]
    also = f"; in all the column holds {listed(words)}" if len(words) > 1 else ""
    how = (
        f"Write {' and '.join(meant)}, if that is what is meant"
        if meant
        else ("Write 1 or true for exams with the condition, 0 or false for those without")
    )
    refuse(
        session,
        column,
        condition,
        f"the label {{value}} is neither 0 nor 1{also}.",
        f"{how}, and leave it empty where it is not known.",
    )
