"""Facts about a card as it is read: its numbers are those of the evidence, its pages agree.

The card is read back from the PDF. What it must say is worked out here from the strata of the
assessment, whose numbers come from rows of patients by formulas that are not the product's.
"""

import re
import subprocess
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import formatting
from reports.content import (
    HARM,
    HEADINGS,
    PROTOCOL,
    CardContent,
    Cell,
    Measure,
    Points,
    Table,
    Unit,
)
from tests.factories.cards import make_content, make_pdf
from tests.factories.documents import (
    THRESHOLD,
    Json,
    Patient,
    assessment,
    criterion,
    drawn,
    make_condition,
    make_decision,
    make_dossier,
    make_gap,
    make_signoff,
    make_standing,
)

_PERCENTS = {"sensitivity", "specificity"}
_RATIOS = {"observed_expected", "calibration_slope"}
_NUMBER = r"\d[\d,]*(?:\.\d+)?%?"
_INTERVAL = re.compile(rf"(?<![\d.,]){_NUMBER}–{_NUMBER}")
_YEARS = re.compile(r"(19|20)\d\d–(19|20)\d\d")

WORST_FIRST = ("not met", "insufficient evidence", "not assessed", "met", "not judged")

OTHERS = st.lists(
    st.tuples(
        st.sampled_from(["Long Beach", "Switzerland", "Basel", "東京", "Łódź"]),
        st.integers(8, 60),
        st.floats(0.0, 1.0),
    ),
    max_size=3,
    unique_by=lambda site: site[0],
)


def groups(i: int) -> tuple[tuple[str, str], ...]:
    """Return to which groups the i-th patient of a site belongs; the last group is small."""
    return (("sex", "F" if i % 3 == 0 else "M"), ("scanner", "new" if i % 29 == 0 else "old"))


def printed(entry: Json, unit: Unit) -> tuple[str, str]:
    """Return how an estimate is printed: its value, and its interval or nothing."""
    measure = Measure(
        value=entry.get("value"), low=entry.get("low"), high=entry.get("high"), unit=unit
    )
    return formatting.point(measure), formatting.interval(measure)


def unit_of(metric: str) -> Unit:
    """Return how a metric is printed."""
    if metric in _PERCENTS:
        return Unit.PERCENT
    return Unit.RATIO if metric in _RATIOS else Unit.SCORE


def stratum_of(dossier: Json, by: Json) -> Json:
    """Return the stratum that the assessment holds of a site or group."""
    (evidence,) = dossier["evidence"]
    found: Json = next(s for s in evidence["assessment"]["strata"] if s["by"] == by)
    return found


def row_of(name: str, stratum: Json, metrics: Sequence[str], between: str = "") -> str:
    """Return how a row of a table is read: name, counts, each value with its interval."""
    cells = [name, between, f"{stratum['exams']:,}", f"{stratum['positives']:,}"]
    for metric in metrics:
        cells += printed(stratum["estimates"][metric], unit_of(metric))
    return " ".join(cell for cell in cells if cell)


def read(pdf: bytes) -> tuple[str, dict[int, str]]:
    """Return page 1 and each numbered section, as running text without heads and feet."""
    told = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True
    ).stdout.decode()
    first, *rest = re.sub(r"(?<=\d|%)–\n", "–", told).split("\f")
    text = " ".join(" ".join(rest).split())
    starts = [text.index(f"{one.number} {one.title}") for one in HEADINGS[1:]]
    ends = [*starts[1:], len(text)]
    sections = {
        one.number: text[start:end]
        for one, start, end in zip(HEADINGS[1:], starts, ends, strict=True)
    }
    return " ".join(first.split()), sections


def measured(dossier: Json) -> Iterator[str]:
    """Yield every interval of the evidence as it would be printed."""
    (evidence,) = dossier["evidence"]
    told = evidence["assessment"]
    for stratum in told["strata"]:
        for metric, entry in stratum["estimates"].items():
            yield printed(entry, unit_of(metric))[1]
    for entry in told["fairness"]:
        yield printed(entry, Unit.SCORE)[1]
    for entry in told["sites"]:
        ends = {"value": entry["pooled"]}
        yield printed(ends | {"low": entry["low"], "high": entry["high"]}, Unit.SCORE)[1]
        low, high = entry["prediction_low"], entry["prediction_high"]
        yield printed(ends | {"low": low, "high": high}, Unit.SCORE)[1]


def derived(dossier: Json, people: Sequence[Patient]) -> Iterator[str]:
    """Yield the intervals that follow from the counts: rates at thresholds, 1,000 exams."""
    site = dossier["scope"]["sites"][0]
    here = [p for p in people if p.site == site]
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
        for label in (0, 1):
            chosen = [p for p in here if p.label == label]
            right = sum((p.score >= threshold) == bool(label) for p in chosen)
            entry = assessment(
                [
                    Patient(site=site, groups=(), label=1, score=float(i < right))
                    for i in range(len(chosen))
                ]
            )["strata"][0]["estimates"]["sensitivity"]
            yield printed(entry, Unit.PERCENT)[1]
    prevalence = dossier["scope"]["site_prevalence"][site]
    estimates = stratum_of(dossier, {"site": site})["estimates"]
    ends = {}
    for metric, share in (("sensitivity", prevalence), ("specificity", 1 - prevalence)):
        entry = estimates[metric]
        wrong = {
            "value": 1000 * share * (1 - entry["value"]),
            "low": 1000 * share * (1 - entry["high"]),
            "high": 1000 * share * (1 - entry["low"]),
        }
        ends[metric] = wrong
        yield printed(wrong, Unit.PER_THOUSAND)[1]


def approved(people: Sequence[Patient]) -> tuple[Json, bytes]:
    """Return a dossier and its card, approved with one condition."""
    dossier = make_dossier(people)
    pdf = make_pdf(
        dossier,
        decision=make_decision(dossier, conditions=[make_condition()]),
        standing=make_standing("current"),
        signoffs=[make_signoff()],
    )
    return dossier, pdf


CASES = {
    "three hospitals": drawn(),
    "small groups, and names in other scripts": drawn(
        [("Hungary", 120, 0.4), ("Łódź", 60, 0.5), ("Genève", 40, 1.0)], groups=groups, seed=11
    ),
}


@pytest.fixture(scope="module", params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> tuple[Json, Sequence[Patient], str, dict[int, str]]:
    """Return a dossier, its patients, and its card as it is read: page 1 and the sections."""
    people: Sequence[Patient] = request.param
    dossier, pdf = approved(people)
    front, sections = read(pdf)
    return dossier, people, front, sections


Case = tuple[Json, Sequence[Patient], str, dict[int, str]]


class TestReadBack:
    """The PDF as a reader finds it."""

    def test_every_site_and_group_as_measured(self, case: Case) -> None:
        """Section 3 has each with its counts, values and intervals, side by side."""
        dossier, _, _, sections = case
        rates = ("sensitivity", "specificity", "auroc")
        for stratum in dossier["evidence"][0]["assessment"]["strata"]:
            by = stratum["by"]
            if "site" in by:
                row = row_of(by["site"], stratum, (*rates, "observed_expected"), "external testing")
                assert row in sections[3]
            elif by:
                ((_, level),) = by.items()
                assert row_of(level, stratum, rates) in sections[3]

    def test_page_one_has_the_same_numbers(self, case: Case) -> None:
        """The forest, the rates of the named hospital, and the worst subgroup."""
        dossier, _, front, _ = case
        for stratum in dossier["evidence"][0]["assessment"]["strata"]:
            if "site" in stratum["by"]:
                value, interval = printed(stratum["estimates"]["auroc"], Unit.SCORE)
                counts = f"{stratum['exams']:,} {stratum['positives']:,}"
                assert f"{counts} {value} ({interval})" in front if interval else counts in front
        here = stratum_of(dossier, {"site": "Hungary"})["estimates"]
        for metric in ("sensitivity", "specificity"):
            value, interval = printed(here[metric], Unit.PERCENT)
            assert f"{metric.capitalize()} {value} {interval}" in front

    def test_no_interval_is_from_elsewhere(self, case: Case) -> None:
        """Each one printed anywhere is in the evidence or follows from its counts."""
        dossier, people, front, sections = case
        known = {*measured(dossier), *derived(dossier, people)}
        text = _YEARS.sub("", " ".join([front, *sections.values()]))
        cost = re.search(rf"interval of this version ({_NUMBER}–{_NUMBER})", text)
        known |= {cost[1]} if cost else set()
        assert set(_INTERVAL.findall(text)) <= known

    def test_the_worst_of_page_one_is_the_worst_of_section_three(self, case: Case) -> None:
        """By name and number; no group large enough to judge lies below it."""
        dossier, _, front, sections = case
        strata = [
            stratum
            for stratum in dossier["evidence"][0]["assessment"]["strata"]
            if stratum["by"] and "site" not in stratum["by"] and stratum["positives"] >= 10
        ]
        worst = min(strata, key=lambda s: float(s["estimates"]["sensitivity"]["value"]))
        ((name, level),) = worst["by"].items()
        words = f"{name.capitalize().replace('_', ' ')} {level}"
        value, interval = printed(worst["estimates"]["sensitivity"], Unit.PERCENT)
        assert re.search(rf"Worst subgroup {value} ?sensitivity {re.escape(words)}", front)
        told = f"Worst subgroup: {words}, sensitivity {value} ({interval})"
        assert told in sections[3]
        assert told in sections[4]

    def test_verdicts_are_the_same_words(self, case: Case) -> None:
        """What page 1 says of a hospital, section 3 says in the same word behind its numbers."""
        dossier, _, front, sections = case
        content = make_content(dossier)
        for row in content.sites.rows:
            stratum = stratum_of(dossier, {"site": row.name})
            ratio, ends = printed(stratum["estimates"]["observed_expected"], Unit.RATIO)
            assert re.search(re.escape(f"{ratio} {ends}") + rf" . {row.verdict}", sections[3])
            area = printed(stratum["estimates"]["auroc"], Unit.SCORE)
            shown = f"{area[0]} ({area[1]})" if area[1] else area[0]
            assert re.search(re.escape(shown) + rf" . {row.verdict}", front)


def listed(content: CardContent) -> Iterator[tuple[str, str]]:
    """Yield in whom and with what verdict section 7 lists each criterion."""
    (section,) = [one for one in content.sections if one.heading == PROTOCOL]
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    for row in table.rows:
        where, verdict = row.cells[1], row.cells[4]
        assert isinstance(where, Cell)
        assert isinstance(verdict, str)
        yield where.text, verdict


def agree(content: CardContent) -> None:
    """Assert that the pages of a card say the same of the same thing."""
    verdicts: dict[str, set[str]] = {}
    for where, verdict in listed(content):
        verdicts.setdefault(where, set()).add(verdict)
    for row in content.all_sites.rows:
        found = verdicts.get(row.name, {"not judged"})
        worst = next(word for word in WORST_FIRST if word in found)
        assert row.verdict == ("not assessed" if row.kind == "no evidence" else worst)
    later = {row.name: row for row in content.all_sites.rows}
    for row in content.sites.rows:
        whole = later[row.name]
        assert (row.verdict, row.tone, row.area) == (whole.verdict, whole.tone, whole.area)
        assert (row.exams, row.positives) == (whole.exams, whole.positives)
    if content.worst.measure is not None:
        large = [row for row in content.fairness.groups if row.positives >= 10]
        values = [
            row.sensitivity.value
            for row in large or content.fairness.groups
            if row.sensitivity.value is not None
        ]
        assert content.worst.measure.value == min(values)
        assert content.worst.subject in content.fairness.lede


class TestAnyDossier:
    """Whatever was measured."""

    @settings(max_examples=12, deadline=None)
    @given(others=OTHERS, seed=st.integers(0, 99), asked=st.integers(0, 3))
    def test_pages_agree(self, others: list[tuple[str, int, float]], seed: int, asked: int) -> None:
        """One class alone, tiny hospitals, any scope: never two words for one thing."""
        sites = [("Hungary", 60, 0.4), *others]
        people = drawn(sites, groups=groups, seed=seed)
        scope = [name for name, _, _ in sites][: asked + 1]
        dossier = make_dossier(people, scope_sites=scope)
        dossier["scope"]["site_prevalence"] = dict.fromkeys(scope, 0.3)
        content = make_content(dossier)
        agree(content)
        for row in content.all_sites.rows:
            estimates = stratum_of(dossier, {"site": row.name})["estimates"]
            assert row.sensitivity.value == estimates["sensitivity"]["value"]
            assert row.specificity.low == estimates["specificity"].get("low")
            assert row.area.value == estimates["auroc"]["value"]

    @pytest.mark.parametrize("verdict", ["met", "not met", "insufficient evidence"])
    def test_one_verdict_one_word(self, verdict: str) -> None:
        """A criterion's verdict on a hospital is page 1's, and section 3's, and the headline's."""
        judged = [criterion(verdict=verdict, because="said so")]
        content = make_content(make_dossier(criteria=judged))
        agree(content)
        (row,) = [row for row in content.sites.rows if row.name == "Hungary"]
        assert row.verdict == verdict
        kinds = [point.kind.lower() for point in content.headline.points]
        assert kinds == ([] if verdict == "met" else [verdict])
        assert list(listed(content)) == [("Hungary", verdict)]

    @pytest.mark.parametrize("status", ["met", "not met", "missing"])
    def test_what_policy_asks_of_hazards(self, status: str) -> None:
        """Section 5 has it in the word in which page 1 lists it as a reason."""
        asked = {"id": "hazards.log", "text": "A hazard log is approved", "status": status}
        requirement = asked | {"because": "", "waits_for": None}
        content = make_content(make_dossier(requirements=[requirement]))
        (section,) = [one for one in content.sections if one.heading == HARM]
        points = [
            point.kind.lower()
            for block in section.blocks
            if isinstance(block, Points) and block.title == "What policy asks of them"
            for point in block.points
        ]
        assert points == [status]
        named = [p.kind.lower() for p in content.headline.points if "hazard log" in p.text]
        assert named == ([] if status == "met" else [status])

    def test_the_gap_is_between_the_groups_of_the_table(self) -> None:
        """Who is named as worse has the lower figure above it."""
        people = drawn(groups=groups)
        measured_gap = make_gap(worst="F", best="M", value=0.1, low=0.0, high=0.2)
        dossier = make_dossier(people)
        dossier["evidence"][0]["assessment"]["fairness"] = [measured_gap]
        content = make_content(dossier)
        (gap,) = content.fairness.gaps
        assert gap.between == "F worse than M"
        assert THRESHOLD == 0.5
