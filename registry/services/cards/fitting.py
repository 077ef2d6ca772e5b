"""Fitting: page 1 set as generously as one page allows; all that comes after it flows."""

from collections.abc import Callable

from jinja2 import Environment

from registry.services.cards.content import contents
from registry.services.cards.documents import CardDocuments
from registry.services.cards.room import FRONTS, Front
from reports.content import CardContent
from reports.html import CONTENTS, Setting, render_html, spread
from reports.pdf import FRONT, Extent, Laid, lay_out


def fitted(documents: CardDocuments, jinja: Environment) -> tuple[CardContent, Laid]:
    """Return what a card says and its pages, with the most room that leaves page 1 one page.

    Page 1 is tried alone, tighter and tighter; what height stays free on it is then shared out,
    and the whole card is laid out once. Where even the tightest runs over, so does the answer.
    """
    said = contents(documents)
    front, left = _fit(said, jinja)
    content, dense = said(front), front.dense
    listed = left > CONTENTS
    free = left - CONTENTS if listed else left
    setting = Setting(dense=dense, air=spread(content, free), contents=listed)
    laid = lay_out(render_html(content, jinja, setting))
    if laid.parts[FRONT].pages == 1:
        return content, laid
    return content, lay_out(render_html(content, jinja, Setting(dense=dense)))


def _fit(said: Callable[[Front], CardContent], jinja: Environment) -> tuple[Front, float]:
    """Return the most generous room in which page 1 is one page, and the height it leaves, in mm.

    The roomiest is tried first and then the next, since most that does not fit there fits here;
    then by halving: what is tighter takes no more height.
    """
    low, high, left, middle = 0, len(FRONTS) - 1, 0.0, 0
    while low < high:
        extent = _extent(said(FRONTS[middle]), FRONTS[middle], jinja)
        if extent.pages == 1:
            high, left = middle, extent.left
        else:
            low = middle + 1
        middle = low if low == 1 else (low + high) // 2
    return FRONTS[low], left


def _extent(content: CardContent, front: Front, jinja: Environment) -> Extent:
    """Return how much page 1 takes when it is set alone."""
    setting = Setting(dense=front.dense, alone=True)
    return lay_out(render_html(content, jinja, setting)).parts[FRONT]
