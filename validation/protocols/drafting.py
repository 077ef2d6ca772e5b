"""Drafting: a commented protocol proposed from a table, with what a person must still decide.

The draft guesses only what the table shows: which column holds what. It states nothing about
patients, costs or bounds; where a protocol cannot do without, it puts the weakest claim and says
so.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from validation.protocols.facts import ColumnFacts, TableFacts
from validation.protocols.partitions import PARTITION_WORDS, plain_word
from validation.protocols.sections import RESERVED
from validation.protocols.shape import SCHEMA, Partition

MOST_LEVELS = 12
BINARY = frozenset({"0", "1", "true", "false", "0.0", "1.0"})
AGE_EDGES = (18.0, 40.0, 60.0, 80.0)
_NAMES = {
    "exam": r"(exam|study|accession|stay|encounter|image|scan)(_?(id|no|number|uid))?",
    "patient": r"(patient|subject|person|mrn)(_?(id|no|number))?",
    "site": r"(site|hospital|centre|center|institution)(_?(id|name))?",
    "partition": r"(split|partition|subset)",
    "label": r"(label|y|y_true|outcome|target|truth)(_.*)?",
    "score": r"(score|prob|probability|pred|prediction|risk|y_score|y_prob)(_.*)?",
}


@dataclass(frozen=True, kw_only=True)
class _Guess:
    """Which column probably holds what."""

    label: ColumnFacts | None
    score: ColumnFacts | None
    pairs: tuple[tuple[str, ColumnFacts, ColumnFacts], ...]  # wide findings
    others: tuple[ColumnFacts, ...]  # further scores
    roles: dict[str, ColumnFacts]
    subgroups: tuple[ColumnFacts, ...]


def draft(facts: TableFacts) -> str:
    """Return a protocol, TOML with comments, that fits a table and decides nothing for people."""
    guess = _guess(facts)
    parts = [
        _head(facts, guess),
        _columns(guess),
        _findings(guess),
        _operating_point(guess),
        _COSTS_AND_POPULATION,
        _subgroups(guess),
        _comparators(guess),
        _REST,
        _criteria(guess),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def _guess(facts: TableFacts) -> _Guess:
    """Return which column probably holds what; each column once."""
    left = list(facts.columns)

    def take(role: str, fits: Callable[[ColumnFacts], bool]) -> list[ColumnFacts]:
        found = [
            column
            for column in left
            if re.fullmatch(_NAMES[role], column.name.casefold()) and fits(column)
        ]
        for column in found:
            left.remove(column)
        return found

    labels = take("label", _is_binary)
    scores = take("score", _is_numeric)
    if not scores:  # a score of another name: the numbers in [0, 1] with the most values
        scores = sorted(
            (c for c in left if _is_risk(c) and c.distinct > MOST_LEVELS),
            key=lambda column: -column.distinct,
        )[:1]
        left = [column for column in left if column not in scores]
    if not labels:
        labels = [c for c in left if _is_binary(c)][:1]
        left = [column for column in left if column not in labels]
    pairs = _paired(labels, scores)
    roles: dict[str, ColumnFacts] = {}
    for role in ("exam", "patient", "site", "partition"):
        found = take(role, lambda column: column.empty == 0)
        if found:
            roles[role] = found[0]
            left.extend(found[1:])
    exam, partition = roles.get("exam"), roles.get("partition")
    if exam and exam.distinct != facts.rows:
        del roles["exam"]
    if partition and not all(plain_word(level) in PARTITION_WORDS for level in _some(partition)):
        del roles["partition"]
    return _Guess(
        label=labels[0] if labels else None,
        score=scores[0] if scores else None,
        pairs=pairs,
        others=() if pairs else tuple(scores[1:]),
        roles=roles,
        subgroups=tuple(c for c in left if _forms_groups(c) and c.name not in RESERVED),
    )


def _paired(
    labels: list[ColumnFacts], scores: list[ColumnFacts]
) -> tuple[tuple[str, ColumnFacts, ColumnFacts], ...]:
    """Return the findings of a wide table: labels and scores whose names end alike."""
    ends = {score.name.partition("_")[2]: score for score in scores}
    pairs = [
        (end, label, ends[end])
        for label in labels
        if (end := label.name.partition("_")[2]) and end in ends
    ]
    return tuple(pairs) if len(pairs) > 1 else ()


def _some(column: ColumnFacts) -> tuple[str, ...]:
    """Return a column's levels, and a word that nothing knows where they are too many."""
    return column.levels or ("?",)


def _is_numeric(column: ColumnFacts) -> bool:
    return column.low is not None


def _is_binary(column: ColumnFacts) -> bool:
    return bool(column.levels) and {level.casefold() for level in column.levels} <= BINARY


def _is_risk(column: ColumnFacts) -> bool:
    return (
        column.low is not None and column.high is not None and column.low >= 0 and column.high <= 1
    )


def _forms_groups(column: ColumnFacts) -> bool:
    """Tell whether an attribute forms a few groups: few levels, or an age."""
    return 1 < column.distinct <= MOST_LEVELS or _is_age(column)


def _is_age(column: ColumnFacts) -> bool:
    return (
        re.fullmatch(r"age(_?(years|y|yrs))?", column.name.casefold()) is not None
        and column.low is not None
        and column.distinct > MOST_LEVELS
    )


def _text(value: str) -> str:
    """Return a TOML text."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    """Return a TOML key."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _comment(words: Iterable[str]) -> str:
    """Return names for a comment, on one line whatever they hold."""
    return ", ".join(
        json.dumps(word, ensure_ascii=False)[1:-1].replace("\x7f", "") for word in words
    )


def _head(facts: TableFacts, guess: _Guess) -> str:
    """Return what is said of the whole."""
    scores = [score for _, _, score in guess.pairs] or ([guess.score] if guess.score else [])
    probability = all(_is_risk(score) for score in scores)
    kind = "probability" if probability else "rank"
    seen = "lie within 0 and 1" if probability else "do not lie within 0 and 1"
    remarks = "".join(f"# READ: {_comment([sentence])}\n" for sentence in facts.remarks)
    return f"""\
# Drafted from {_comment([facts.name])}, {facts.rows:,} rows. Every line marked DECIDE is a guess
# or a placeholder: a person must decide it before the protocol is signed, and signing comes before
# the first table is measured. "cmr protocol check" says whether the file can be used.
{remarks}schema = "{SCHEMA}"
name = {_text(facts.name)}
# DECIDE: development | internal testing | external testing | local acceptance | monitoring
purpose = "{_purpose(guess)}"
# DECIDE how patients entered: consecutive | random | enriched | case-control | verified only.
# The table cannot tell; what stands here is the weakest claim, and it is printed on page 1.
sampling = "verified only"
# DECIDE: how it is known which exams are positive, and whether it was read blinded to the model.
reference_standard = "NOT YET DESCRIBED"
score_kind = "{kind}"   # the scores {seen}; DECIDE: "rank" unless they are meant as risks
"""


def _purpose(guess: _Guess) -> str:
    """Return the most telling partition of the table; internal testing where it names none."""
    partition = guess.roles.get("partition")
    found = (
        {PARTITION_WORDS[plain_word(level)] for level in partition.levels} if partition else set()
    )
    for purpose in (Partition.EXTERNAL_TESTING, Partition.INTERNAL_TESTING, *Partition):
        if purpose in found:
            return str(purpose.value)
    return str(Partition.INTERNAL_TESTING.value)


def _columns(guess: _Guess) -> str:
    """Return which column holds what."""
    lines = ["[columns]                         # canonical name = column of the table"]
    hints = {
        "exam": "one name per row; guards against exams that count twice",
        "patient": "who has several exams is then known",
        "site": "needed to judge every site",
        "partition": "rows of different partitions are never pooled",
    }
    for role, hint in hints.items():
        column = guess.roles.get(role)
        lines.append(
            f"{role} = {_text(column.name)}" if column else f'# {role} = "…"   # not found: {hint}'
        )
    if not guess.pairs:
        for role, found in (("label", guess.label), ("score", guess.score)):
            missing = "" if found else "   # DECIDE: no column was recognised"
            lines.append(f"{role} = {_text(found.name if found else role)}{missing}")
    return "\n".join(lines)


def _findings(guess: _Guess) -> str:
    """Return the findings of a wide table."""
    return "\n\n".join(
        f"[findings.{_key(name)}]\nlabel = {_text(label.name)}\nscore = {_text(score.name)}"
        for name, label, score in guess.pairs
    )


def _operating_point(guess: _Guess) -> str:
    """Return a placeholder for the threshold."""
    scores = [score for _, _, score in guess.pairs] or ([guess.score] if guess.score else [])
    risk = all(_is_risk(score) for score in scores)
    low, high = (scores[0].low, scores[0].high) if scores else (0.0, 1.0)
    middle = 0.5 if risk else ((low or 0.0) + (high or 0.0)) / 2
    return f"""\
[operating_point]
# DECIDE: a placeholder stands here. Or: rule = "sensitivity at least 0.90 in <evidence>"
threshold = {middle!r}
positive_when = ">="              # or ">"
unscored = "negative"             # DECIDE the fail-safe: an exam without a score counts as this
# threshold_probability = 0.10    # the risk from which to intervene: its odds price net benefit
"""


def _subgroups(guess: _Guess) -> str:
    """Return the attributes that form a few groups."""
    lines = [
        "[subgroups]                       # DECIDE which were planned; the table offers these"
    ]
    for column in guess.subgroups:
        key = _key(column.name)
        if _is_age(column):
            edges = _edges(column)
            value = f"{{ column = {_text(column.name)}, edges = {edges} }}"
            lines.append(f"{key} = {value}   # DECIDE the edges: [a, b), the last closed")
        else:
            shown = _comment(column.levels)
            lines.append(f"{key} = {_text(column.name)}   # {shown}")
    lines.append('# intersections = [["sex", "age_band"]]')
    lines.append("# [exploratory] takes the same keys, for what was not pre-specified")
    return "\n".join(lines)


def _edges(column: ColumnFacts) -> list[float]:
    """Return edges around the range of an age."""
    low, high = min(0.0, math.floor(column.low or 0.0)), float(math.ceil(column.high or 0.0))
    return [low, *(edge for edge in AGE_EDGES if low < edge < high), max(high, 120.0)]


def _comparators(guess: _Guess) -> str:
    """Return further columns of scores, as comments: only a person knows what they are."""
    lines = ["# [comparators.in_use]            # another set of scores on the same exams"]
    lines += [f"# score = {_text(column.name)}" for column in guess.others]
    if not guess.others:
        lines.append('# score = "score_v1"')
    return "\n".join([*lines, '# version = "model/1"', "# threshold = 0.5"])


_COSTS_AND_POPULATION = """\
# DECIDE: what errors cost, in one unit, and who says so (required when a criterion uses costs).
# [costs]
# false_negative = 10.0
# false_positive = 1.0
# set_by = "…"
# set_on = 2026-01-31
# why = "…"

# DECIDE: how common the condition is where the model will be used; the table need not show it.
# [population]
# prevalence = 0.10
# range = [0.05, 0.20]
# source = "…"
"""

_REST = """\
[intervals]
level = 0.95
auroc = "delong-logit"            # or "delong"
replicates = 2000
seed = 20261123

[minimum]                         # DECIDE: below it, evidence is insufficient
positives = 10
negatives = 10
calibration_events = 100
"""


def _criteria(guess: _Guess) -> str:
    """Return examples of criteria, as comments: the bounds are a clinical decision."""
    over = "every site" if "site" in guess.roles else "overall"
    return f"""\
# DECIDE the bounds, before anybody sees a result. Without them figures are described, not judged.
# [[criteria]]
# id = "discrimination"
# source = "estimate"             # estimate | fairness | sites | comparison
# metric = "auroc"
# at_least = 0.80                 # exactly one of at_least / at_most
# over = "{over}"
# consideration = "generalization"
#
# [[criteria]]
# id = "found"
# metric = "sensitivity"
# at_least = 0.85
# over = "{over}"
"""
