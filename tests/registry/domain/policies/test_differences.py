"""Differences: what two policies ask otherwise, in plain words."""

import pytest

from registry.domain.policies import Difference, differences
from tests.registry.domain.policies.test_strictness import other, signoffs
from tests.registry.domain.test_policies import standard


def only(found: list[Difference]) -> tuple[str, str, str, str]:
    """Return the one difference there is."""
    (one,) = found
    assert one.tier == "fast track"
    return one.what, one.before, one.after, one.effect


def test_alike() -> None:
    """A policy under another name asks the same."""
    assert differences(standard(), other()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"months": 6},
            ("months that an approval holds at most", "12", "6", "stricter"),
        ),
        ({"rungs": ["silent"]}, ("permits", "silent, pilot", "silent", "stricter")),
        (
            {"overlap_checked": True},
            ("overlap of patients must be checked", "no", "yes", "stricter"),
        ),
        (
            {"statements_months": 24},
            ("months that a statement is relied on", "nothing", "24", "stricter"),
        ),
        (
            {"signoffs": signoffs(quorum=2)},
            ("sign-off, clinical safety officer: how many people", "1", "2", "stricter"),
        ),
        (
            {"signoffs": signoffs()[:2]},
            (
                "sign-off, clinical lead",
                "meaning support, support with conditions",
                "nothing",
                "looser",
            ),
        ),
        (
            {"signoffs": signoffs(after=["independent validator"])},
            (
                "sign-off, clinical safety officer: only after",
                "nothing",
                "independent validator",
                "stricter",
            ),
        ),
    ],
)
def test_one_key(changes: dict[str, object], said: tuple[str, str, str, str]) -> None:
    """What it is about, before, after, and whether more is asked."""
    assert only(differences(standard(), other(**changes))) == said


def test_a_floor() -> None:
    """A bound is named by its metric and strata."""
    protocol = standard().document()["tiers"]["fast track"]["protocol"]
    floors = [{**protocol["floors"][0], "at_least": 0.65}, *protocol["floors"][1:]]
    found = differences(standard(), other(protocol={**protocol, "floors": floors}))
    what = "weakest bound, auroc over every site: at least"
    assert only(found) == (what, "0.7", "0.65", "looser")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"hazards": {"log_approved": True, "highest_residual": 3}},
            [
                ("hazard log is approved as it stands", "nothing", "yes", "stricter"),
                ("highest acceptable rating of a hazard", "nothing", "3", "stricter"),
            ],
        ),
        (
            {"failure_review": {"evidence": "external testing", "at_least": "all"}},
            [
                ("failures that somebody looked at, of", "nothing", "external testing", "other"),
                ("failures that somebody looked at, at least", "nothing", "all", "stricter"),
            ],
        ),
        (
            {"deployments": {"pilot": {"days_before": 60}}},
            [("pilot use: days before", "0", "60", "stricter")],
        ),
        ({"deployments": {"general": {"training": True}}}, []),
        ({"incidents": {"open_from": "severe"}}, []),
        (
            {"on_dataset_withdrawn": {"training": "suspend"}},
            [
                ("when a dataset of the training is withdrawn", "tell", "suspend", "stricter"),
            ],
        ),
    ],
)
def test_a_part_that_came(
    changes: dict[str, object], said: list[tuple[str, str, str, str]]
) -> None:
    """It is told key by key; what a rung asks unless it is written is no difference."""
    found = differences(standard(), other(**changes))
    assert [(one.what, one.before, one.after, one.effect) for one in found] == said


def test_leave_to_waive_is_looser() -> None:
    """Whoever may waive something is asked for less, whatever the leave is bound to."""
    waivers = {"criteria": ["any"], "months": 2}
    found = only(differences(standard(), other(waivers=waivers)))
    assert (found[0], found[1], found[3]) == ("what may be waived", "nothing", "looser")
    found = only(differences(other(waivers=waivers), other(waivers={**waivers, "months": 1})))
    assert found == ("months that a waiver holds at most", "2", "1", "stricter")


def test_backwards() -> None:
    """Read the other way round, what came has gone and stricter is looser."""
    there = only(differences(standard(), other(months=6)))
    back = only(differences(other(months=6), standard()))
    assert (there[1], there[2], back[3]) == (back[2], back[1], "looser")
