r"""Values: what a field of a table says, once its blanks, its letters and its words are folded.

Blanks around a value do not count, nor do characters without width; letters in their composed and
decomposed forms are one (Unicode form C). A field that holds nothing but a word for nothing is
empty, in capitals or not, in every column.
"""

import unicodedata

WORDS_FOR_NOTHING = (
    *("na", "n/a", "#n/a", "<na>", "nan", "null", "none", "-", "."),
    *("\N{EN DASH}", "\N{EM DASH}"),
)
_WITHOUT_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_ASCII_BLANKS = " \t\r\n\x0b\x0c"
_ESCAPED = {".": r"\."}


def folded(name: str) -> str:
    """Return a name without blanks around it and characters without width, in Unicode form C."""
    seen = "".join(letter for letter in name if letter not in _WITHOUT_WIDTH)
    return unicodedata.normalize("NFC", seen).strip()


def says_nothing(value: str) -> bool:
    """Tell whether a value is empty or a word for nothing."""
    plain = folded(value).casefold()
    return not plain or plain in WORDS_FOR_NOTHING


def visible(value: str) -> str:
    """Return the SQL of a text without blanks around it and characters without width, in form C.

    `value` is the SQL of a text. ASCII, nearly all there is, takes the short way.
    """
    bare = f"regexp_replace(nfc_normalize({value}), '[{_class(_WITHOUT_WIDTH)}]', '', 'g')"
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
