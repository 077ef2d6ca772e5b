"""Tallies: the counts to which a prediction table is reduced, and all that is kept of it.

`cells` holds what is counted, `views` how finely and by what, `content` the tally as a whole with
its digest, `grids` where score cells begin, `files` the way to disk and back.
"""

from validation.tallies.cells import INDETERMINATE, MISSING, NO_LABEL, UNLABELLED, Cells, in_order
from validation.tallies.content import LeftOut, Pairs, Period, Persons, Tally, View, Withheld

__all__ = [
    "INDETERMINATE",
    "MISSING",
    "NO_LABEL",
    "UNLABELLED",
    "Cells",
    "LeftOut",
    "Pairs",
    "Period",
    "Persons",
    "Tally",
    "View",
    "Withheld",
    "in_order",
]
