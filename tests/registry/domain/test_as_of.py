"""What was approved on a day, told from entries of the trail."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.domain import as_of
from registry.domain.as_of import Day
from registry.domain.trail import Act

END = datetime(2027, 1, 1, tzinfo=UTC)


def entry(
    seq: int,
    at: str,
    act: Act = Act.VERSION_STANDING_CHANGED,
    **after: Any,  # noqa: ANN401 -- any fact
) -> dict[str, Any]:
    """Return an entry on version 1 of a day of November 2026 at 12:00."""
    return {
        "seq": seq,
        "at": f"2026-11-{at}T12:00:00.000000Z",
        "act": act.value,
        "subject": "heart-cad/1",
        "before": {"condition": 1},
        "after": after,
    }


class TestDay:
    """Days at a place."""

    def test_a_day_is_the_sites_own(self) -> None:
        """In Los Angeles it begins eight hours after Greenwich's."""
        day = Day.at(date(2026, 11, 25), "America/Los_Angeles")
        assert day.start == datetime(2026, 11, 25, 8, tzinfo=UTC)
        assert day.end == datetime(2026, 11, 26, 8, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("on", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)]
    )
    def test_clocks_change(self, on: tuple[int, int, int], hours: int) -> None:
        """A day in Budapest is an hour shorter in spring and longer in autumn."""
        day = Day.at(date(*on), "Europe/Budapest")
        assert (day.end - day.start).total_seconds() == hours * 3600

    def test_what_touches_the_day_stood_on_it(self) -> None:
        """What began or ended on the day did; what ended with its first moment did not."""
        day = Day.at(date(2026, 11, 25), "UTC")
        first, last = "2026-11-25T00:00:00.000000Z", "2026-11-26T00:00:00.000000Z"
        assert day.holds("2026-11-25T23:59:59.999999Z", None)
        assert day.holds("2026-11-01T00:00:00.000000Z", "2026-11-25T00:00:00.000001Z")
        assert not day.holds("2026-11-01T00:00:00.000000Z", first)
        assert not day.holds(last, None)


class TestTell:
    """Replaying the entries."""

    def test_an_approval_begins_and_ends(self) -> None:
        """It stands by its dossier until the version becomes something else, and may come again."""
        told = as_of.tell(
            [
                entry(0, "01", state="current", dossier="a"),
                entry(1, "02", state="current", dossier="b"),
                entry(2, "03", state="current", dossier="a"),
                entry(3, "05", state="suspended", dossier="a"),
                entry(4, "07", state="current", dossier="a"),
            ],
            until=END,
        )
        assert [(one.dossier, one.by, one.ended_by, one.ended_as) for one in told.approvals] == [
            ("a", 0, 3, "suspended"),
            ("b", 1, 3, "suspended"),
            ("a", 4, None, None),
        ]

    def test_what_came_later_is_not_known(self) -> None:
        """Up to a moment nothing after it is told."""
        every = [
            entry(0, "01", state="current", dossier="a"),
            entry(1, "05", Act.CONDITION_CLOSED, review="r"),
            entry(2, "09", state="suspended", dossier="a"),
        ]
        told = as_of.tell(every, until=datetime(2026, 11, 4, tzinfo=UTC))
        assert (told.approvals[0].until, told.closed) == (None, {})
        assert as_of.tell(every, until=END).closed == {"r": {1}}

    def test_decisions_and_deployments(self) -> None:
        """A dossier's decision is found by it, a deployment's newest state by its name."""
        told = as_of.tell(
            [
                entry(0, "01", Act.REVIEW_DECIDED, dossier="a", decision="d"),
                entry(1, "02", Act.DEPLOYMENT_MOVED, state="silent"),
                entry(2, "03", Act.DEPLOYMENT_MOVED, state="pilot"),
            ],
            until=END,
        )
        assert told.decisions["a"]["after"]["decision"] == "d"
        assert told.deployments["heart-cad/1"]["seq"] == 2


def test_an_approval_lapses_after_its_last_day() -> None:
    """On the last day it holds."""
    assert not as_of.lapsed({"valid_until": "2026-11-25"}, date(2026, 11, 25))
    assert as_of.lapsed({"valid_until": "2026-11-25"}, date(2026, 11, 26))
    assert not as_of.lapsed({"valid_until": None}, date(2026, 11, 26))


def test_signers_are_those_whose_word_stood() -> None:
    """Withdrawn and void sign-offs are left out; one given in another's place says so."""
    whole = {
        "person": {"id": "1", "name": "Anna Kovács"},
        "role": "clinical lead",
        "registration": None,
        "meaning": "support",
        "at": "2026-11-01T12:00:00.000000Z",
        "withdrawn_at": None,
        "void": False,
    }
    stood = as_of.signers_of(
        {
            "signoffs": [
                whole,
                {**whole, "void": True},
                {**whole, "withdrawn_at": "2026-11-02T12:00:00.000000Z"},
                {**whole, "for": {"person": {"id": "2", "name": "Clara Lead"}}},
            ]
        }
    )
    assert [(one["name"], one["for"]) for one in stood] == [
        ("Anna Kovács", None),
        ("Anna Kovács", "Clara Lead"),
    ]


def test_waivers_are_told_until_their_last_day() -> None:
    """What was waived reads as it does on the card, and no longer once it is over."""
    stated = {
        "of": "criterion",
        "id": "discrimination",
        "site": None,
        "until": "2026-11-25",
        "verdicts": ["insufficient evidence"],
    }
    decision = {"waivers": [{"document": stated}]}
    (said,) = as_of.waivers_of(decision, date(2026, 11, 25))
    assert said.endswith("The verdict stays insufficient evidence.")
    assert as_of.waivers_of(decision, date(2026, 11, 26)) == []
    assert as_of.waivers_of({}, date(2026, 11, 25)) == []
