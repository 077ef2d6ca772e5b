"""The checker itself: each law, broken on purpose, is found broken."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta

import pytest
import rfc8785

from registry.domain.permits import Asked
from registry.domain.policies import Rung
from registry.services import permits
from tests.journeys.workflow.everything import Everything
from tests.journeys.workflow.laws.checker import Checker
from tests.journeys.workflow.laws.rows import BrokenLawError, Rows, read_json

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Tamper = Callable[[Rows], object]


@pytest.fixture
def machine(workflow: type[Everything]) -> Everything:
    """Return a registry in which version 1 was approved for Hungary and runs there."""
    made = workflow()
    made.come_to_an_approval(5)
    made.come_to_run(Rung.SILENT)
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
    """Two required roles filled by one person are seen, unless declared when they signed."""
    key = machine.world.workshop.keys.signing()

    def by_one_person(rows: Rows) -> None:
        first = row(rows, "signoffs", role="clinical safety officer")
        second = row(rows, "signoffs", role="clinical lead")
        second["person_id"] = first["person_id"]
        signer = read_json(first["statement"])["signer"]
        statement = {**read_json(second["statement"]), "signer": signer}
        second["statement"] = statement
        mark = key.sign(rfc8785.dumps(statement))
        second["signature"] = base64.b64encode(mark).decode()

    def declared(rows: Rows) -> None:
        by_one_person(rows)
        signer = row(rows, "signoffs", role="clinical lead")["person_id"]
        pair = {"first": "clinical lead", "second": "clinical safety officer"}
        since = {"declared_at": "2026-11-01 08:00:00", "revoked_at": None}
        rows["dual_roles"].append({"person_id": signer, **pair, **since})

    def taken_back(rows: Rows) -> None:
        declared(rows)
        rows["dual_roles"][-1]["revoked_at"] = "2026-11-02 08:00:00"

    def decided_by_a_signer(rows: Rows) -> None:
        first, decision = row(rows, "signoffs", role="independent validator"), rows["decisions"][0]
        decision["decided_by"] = first["person_id"]
        signer = read_json(first["statement"])["signer"]
        statement = {**read_json(decision["statement"]), "signer": signer}
        mark = key.sign(rfc8785.dumps(statement))
        decision |= {"statement": statement, "signature": base64.b64encode(mark).decode()}

    broken(machine.checker, declared).require_approvals()
    for tamper in (by_one_person, taken_back, decided_by_a_signer):
        with pytest.raises(BrokenLawError, match="two required roles"):
            broken(machine.checker, tamper).require_approvals()


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


@pytest.fixture
def watched(workflow: type[Everything]) -> Everything:
    """Return a registry in which a pilot was stopped by its first window, and more was told."""
    made = workflow()
    made.come_to_an_approval(5)
    made.come_to_run(Rung.PILOT)
    made.measure_for_a_window(pick=0, well=False)
    made.the_laws_hold()
    made.pass_time(days=0.1)
    made.hand_a_window_in(pick=0, which=0, piece=0, days=0, blinded=True)
    made.report_an_incident(pick=0, number=1, site="Hungary", blinded=True)
    made.redact(pick=0, which=0)
    made.the_laws_hold()
    assert [made.reached[one] for one in ("window", "incident", "redacted")] == [1, 1, 1]
    return made


def test_windows(watched: Everything) -> None:
    """A stop rule that stops nothing, and what counts twice or was changed, are seen."""

    def went_on(rows: Rows) -> None:
        rows["deployment_moves"].remove(row(rows, "deployment_moves", act="hold"))

    def counted_twice(rows: Rows) -> None:
        rows["monitoring_windows"] *= 2

    def on_one_day(rows: Rows) -> None:
        counted_twice(rows)
        first, _ = rows["monitoring_windows"]
        rows["monitoring_windows"][1] = {**first, "evidence_id": "another"}

    def judged(rows: Rows) -> None:
        found = rows["monitoring_windows"][0]
        said = read_json(found["document"])
        found["document"] = {**said, "fired": []}

    for tamper, law in (
        (went_on, "nothing stopped"),
        (counted_twice, "one evidence"),
        (on_one_day, "one day"),
        (judged, "not what was kept"),
    ):
        with pytest.raises(BrokenLawError, match=law):
            broken(watched.checker, tamper).require_windows()


def test_words_and_blinded_reports(watched: Everything) -> None:
    """Words that were changed, lost or put back are seen; so is a name that is withheld."""

    def texts(rows: Rows, *, there: bool) -> dict[str, object]:
        found = rows["trail_texts"]
        return next(one for one in found if (one["text"] is not None) is there)

    def changed(rows: Rows) -> None:
        texts(rows, there=True)["text"] = '"other"'

    def lost(rows: Rows) -> None:
        texts(rows, there=True).update(text=None, salt=None)

    def half(rows: Rows) -> None:
        texts(rows, there=False)["salt"] = b"salt"

    def put_back(rows: Rows) -> None:
        texts(rows, there=False).update(text='"other"', salt=b"salt")

    for tamper, law in (
        (changed, "does not name"),
        (lost, "nobody took out"),
        (half, "salt is not"),
        (put_back, "does not name"),
    ):
        with pytest.raises(BrokenLawError, match=law):
            broken(watched.checker, tamper).require_words()

    def named(rows: Rows) -> None:
        for one in rows["trail_entries"]:
            said = json.loads(one["body"])
            if said["act"] == "incident.reported":
                one["body"] = rfc8785.dumps({**said, "actor": "somebody"})

    with pytest.raises(BrokenLawError, match="who made it"):
        broken(watched.checker, named).require_blind_reports()


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


@pytest.fixture
def waived(workflow: type[Everything]) -> Everything:
    """Return a registry in which version 1 was approved for Cleveland by a waiver, and runs."""
    made = workflow()
    made.come_to_an_approval(6, site="Cleveland")
    made.come_to_run(Rung.SILENT, "Cleveland")
    return made


def unwaived(rows: Rows) -> None:
    """Let nobody have proposed a waiver."""
    rows["waivers"].clear()


def waived_over_another_dossier(rows: Rows) -> None:
    """Let the waiver be about what was frozen before."""
    rows["waivers"][0]["dossier"] = "sha256:9"


def waived_by_too_few(rows: Rows) -> None:
    """Lose one of the signatures that a waiver needs."""
    rows["waiver_signatures"].remove(row(rows, "waiver_signatures", role="clinical lead"))


def waived_afterwards(rows: Rows) -> None:
    """Let somebody have signed the waiver only once it was decided."""
    row(rows, "waiver_signatures", role="clinical lead")["signed_at"] = "2026-12-31 08:00:00"


def decided_after_the_last_day(rows: Rows) -> None:
    """Let the waiver have expired before it was decided."""
    rows["decisions"][0]["decided_at"] = "2027-01-31 08:00:00"


def waived_for_longer(rows: Rows) -> None:
    """Give a waiver more time than was signed."""
    found = rows["waivers"][0]
    found["document"] = {**read_json(found["document"]), "until": "2027-12-31"}


def waived_by_an_author(rows: Rows) -> None:
    """Let the person who handed the evidence in have waived what it lacks."""
    signer = row(rows, "waiver_signatures", role="independent validator")["person_id"]
    for one in rows["evidence"]:
        one["submitted_by"] = signer


def waived_without_the_role(rows: Rows) -> None:
    """Let nobody hold any role."""
    rows["person_roles"].clear()


def waived_by_a_forged_statement(rows: Rows) -> None:
    """Change what somebody signed."""
    found = rows["waiver_signatures"][0]
    found["statement"] = {**read_json(found["statement"]), "reasons": "other"}


WAIVED: list[tuple[Tamper, str]] = [
    (unwaived, "“fairness” is insufficient evidence and not waived"),
    (waived_over_another_dossier, "and not waived"),
    (waived_by_too_few, "without the signature of the clinical lead"),
    (waived_afterwards, "without the signature of the clinical lead"),
    (decided_after_the_last_day, "had expired"),
    (waived_for_longer, "other than was signed"),
    (waived_by_an_author, "an author signed a waiver"),
    (waived_without_the_role, "not held"),
    (waived_by_a_forged_statement, "does not hold"),
]


def test_every_law_of_waivers(waived: Everything) -> None:
    """Each way round a waiver is seen, and a permit by one that has expired or soon will."""
    checker, now = waived.checker, waived.world.clock.moment
    for tamper, law in WAIVED:
        with pytest.raises(BrokenLawError, match=law):
            broken(checker, tamper).require_waivers()

    def against_the_policy(rows: Rows) -> None:
        kept = waived.world.workshop.artifacts
        policy = json.loads(kept.read(rows["reviews"][0]["policy_digest"]))
        del policy["tiers"]["fast track"]["waivers"]
        rows["reviews"][0]["policy_digest"] = kept.put_bytes(rfc8785.dumps(policy)).digest

    with pytest.raises(BrokenLawError, match="the policy does not let it"):
        broken(checker, against_the_policy).require_waivers()
    asked = Asked(version="heart-cad/1", site="Cleveland", rung=Rung.SILENT)
    officer = waived.world.actor(checker.rows, "cleveland.officer")
    permit = waived.world.attempt(officer, lambda work: permits.ask(work, asked))
    assert permit is not None
    checker.require_permit(permit, now)
    with pytest.raises(BrokenLawError, match="had expired"):
        checker.require_permit(permit, now + timedelta(days=31))
    later = {key: value for key, value in permit.items() if key != "signature"}
    later["grace_until"] = "2027-06-30T00:00:00Z"
    mark = waived.world.workshop.keys.signing().sign(rfc8785.dumps(later))
    forged = {**later, "signature": {"value": base64.b64encode(mark).decode()}}
    with pytest.raises(BrokenLawError, match="outlasts the waiver"):
        checker.require_permit(forged, now)
