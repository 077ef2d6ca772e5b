"""Facts about permits: what stands against one, and one table of what each comes to in time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.domain import signatures
from registry.domain.checks import after_approval
from registry.domain.deployments.states import RUNNING, State
from registry.domain.permits import (
    Asked,
    Facts,
    Memory,
    Terms,
    Verdict,
    end_of_day,
    ends,
    judge,
    unsigned,
    verify,
)
from registry.domain.policies import Rung
from registry.domain.reviews import Kind, Missing

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ASKED = Asked(version="heart-cad/1", site="Hungary", rung=Rung.PILOT)
FILE = "sha256:" + "0" * 64
OVERDUE = Missing(kind=Kind.MISSING, what="Condition 1, overdue.", waits_for="Ana")
ENDED = Missing(kind=Kind.NOT_MET, what="The approval ended.", waits_for=None)


def facts(**changes: Any) -> Facts:  # noqa: ANN401 -- any fact
    """Return facts that permit a pilot."""
    whole: dict[str, Any] = {
        "state": State.PILOT,
        "why": "why",
        "artifacts": (FILE,),
        "use": "Order the list",
        "against": [],
    }
    return Facts(**whole | changes)


def asked(**changes: Any) -> Asked:  # noqa: ANN401 -- any part of a question
    """Return the question, changed."""
    whole = {"version": ASKED.version, "site": ASKED.site, "rung": ASKED.rung}
    return Asked(**whole | changes)


class TestJudge:
    """What stands against a permit."""

    @pytest.mark.parametrize("state", [None, *State])
    @pytest.mark.parametrize("rung", list(Rung))
    def test_every_state_and_rung(self, state: State | None, rung: Rung) -> None:
        """A permit reaches no further than the rung at which the version runs."""
        reach = {State.SILENT: 0, State.PILOT: 1, State.LIVE: 2}
        allowed = state in reach and list(Rung).index(rung) <= reach[state]
        assert (judge(asked(rung=rung), facts(state=state)) == []) is allowed
        assert set(reach) == set(RUNNING)

    @pytest.mark.parametrize(
        ("question", "found", "kind", "said"),
        [
            (ASKED, facts(use=None), Kind.MISSING, "No approval that stands covers pilot use"),
            (ASKED, facts(against=[ENDED]), Kind.NOT_MET, "ended"),
            (ASKED, facts(against=[OVERDUE]), Kind.MISSING, "overdue"),
            (asked(use="Rule out"), facts(), Kind.NOT_MET, "not for “Rule out”"),
            (asked(artifacts=("sha256:x",)), facts(), Kind.NOT_MET, "digest sha256:x"),
            (ASKED, facts(state=State.SUSPENDED, why="It failed."), Kind.NOT_MET, "It failed."),
            (ASKED, facts(state=State.PROPOSED), Kind.MISSING, "two people"),
        ],
    )
    def test_refused(self, question: Asked, found: Facts, kind: Kind, said: str) -> None:
        """Each reason, with its kind and words that say what is the matter."""
        (one,) = judge(question, found)
        assert one.kind is kind
        assert said in one.what

    def test_the_hardest_first(self) -> None:
        """What is not met stands before what is missing."""
        kinds = [one.kind for one in judge(ASKED, facts(against=[OVERDUE, ENDED]))]
        assert kinds == [Kind.NOT_MET, Kind.MISSING]

    def test_asking_for_the_use_and_file_approved(self) -> None:
        """The approved use and the version's own file are no obstacle."""
        assert judge(asked(use="Order the list", artifacts=(FILE,)), facts()) == []


def permit(*, ends: list[datetime] | None = None, no: bool = False) -> dict[str, Any]:
    """Return a signed permit of `NOW`: an hour, and four of grace."""
    found = facts(state=State.SUSPENDED) if no else facts()
    terms = Terms(
        registry="test", site_dossier=FILE, release=FILE, minutes=60, grace=240, ends=ends or []
    )
    document = unsigned(ASKED, found, terms, now=NOW)
    signed = signatures.sign(document, KEY)
    return {**document, "signature": {"key": signed.key, "value": signed.signature}}


HOUR = 60
P, G, A, S = Verdict.PERMITTED, Verdict.GRACE, Verdict.ALARM, Verdict.STOPPED


class TestVerify:
    """What an answer comes to, without a server."""

    @pytest.mark.parametrize(
        ("minutes", "reachable", "away"),
        [
            (-3, S, S),
            (-1, P, P),
            (0, P, P),
            (HOUR - 1, P, P),
            (HOUR, S, G),
            (3 * HOUR - 1, S, G),
            (3 * HOUR, S, A),
            (5 * HOUR - 1, S, A),
            (5 * HOUR, S, S),
            (100 * HOUR, S, S),
        ],
    )
    def test_time(self, minutes: int, reachable: Verdict, away: Verdict) -> None:
        """An hour, then grace with an alarm from its half, and then it fails closed."""
        moment = NOW + timedelta(minutes=minutes)
        for unreachable, expected in ((False, reachable), (True, away)):
            found, _ = verify(
                permit(), public=PUBLIC, asked=ASKED, now=moment, unreachable=unreachable
            )
            assert found.verdict is expected

    @pytest.mark.parametrize("unreachable", [False, True])
    def test_no_stops_at_once(self, unreachable: bool) -> None:
        """A no is never bridged by grace, and says why."""
        found, after = verify(
            permit(no=True), public=PUBLIC, asked=ASKED, now=NOW, unreachable=unreachable
        )
        assert found.verdict is S
        assert "suspended" in found.because
        assert after.answer == "no"

    def test_an_older_yes_after_a_no(self) -> None:
        """Who kept the last yes cannot fall back on it."""
        later = NOW + timedelta(minutes=5)
        memory = Memory(seen_at=later, answered_at=later, answer="no")
        found, after = verify(
            permit(), public=PUBLIC, asked=ASKED, now=later, unreachable=True, memory=memory
        )
        assert (found.verdict, after) == (S, memory)
        assert found.because == "A newer answer was seen here: no."

    def test_clock_set_back(self) -> None:
        """Turning the clock back does not make an expired permit young."""
        _, memory = verify(
            permit(), public=PUBLIC, asked=ASKED, now=NOW + timedelta(hours=6), unreachable=True
        )
        found, _ = verify(permit(), public=PUBLIC, asked=ASKED, now=NOW, memory=memory)
        assert found.verdict is S
        assert "set back" in found.because

    @pytest.mark.parametrize(
        "question",
        [
            asked(version="heart-cad/2"),
            asked(site="Cleveland"),
            asked(rung=Rung.GENERAL),
            asked(use="Rule out"),
            asked(artifacts=("sha256:x",)),
        ],
    )
    def test_something_else(self, question: Asked) -> None:
        """A permit is good for what it says and for nothing else, and remembers nothing of it."""
        found, after = verify(permit(), public=PUBLIC, asked=question, now=NOW)
        assert found.verdict is S
        assert after.answer is None

    def test_a_lower_rung(self) -> None:
        """A permit for a pilot reaches a silent run."""
        found, _ = verify(permit(), public=PUBLIC, asked=asked(rung=Rung.SILENT), now=NOW)
        assert found.verdict is P

    @pytest.mark.parametrize("field", [*permit(), "added"])
    def test_tampered(self, field: str) -> None:
        """A change to any field is found, and is never a crash."""
        changed = permit() | {field: {"key": "x"} if field == "signature" else "changed"}
        found, _ = verify(changed, public=PUBLIC, asked=ASKED, now=NOW)
        assert found.verdict is S
        assert "not signed by this registry" in found.because

    def test_another_key(self) -> None:
        """Another registry's answer is none, whatever the length of what is taken for a key."""
        for public in (bytes(32), b"", bytes(5)):
            found, _ = verify(permit(), public=public, asked=ASKED, now=NOW)
            assert found.verdict is S


def test_nothing_outlasts_the_approval() -> None:
    """Neither the permit nor its grace goes beyond the end of that on which it rests."""
    first, second = NOW + timedelta(minutes=10), NOW + timedelta(minutes=90)
    short, longer = permit(ends=[second, first]), permit(ends=[second])
    assert short["expires_at"] == short["grace_until"] == "2026-11-30T12:10:00.000000Z"
    assert longer["expires_at"] == "2026-11-30T13:00:00.000000Z"
    assert longer["grace_until"] == "2026-11-30T13:30:00.000000Z"
    assert longer["alarm_from"] == "2026-11-30T13:15:00.000000Z"


def test_a_no_carries_no_times() -> None:
    """There is nothing to wait for, and nothing it rests on."""
    found = permit(no=True)
    names = ("expires_at", "alarm_from", "grace_until", "site_dossier", "release")
    assert [found[name] for name in names] == [None] * 5


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Budapest", "Pacific/Auckland"])
@pytest.mark.parametrize("hour", range(-24, 48, 3))
def test_a_yes_ends_when_nothing_is_left_of_it(zone: str, hour: int) -> None:
    """A moment at which nothing holds the approval up lies before every end; and only such a one.

    So the days are counted at one place for both, and no yes is born expired.
    """
    day, moment = NOW.date(), NOW + timedelta(hours=hour)
    stated = {"until": "2026-12-01", "of": "criterion", "id": "auroc", "bridges": []}
    waiver = {"document": stated | {"verdicts": ["not met"]}}
    condition: dict[str, Any] = {
        "number": 1,
        "state": "open",
        "when": "after go-live",
        "due": "2026-12-01",
        "site": "Here",
        "time_zone": zone,
        "text": "Measure.",
        "consequence": "Stop.",
        "verifier": {"name": "Ana"},
    }
    bounds: list[tuple[list[Any], list[Any], date | None]] = [
        ([], [], day),
        ([], [waiver], None),
        ([condition], [], None),
        ([condition | {"state": "closed"}], [], None),
    ]
    for conditions, waivers, until in bounds:
        about: dict[str, Any] = {"waivers": waivers, "valid_until": until, "time_zone": zone}
        holds = not after_approval(conditions, **about, now=moment)
        assert holds is all(moment < end for end in ends(conditions, **about))


def test_end_of_day() -> None:
    """A day ends at midnight where the hospital is."""
    assert end_of_day(date(2026, 11, 30), "Europe/Budapest") == datetime(
        2026, 11, 30, 23, tzinfo=UTC
    )
