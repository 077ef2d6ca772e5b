"""Markdown: tables of what people typed, so that no cell breaks out of its place."""

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]{}<>#|~])")


def cell(text: str) -> str:
    r"""Return a text as one cell: on one line, with nothing in it that Markdown would act on.

    >>> print(cell("a | b <script>"))
    a \| b \<script\>
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """Return a pointer or digest set as code; a backtick or a bar in it is taken out."""
    return f"`{text.replace('`', '').replace('|', '%7C')}`"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the cells are set as they are given."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
