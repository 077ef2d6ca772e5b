"""Reuse: how many versions the same patients have tested, and a threshold found on them.

Whoever tests one version after another on the same patients and keeps the best has fitted the
model to them, however little each look told; and so has whoever chooses among models. So versions
are counted, over one dataset version those of every model, and a policy may say after how many
the evidence is exploratory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from registry.domain.overlap import OverlapOutcome, Patients, overlap

Document = Mapping[str, Any]

OVER_BUDGET: Final = "reused: "
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = range(11, 14)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One table that tested a version.

    Attributes
    ----------
    version : str
        Such as ``heart-cad/2``.
    at : datetime
        When it was handed in.
    dataset : str or None
        The dataset version that was named, if any.
    table : str
        Digest of the table.
    patients : Patients
        Whose exams it holds, as far as that is known.
    """

    version: str
    at: datetime
    dataset: str | None
    table: str
    patients: Patients


def tested(mine: Look, others: Sequence[Look]) -> dict[str, Any] | None:
    """Return the how-manieth version a test is on its patients; None where nothing is to be said.

    Parameters
    ----------
    mine : Look
        The one in question.
    others : sequence of Look
        The other tests of the same purpose; later ones are left out.

    Returns
    -------
    dict or None
        ``{"version", "test", "earlier", "unchecked"}``: the how-manieth distinct version, and
        table, on these patients; the versions before; and in how many earlier tables it cannot
        be checked whether these patients are.
    """
    same, unchecked = [], 0
    for other in others:
        if other.at >= mine.at:
            continue
        found = _same(mine, other)
        if found is OverlapOutcome.FOUND:
            same.append(other)
        elif found is OverlapOutcome.UNKNOWN:
            unchecked += 1
    earlier = list(dict.fromkeys(one.version for one in same))
    if not same and not unchecked:
        return None
    return {
        "version": len({*earlier, mine.version}),
        "test": len(same) + 1,
        "earlier": earlier,
        "unchecked": unchecked,
    }


def _same(mine: Look, other: Look) -> OverlapOutcome:
    """Return whether two tests share patients: by dataset, by table, else by their keys."""
    if mine.table == other.table or (mine.dataset is not None and mine.dataset == other.dataset):
        return OverlapOutcome.FOUND
    return overlap(other.patients, mine.patients).outcome


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``3rd``, ``11th``."""
    ending = "th" if number % 100 in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def words(found: Document | None) -> str:
    """Return what a card says of reuse, empty where nothing is to be said."""
    if found is None:
        return ""
    said = []
    if found["earlier"]:
        said.append(f"{ordinal(found['version'])} version tested on these patients")
        if found["test"] > found["version"]:
            said[0] += f", {ordinal(found['test'])} table"
    if found["unchecked"]:
        tables = "table" if found["unchecked"] == 1 else "tables"
        said.append(f"whether {found['unchecked']} earlier {tables} held them cannot be checked")
    return "; ".join(said)


def over_budget(found: Document | None, budget: int | None) -> str:
    """Return why evidence is exploratory because its patients were used too often; else empty."""
    if found is None or budget is None or found["version"] <= budget:
        return ""
    versions = "one version" if budget == 1 else f"{budget} versions"
    return (
        f"{OVER_BUDGET}{ordinal(found['version'])} version tested on these patients, after "
        f"{', '.join(found['earlier'])}; the policy lets {versions} count, so that this is "
        "exploratory"
    )


def found_on(cited: Patients, judged: Patients, *, name: str) -> dict[str, Any]:
    """Return whether a threshold was found on patients that judge it.

    Parameters
    ----------
    cited, judged : Patients
        Those of the evidence that the rule cites, and those of the table that is judged.
    name : str
        What the cited evidence is called.
    """
    compared = overlap(cited, judged)
    because = compared.because
    if compared.outcome is OverlapOutcome.FOUND:
        verb = "is" if compared.shared == 1 else "are"
        because = f"{compared.shared:,} of the patients that judge it {verb} among those of {name}."
    elif compared.outcome is OverlapOutcome.NONE:
        because = f"None of the patients that judge it is among those of {name}."
    return {
        "cited": name,
        "outcome": compared.outcome.value,
        "shared": compared.shared,
        "comparable": round(compared.comparable, 6),
        "because": because,
    }
