"""The checker itself: each law, broken on purpose, is found broken."""

import base64
from collections.abc import Callable
from copy import deepcopy

import pytest
import rfc8785

from registry.domain.permits import Asked
from registry.domain.policies import Rung
from registry.services import permits
from tests.journeys.workflow.afterwards import Everything
from tests.journeys.workflow.checker import BrokenLawError, Checker, Rows, read_json

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Tamper = Callable[[Rows], object]


@pytest.fixture
def machine(workflow: type[Everything]) -> Everything:
    """Return a registry in which version 1 was approved for Hungary and runs there."""
    made = workflow()
    for _ in range(5):
        made.help_a_review_along(0, conditions=False)
        made.the_laws_hold()
    for _ in range(4):
        made.help_a_hospital_along(Rung.SILENT)
        made.the_laws_hold()
    return made


def row(rows: Rows, table: str, **said: object) -> dict[str, object]:
    """Return the first row of a table that says this."""
    return next(one for one in rows[table] if all(one[key] == value for key, value in said.items()))


def person(rows: Rows, login: str) -> object:
    """Return somebody's id."""
    return row(rows, "people", login=login)["id"]


def without_signoff(rows: Rows) -> None:
    """Lose a required sign-off."""
    rows["signoffs"].remove(row(rows, "signoffs", role="clinical safety officer"))


def by_an_author(rows: Rows) -> None:
    """Let the person who handed the evidence in have been an approver."""
    signer = row(rows, "signoffs", role="independent validator")["person_id"]
    rows["evidence"][0]["submitted_by"] = signer


def decided_by_an_author(rows: Rows) -> None:
    """Let the version have been registered by the one who decided."""
    rows["versions"][0]["registered_by"] = rows["decisions"][0]["decided_by"]


def over_an_old_dossier(rows: Rows) -> None:
    """Let there be a newer dossier than the one decided on."""
    rows["dossiers"].append({**rows["dossiers"][0], "id": "0", "number": 9, "digest": "sha256:9"})


def with_another_meaning(rows: Rows) -> None:
    """Turn what somebody said."""
    row(rows, "signoffs", role="clinical lead")["meaning"] = "support with conditions"


def with_a_forged_statement(rows: Rows) -> None:
    """Change a statement after it was signed."""
    found = rows["signoffs"][0]
    found["statement"] = {**read_json(found["statement"]), "reasons": "other"}


def withdrawn(rows: Rows) -> None:
    """Let a sign-off have been taken back before."""
    rows["signoff_withdrawals"].append({"signoff_id": rows["signoffs"][0]["id"]})


APPROVALS: list[tuple[Tamper, str]] = [
    (without_signoff, "without the sign-off of the clinical safety officer"),
    (by_an_author, "an author signed"),
    (decided_by_an_author, "an author decided"),
    (over_an_old_dossier, "not current"),
    (with_another_meaning, "another meaning"),
    (with_a_forged_statement, "does not hold"),
    (withdrawn, "without the sign-off"),
]


def broken(checker: Checker, tamper: Tamper) -> Checker:
    """Return a checker that sees what it saw, tampered with."""
    seen = deepcopy(checker.rows)
    tamper(seen)
    other = Checker(
        engine=checker.engine,
        folder=checker.folder,
        public=checker.public,
        queries=checker.queries,
    )
    other.rows, other.first, other.first_acts = seen, checker.first, checker.first_acts
    other.bodies = [bytes(one["body"]) for one in seen["trail_entries"]]
    return other


def test_every_law_of_approvals(machine: Everything) -> None:
    """Each way round the sign-offs is seen."""
    for tamper, law in APPROVALS:
        with pytest.raises(BrokenLawError, match=law):
            broken(machine.checker, tamper).require_approvals()


def test_one_person_in_two_roles(machine: Everything) -> None:
    """Two required roles filled by one person are seen, however well they are signed."""
    key = machine.world.workshop.keys.signing()

    def by_one_person(rows: Rows) -> None:
        first, second = rows["signoffs"][:2]
        second["person_id"] = first["person_id"]
        signer = read_json(first["statement"])["signer"]
        second["statement"] = {**read_json(second["statement"]), "signer": signer}
        mark = key.sign(rfc8785.dumps(second["statement"]))
        second["signature"] = base64.b64encode(mark).decode()

    with pytest.raises(BrokenLawError, match="two required roles"):
        broken(machine.checker, by_one_person).require_approvals()


def test_the_log(machine: Everything) -> None:
    """An entry that is changed, lost, moved or forged is seen."""

    def changed(rows: Rows) -> None:
        rows["trail_entries"][3]["body"] = rows["trail_entries"][3]["body"].replace(b"a", b"b", 1)

    def lost(rows: Rows) -> None:
        rows["trail_entries"].pop()

    def moved(rows: Rows) -> None:
        rows["trail_entries"][1]["seq"], rows["trail_entries"][2]["seq"] = 2, 1

    def another_edge(rows: Rows) -> None:
        rows["trail_head"][0]["frontier"] = bytes(rows["trail_head"][0]["frontier"])[::-1]

    for tamper in (changed, lost, moved, another_edge):
        with pytest.raises(BrokenLawError):
            broken(machine.checker, tamper).require_tree()
    with pytest.raises(BrokenLawError, match="changed or went"):
        broken(machine.checker, changed).require_append_only(machine.checker.bodies)


def test_off_the_trail(machine: Everything) -> None:
    """A row without its act is seen, and a change of the record beside the trail."""

    def one_more(rows: Rows) -> None:
        rows["signoffs"].append(rows["signoffs"][0])

    def quietly(rows: Rows) -> None:
        rows["person_records"][0]["document"] = "{}"

    checker = machine.checker
    with pytest.raises(BrokenLawError, match="rows of signoffs"):
        broken(checker, one_more).require_acts({**checker.rows}, [])
    with pytest.raises(BrokenLawError, match="without an act on the trail: person_records"):
        broken(checker, quietly).require_acts(checker.rows, checker.bodies)


def test_standings_and_hospitals(machine: Everything) -> None:
    """A stage beside its standing, and a start by one signature, are seen."""

    def staged(rows: Rows) -> None:
        rows["standings"].clear()

    def unapproved(rows: Rows) -> None:
        rows["decisions"].clear()

    def half_signed(rows: Rows) -> None:
        rows["site_signoffs"].pop()

    def by_a_stranger(rows: Rows) -> None:
        rows["person_roles"].clear()

    for tamper in (staged, unapproved):
        with pytest.raises(BrokenLawError, match=r"approved|approval"):
            broken(machine.checker, tamper).require_standings()
    for tamper, law in ((half_signed, "both of its people"), (by_a_stranger, "of another")):
        with pytest.raises(BrokenLawError, match=law):
            broken(machine.checker, tamper).require_deployments()


def test_emergencies(machine: Everything) -> None:
    """A signature while the glass is broken is seen."""

    def at_night(rows: Rows) -> None:
        signer = rows["signoffs"][0]["person_id"]
        times = {"opened_at": "2026-11-23 08:00:00", "until": "2026-11-23 12:00:00"}
        rows["emergencies"].append({"person_id": signer, "ended_at": None, **times})

    machine.checker.require_no_signature_in_an_emergency()
    with pytest.raises(BrokenLawError, match="in an emergency"):
        broken(machine.checker, at_night).require_no_signature_in_an_emergency()


def test_permits(machine: Everything) -> None:
    """A yes outside the scope, for what is suspended or stopped, or unsigned, is seen."""
    world, checker, now = machine.world, machine.checker, machine.world.clock.moment
    asked = Asked(version="heart-cad/1", site="Hungary", rung=Rung.SILENT)
    officer = world.actor(checker.rows, "hungary.officer")
    permit = world.attempt(officer, lambda work: permits.ask(work, asked))
    assert permit is not None
    checker.require_permit(permit, now)

    def suspended(rows: Rows) -> None:
        rows["standings"][-1]["state"] = "suspended"

    def elsewhere(rows: Rows) -> None:
        rows["decisions"].clear()

    def stopped(rows: Rows) -> None:
        rows["deployment_moves"][-1]["state"] = "suspended"

    def lapsed(rows: Rows) -> None:
        rows["decisions"][0]["valid_until"] = "2026-11-01"

    for tamper in (suspended, elsewhere, stopped, lapsed):
        with pytest.raises(BrokenLawError, match="a permit"):
            broken(checker, tamper).require_permit(permit, now)
    with pytest.raises(BrokenLawError, match="does not hold"):
        checker.require_permit({**permit, "rung": "general"}, now)
