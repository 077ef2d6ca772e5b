r"""Values: what a field of a table says, once its blanks, its letters and its words are folded.

Blanks around a value do not count, nor do characters without width; letters in their composed and
decomposed forms are one (Unicode form C). A field that holds nothing but a word for nothing is
empty, in capitals or not, in every column.
"""

from validation.spelling import WITHOUT_WIDTH, WORDS_FOR_NOTHING, folded, says_nothing

__all__ = ["WORDS_FOR_NOTHING", "cleaned", "folded", "says_nothing", "visible"]

_ASCII_BLANKS = " \t\r\n\x0b\x0c"
_ESCAPED = {".": r"\."}


def visible(value: str) -> str:
    """Return the SQL of a text without blanks around it and characters without width, in form C.

    `value` is the SQL of a text. ASCII, nearly all there is, takes the short way.
    """
    bare = f"nfc_normalize(regexp_replace({value}, '[{_class(WITHOUT_WIDTH)}]', '', 'g'))"
    blank = r"[\s\x{85}\p{Z}]+"
    unicode = f"regexp_replace({bare}, '^{blank}|{blank}$', '', 'g')"
    return (
        f"CASE WHEN strlen({value}) <> length({value}) THEN {unicode} "
        rf"WHEN regexp_matches({value}, '^\s|\s$') THEN trim({value}, '{_ASCII_BLANKS}') "
        f"ELSE {value} END"
    )


def cleaned(value: str) -> str:
    """Return the SQL of what a text says: folded, and null where it says nothing.

    `value` is the SQL of a text.
    """
    words = [_ESCAPED.get(word, word) for word in WORDS_FOR_NOTHING]
    pattern = rf"(?i)\s*({'|'.join(words)})?\s*"
    return (
        f"CASE WHEN regexp_full_match({value}, '{pattern}') THEN NULL "
        f"WHEN strlen({value}) <> length({value}) AND "
        f"regexp_full_match({visible(value)}, '{pattern}') THEN NULL "
        f"ELSE {visible(value)} END"
    )


def _class(letters: str) -> str:
    """Return letters for the inside of a class of a regular expression."""
    return "".join(f"\\x{{{ord(letter):x}}}" for letter in letters)
