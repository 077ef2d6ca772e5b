"""Readiness: what a site dossier still lacks before a version may go to a rung at a hospital."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from registry.domain import safety_cases, scopes
from registry.domain.deployments.states import RUNNING, State
from registry.domain.people import Role
from registry.domain.policies import RungRules
from registry.domain.reviews import Kind, Missing, criterion_sentence

Document = Mapping[str, Any]
Status = Literal["met", "not met", "insufficient evidence", "missing"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the records say of a version at a hospital, as a site dossier prints it.

    Attributes
    ----------
    site : str
    plan : mapping
        What the hospital lays down, `registry.shapes.site_plans`.
    release : mapping or None
        The approval that covers site and rung, None where none does.
    against : sequence of Missing
        What holds the approval up: its end, a condition before go-live, an overdue one.
    state : State
        Where the deployment stands.
    days : int
        How many days it has run at that state.
    local : sequence of mapping
        Local acceptance evidence at the site, as in a dossier.
    criteria : sequence of mapping
        Its criteria, judged over the site.
    silent : mapping or None
        What the silent run came to, `silence.results`.
    verdicts : sequence of str
        The verdicts on performance of the windows of the rung before.
    rollback : mapping or None
        ``{"version", "against"}`` of the version to go back to; `against` is None where it can be.
    hazards : sequence of mapping
        The hazards transferred to the site.
    objections : sequence of mapping
        Objections to earlier site dossiers.
    safety_case : mapping or None
        The signed safety case of the release, and what of it is stale; where policy asks for one.
    """

    site: str
    plan: Document
    release: Document | None
    against: Sequence[Missing]
    state: State
    days: int
    local: Sequence[Document]
    criteria: Sequence[Document]
    silent: Document | None
    verdicts: Sequence[str]
    rollback: Document | None
    hazards: Sequence[Document]
    objections: Sequence[Document]
    safety_case: Document | None = None


def judge(facts: Facts, rules: RungRules) -> list[dict[str, Any]]:
    """Return every requirement on a site dossier: its status, why, and for whom it waits.

    Parameters
    ----------
    facts : Facts
    rules : RungRules
        What the policy asks at the rung, every key filled in.

    Returns
    -------
    list of dict
        ``{"id", "text", "status", "because", "waits_for"}``, in the order a reader asks.
    """
    return [
        _release(facts),
        *_conditions(facts),
        *_handed_over(facts),
        *safety_cases.require(facts.safety_case, asked=rules.safety_case),
        *_laid_down(facts, rules),
        *_silent_plan(facts, rules),
        *_silent_results(facts, rules),
        *_before(facts, rules),
        *_local(facts, rules),
        *_label_rule(facts, rules),
        *_rollback(facts, rules),
        _lengths(facts, rules),
        *_mended(facts),
    ]


def blockers(requirements: Sequence[Document]) -> list[Missing]:
    """Return what stands between a site dossier and its signatures, the hardest first."""
    found = [
        Missing(
            kind=Kind(one["status"]),
            what=_sentence(one),
            waits_for=one["waits_for"],
        )
        for one in requirements
        if one["status"] != "met"
    ]
    return sorted(found, key=lambda one: list(Kind).index(one.kind))


def _sentence(one: Document) -> str:
    """Return a requirement that is not met as it is told; that it is missing, its reason says."""
    status = "" if one["status"] == "missing" else f"{one['status']}. "
    return f"{one['text']}: {status}{one['because']}".strip()


def _point(
    key: str, text: str, status: Status = "met", because: str = "", waits_for: str | None = None
) -> dict[str, Any]:
    """Return one requirement as a document."""
    waits = None if status == "met" else waits_for
    return {"id": key, "text": text, "status": status, "because": because, "waits_for": waits}


def _release(facts: Facts) -> dict[str, Any]:
    """Judge whether an approval that stands reaches the site and the rung."""
    text = f"An approval that stands covers {facts.plan['rung']} use at {facts.site}"
    if facts.release is not None:
        return _point("release.approval", text)
    because = "There is none; a review must be decided for it."
    return _point("release.approval", text, "missing", because, Role.MODEL_OWNER.value)


def _conditions(facts: Facts) -> Iterator[dict[str, Any]]:
    """Judge what the approval itself still waits for."""
    text = "The approval holds, with no condition open that must be met first"
    if facts.release is None:
        return
    if not facts.against:
        yield _point("release.conditions", text)
    for one in facts.against:
        status: Status = "not met" if one.kind is Kind.NOT_MET else "missing"
        yield _point("release.conditions", text, status, one.what, one.waits_for)


def _handed_over(facts: Facts) -> Iterator[dict[str, Any]]:
    """Judge whether the hospital accepted the hazards that were handed over to it."""
    text = "Every hazard handed over to the site is accepted there"
    if not facts.hazards:
        return
    left = [one for one in facts.hazards if not one["accepted_by"]]
    if not left:
        yield _point("hazards.accepted", text)
        return
    because = " ".join(
        f"Hazard {one['number']}, {one['name']}: {one['must_do'].rstrip('.')}." for one in left
    )
    officer = Role.SITE_SAFETY_OFFICER.value
    yield _point("hazards.accepted", text, "missing", because, officer)


def _laid_down(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge whether the hospital wrote down what the rung asks."""
    plan, officer = facts.plan, Role.SITE_SAFETY_OFFICER.value
    asked = (
        ("training", rules.training, plan["training"], "Training is recorded"),
        ("monitoring", rules.monitoring_plan, plan["monitoring"], "There is a monitoring plan"),
        ("stop_rules", rules.stop_rules, plan["stop_rules"], "There is a stop rule"),
    )
    for key, wanted, given, text in asked:
        if wanted:
            missing = f"Write [{key}] in the site plan."
            yield (
                _point(f"plan.{key}", text)
                if given
                else _point(f"plan.{key}", text, "missing", missing, officer)
            )


def _silent_plan(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge whether what the silent run must show is fixed beforehand."""
    text = "What the silent run must show is fixed before it begins"
    if not rules.silent_plan:
        return
    if facts.plan["silent_plan"]:
        yield _point("silent.plan", text)
    else:
        because = "Write [silent_plan] in the site plan."
        waits = Role.SITE_SAFETY_OFFICER.value
        yield _point("silent.plan", text, "missing", because, waits)


def _silent_results(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge whether the silent run fulfilled its plan."""
    text = "The silent run fulfilled its plan"
    if not rules.silent_results:
        return
    if facts.silent is None:
        because = "It never ran silently here."
        yield _point("silent.results", text, "missing", because, Role.MODEL_OWNER.value)
    elif facts.silent["fulfilled"]:
        yield _point("silent.results", text)
    else:
        because = " ".join(facts.silent["lacking"])
        yield _point("silent.results", text, "insufficient evidence", because)


def _before(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge the time on the rung before, and how it performed there."""
    climbing = facts.state in RUNNING and RUNNING[facts.state] != facts.plan["rung"]
    if rules.days_before and climbing:
        text = f"It ran for {rules.days_before} days on the rung before"
        short = facts.days < rules.days_before
        because = f"It has run for {facts.days} days as {facts.state}." if short else ""
        yield _point("before.days", text, "missing" if short else "met", because)
    if not (rules.performance and climbing):
        return
    text = "A window of the rung before that meets the label rule says that the bounds are met"
    if "not met" in facts.verdicts[-1:]:
        because = "The last such window says: not met."
        yield _point("before.performance", text, "not met", because)
    elif "met" in facts.verdicts:
        yield _point("before.performance", text)
    else:
        said = ", ".join(facts.verdicts) or "no window was handed in"
        because = f"So far: {said}."
        yield _point("before.performance", text, "insufficient evidence", because)


def _local(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge the local acceptance evidence, if it is asked for, and its criteria, if it is there."""
    text = f"Local acceptance evidence was measured at {facts.site}"
    if rules.local_evidence:
        because = "" if facts.local else "There is none."
        status: Status = "met" if facts.local else "missing"
        yield _point("local.evidence", text, status, because, Role.DATA_STEWARD.value)
    for entry in scopes.unmet(facts.criteria):
        status = "not met" if entry["verdict"] == "not met" else "insufficient evidence"
        text = f"Local acceptance: {entry['id']}"
        yield _point(f"local.{entry['id']}", text, status, criterion_sentence(entry))


def _label_rule(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge whether the label rule is as strong as the policy asks."""
    plan, least = facts.plan["monitoring"], rules.label_positives or 0
    if plan is None or not least:
        return
    text = f"A verdict on performance rests on at least {least} positives"
    found = plan["labels"]["positives"]
    if found >= least:
        yield _point("monitoring.positives", text)
    else:
        because = f"monitoring.labels.positives is {found}."
        waits = Role.SITE_SAFETY_OFFICER.value
        yield _point("monitoring.positives", text, "not met", because, waits)


def _rollback(facts: Facts, rules: RungRules) -> Iterator[dict[str, Any]]:
    """Judge whether the version to go back to could take over; none is the downtime procedure."""
    if not rules.rollback:
        return
    if facts.rollback is None:
        text = "Going back means working without a model, by the downtime procedure"
        yield _point("rollback", text)
        return
    text = f"{facts.rollback['version']} can take over again"
    against = facts.rollback["against"]
    waits = Role.SITE_SAFETY_OFFICER.value
    yield (
        _point("rollback", text)
        if against is None
        else _point("rollback", text, "not met", against, waits)
    )


def _lengths(facts: Facts, rules: RungRules) -> dict[str, Any]:
    """Judge how long a permit holds, and how long it may be relied on without an answer."""
    text = "Permits and their grace are no longer than the policy bears"
    over = [
        f"{name} is {facts.plan[name]}; at most {most} is borne."
        for name, most in (
            ("permit_minutes", rules.permit_minutes),
            ("grace_minutes", rules.grace_minutes),
        )
        if most is not None and facts.plan[name] > most
    ]
    if not over:
        return _point("permits.length", text)
    waits = Role.SITE_SAFETY_OFFICER.value
    return _point("permits.length", text, "not met", " ".join(over), waits)


def _mended(facts: Facts) -> Iterator[dict[str, Any]]:
    """Judge whether a suspended deployment says what was found and mended."""
    if facts.state is not State.SUSPENDED:
        return
    text = "What was found and mended after the suspension is written down"
    if facts.plan["what_was_done"].strip():
        yield _point("suspension.mended", text)
    else:
        because = "Write what_was_done in the site plan."
        waits = Role.SITE_SAFETY_OFFICER.value
        yield _point("suspension.mended", text, "missing", because, waits)
