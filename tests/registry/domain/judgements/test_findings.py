"""Facts about dossiers with several findings: a good one never speaks for the others."""

import pytest

from registry.domain.judgements import criteria, exhibits, gaps, records, verdicts, workload
from tests.factories.documents import Patient, criterion, make_dossier
from tests.factories.findings import BAD, CUT, GOOD, hospital, two_findings


def test_the_one_missed_most_often_is_shown() -> None:
    """Figures and key numbers are about the finding that fares worst, and say which it is."""
    whole = two_findings()
    assert exhibits.findings(whole) == (GOOD, BAD)
    assert exhibits.finding(whole) == BAD
    load = workload.at_named_site(whole)
    assert load is not None
    assert load.finding == BAD
    assert load.exhibit.value("sensitivity") == pytest.approx(0.6)
    assert "Of 2 findings it is the one missed most often" in workload.beside(load)
    assert f"with {BAD}, one of 2 findings" in records.evidence_line(whole)


def test_a_scope_of_one_finding() -> None:
    """A review of one finding shows that one."""
    whole = two_findings()
    whole["scope"]["findings"] = [GOOD]
    assert exhibits.finding(whole) == GOOD
    assert workload.beside(workload.at_named_site(whole)) == ""  # type: ignore[arg-type]


def test_each_has_its_own_operating_point() -> None:
    """The threshold at the top of the protocol is nobody's where each finding names one."""
    whole = two_findings()
    evidence = whole["evidence"][0]
    assert exhibits.protocol(whole, evidence)["operating_point"]["threshold"] == CUT[BAD]
    assert exhibits.protocol(whole, evidence, GOOD)["operating_point"]["threshold"] == CUT[GOOD]


def test_the_worst_subgroup_is_sought_in_all() -> None:
    """It names its finding, and the verdict beside it is of that finding."""
    worst = gaps.worst_subgroup(two_findings())
    assert worst.subject in {f"Sex F, {BAD}", f"Sex M, {BAD}"}
    assert worst.exhibit is not None
    assert worst.exhibit.finding == BAD


def test_a_lower_one_that_is_too_small_is_named() -> None:
    """What cannot be judged is not the worst, and is not passed over in silence."""
    rows = [*hospital(19, 1, 5, 75, flagged=0.9)]
    rows += [Patient(site="Kiel", groups=(("sex", "X"),), label=1, score=0.1) for _ in range(3)]
    note = gaps.worst_subgroup(make_dossier(rows, scope_sites=("Kiel",), criteria=[])).note
    assert "Lower, of too few to judge: sex X, 0.0% of 3." in note


def test_what_blocks_says_of_which() -> None:
    """Two sentences about one hospital are told apart by the finding."""
    (block,) = verdicts.blocking(two_findings(requirements=[]))
    assert block.text.startswith(f"Missed findings: sensitivity for {BAD} at Kiel")
    assert f"sensitivity for {BAD}" in block.clause
    assert f"sensitivity for {BAD}" in gaps.not_shown(two_findings())


def test_verdicts_of_one_and_of_all() -> None:
    """A hospital's verdict is the worst over all findings, unless one is asked about."""
    whole, at = two_findings(), {"site": "Kiel"}
    assert verdicts.of_stratum(whole, at) == "insufficient evidence"
    assert verdicts.of_stratum(whole, at, GOOD) == "met"
    assert criteria.of_sites(whole)["Kiel"] == "insufficient evidence"
    assert criteria.of_sites(whole, GOOD)["Kiel"] == "met"
    assert "Nowhere" not in criteria.of_sites(whole)


def test_many_sites_alike_take_one_line() -> None:
    """A criterion that fails in one way at many hospitals is said once, with their number."""
    failing = [
        criterion(id="discrimination", verdict="insufficient evidence", by={"site": f"H{n}"})
        for n in range(30)
    ]
    single = criterion(id="discrimination", verdict="not met", by={"site": "Basel"})
    blocks = verdicts.blocking(make_dossier(criteria=[*failing, single], requirements=[]))
    assert [block.kind for block in blocks] == ["not met", "insufficient evidence"]
    assert blocks[1].clause == "AUROC at 30 sites rests on too little evidence"
    assert "H0, H1, H2" in blocks[1].text
    assert "and 18 more sites" in blocks[1].text
    assert "H0" not in blocks[1].brief


def test_a_site_of_which_nothing_can_be_said_hides_no_other() -> None:
    """The worst of the sites that can be ranked is shown; the others are counted."""
    rows = [
        *hospital(19, 1, 5, 75, flagged=0.9),
        *(Patient(site="Ulm", groups=(), label=0, score=0.2) for _ in range(5)),
    ]
    load = workload.at_named_site(make_dossier(rows, scope_sites=("Ulm", "Kiel")))
    assert load is not None
    assert (load.site, load.others, load.unknown) == ("Kiel", 0, 1)
    assert "1 further site in scope" in workload.beside(load)


def test_a_site_with_few_negatives_is_ranked_by_whom_it_misses() -> None:
    """What is missed rests on those with the finding: eight without hide nothing of it."""
    rows = [
        *hospital(19, 1, 5, 75, flagged=0.9),
        *(Patient(site="Basel", groups=(), label=1, score=s) for s in [0.9] * 15 + [0.1] * 15),
        *(Patient(site="Basel", groups=(), label=0, score=0.2) for _ in range(8)),
    ]
    load = workload.at_named_site(make_dossier(rows, scope_sites=("Kiel", "Basel")))
    assert load is not None
    assert (load.site, load.others, load.unknown) == ("Basel", 1, 0)


def test_many_sites_not_shown_are_named_and_counted() -> None:
    """Of many hospitals the line names some, and says where the others stand."""
    rows = [
        Patient(site=f"H{n:02}", groups=(), label=label, score=0.2)
        for n in range(12)
        for label in (0, 0, 1)
    ]
    line = gaps.not_shown(make_dossier(rows, scope_sites=("H00",), criteria=[]))
    assert line.startswith("H00, H01")
    assert "and 4 more sites (each too few or not settled: section 3)" in line
