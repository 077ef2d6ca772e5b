"""System: what the case is about, where it runs, and who manages its risk."""

from collections.abc import Iterator, Sequence

from registry.domain.judgements import records, verdicts, wording
from registry.domain.judgements.cases import asked
from registry.domain.judgements.exhibits import Document
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.marks import (
    facts,
    from_both,
    from_records,
    points,
    written,
)
from reports.content import Block, Column, Head, Paragraphs, Row, Table, Tone
from reports.safety_case import CaseSection

NOT_RECORDED = "Not recorded."


def definition(documents: CaseDocuments) -> CaseSection:
    """Return section 2."""
    system = documents.parts["system"]
    model, version, scope = system["model"], system["version"], system["scope"]
    blocks: list[Block] = [
        facts("The system", _system(model, version, system["in_use"])),
        facts("Its clinical use", _use(model, scope)),
    ]
    if documents.case["site"] is not None:
        blocks += _site(documents)
    both = documents.case["site"] is not None
    return CaseSection(
        number=2,
        title="System definition and overview",
        source=from_both(documents) if both else from_records(documents),
        authored=False,
        lede=str(model["summary"]),
        blocks=tuple(blocks),
    )


def _system(model: Document, version: Document, in_use: Document | None) -> list[tuple[str, str]]:
    """Return what is released, and what it takes the place of."""
    replaces = "No other version is in use at these sites."
    if in_use is not None:
        since = wording.day(in_use["since"])
        replaces = f"{in_use['model']}/{in_use['number']}, in use since {since}."
    kinds = wording.counted(len(version["artifacts"]), "file")
    return [
        ("Product", f"{model['name']}, version {version['number']}: {model['title']}"),
        ("Description", wording.sentence(version["description"] or NOT_RECORDED)),
        ("Files", f"{kinds}; section 11 names each by its digest."),
        ("Replaces", replaces),
        ("Regulatory status", wording.sentence(records.regulatory(model["regulatory"]))),
        ("Risk tier", str(model["risk_tier"])),
    ]


def _sentences(texts: Sequence[str]) -> str:
    """Return texts as sentences, one behind the other, or that none is recorded."""
    return " ".join(map(wording.sentence, texts or [NOT_RECORDED]))


def _use(model: Document, scope: Document) -> list[tuple[str, str]]:
    """Return for whom, by whom, where and how far."""
    rung = verdicts.RUNGS.get(scope["rung"], scope["rung"])
    shares = scope.get("site_prevalence") or {}
    stated = [f"{site} {wording.percent(float(share))}" for site, share in shares.items()]
    listed = wording.listed(stated) or "for no site"
    return [
        ("Intended use", wording.sentence(model["intended_use"])),
        ("Users", wording.sentence(model["intended_users"])),
        ("Patients", wording.sentence(scope.get("population") or model["population"])),
        ("Use for", _sentences(model["use_for"])),
        ("Do not use for", _sentences(model["do_not_use_for"])),
        ("Sites and extent", f"{wording.capital(rung)} at {wording.listed(list(scope['sites']))}."),
        ("Numbers of users and patients", f"Not recorded. Prevalence as stated: {listed}."),
    ]


def _site(documents: CaseDocuments) -> Iterator[Block]:
    """Yield what a hospital laid down, and what its people wrote about it."""
    site, said = documents.parts["site"], documents.authored
    dossier = site["dossier"]
    plan = dossier["plan"]
    yield written(documents, "Local environment and users", said["environment"])
    yield facts(f"As deployed at {dossier['site']}", _deployed(site, plan))
    yield written(documents, "Local customisations and what follows", said["customisations"])
    yield Table(
        title="Training",
        heads=(
            Head(title="Who", holds=Column.NAME),
            Head(title="In what"),
            Head(title="Completed", holds=Column.SHORT),
        ),
        rows=tuple(
            Row(cells=(one["who"], one["content"], wording.day(one["completed"])))
            for one in plan["training"]
        ),
        empty="No training is recorded.",
    )
    yield written(documents, "Taking it out of use", said["decommissioning"])
    open_ = [one for one in dossier["requirements"] if one["status"] != "met"]
    yield points(
        "What policy asks of the hospital and is not met",
        asked(open_),
        empty="Nothing: every requirement on the site dossier is met.",
    )


def _deployed(site: Document, plan: Document) -> list[tuple[str, str]]:
    """Return what runs at a hospital, how it is watched, and what people do without it."""
    dossier = site["dossier"]
    rung = verdicts.RUNGS.get(plan["rung"], plan["rung"])
    stopped = f"; the deployment is {site['stopped']}" if site["stopped"] else ""
    back = "Working without a model, by the downtime procedure."
    if dossier["rollback"] is not None:
        against = dossier["rollback"]["against"]
        back = f"{dossier['rollback']['version']}"
        back += f"; it cannot take over: {wording.sentence(against)}" if against else "."
    watched = plan["monitoring"]
    monitoring = "None is laid down."
    if watched is not None:
        monitoring = f"A window every {watched['every_days']} days, by {watched['owner']}."
    permits = f"Hold {plan['permit_minutes']} minutes; relied on for {plan['grace_minutes']} more "
    permits += "when the registry is away."
    rules = [f"{one['signal']}: {one['action']}" for one in plan["stop_rules"]]
    return [
        ("Site dossier", f"{dossier['number']}, {rung}{stopped}; {wording.short(site['digest'])}"),
        ("Configuration", wording.sentence(plan["configuration"]["description"])),
        ("Downtime procedure", wording.sentence(plan["downtime_procedure"])),
        ("Going back", back),
        ("Monitoring", monitoring),
        ("Stop rules", wording.sentence("; ".join(rules) or "none is laid down")),
        ("Permits", permits),
    ]


def management(documents: CaseDocuments) -> CaseSection:
    """Return section 3."""
    part = documents.parts["management"]
    plan, policy = part["plan"], part["policy"]
    blocks: list[Block] = []
    if plan is None:
        text = "NO RISK MANAGEMENT PLAN: nothing declares what is acceptable."
        blocks.append(Paragraphs(title="", paragraphs=(text,)))
    else:
        blocks += [facts("The plan", _plan(plan)), _people(plan["document"])]
    blocks.append(facts("Governance", _governance(policy)))
    return CaseSection(
        number=3,
        title="Clinical risk management system",
        source=from_records(documents),
        authored=False,
        lede="Who manages the clinical risk of this model, by which plan and which policy.",
        blocks=tuple(blocks),
    )


def _plan(plan: Document) -> list[tuple[str, str]]:
    """Return what a plan says, and who approved it."""
    said, by = plan["document"], plan["approved"]
    approved = "NOT APPROVED"
    if by is not None:
        registered = f" ({by['registration']})" if by["registration"] else ""
        approved = f"{by['by']['name']}, {by['role']}{registered}, {wording.moment(by['at'])}"
    return [
        ("Plan", f"{plan['number']}, {wording.short(plan['digest'])}"),
        ("Scope", wording.sentence(said["scope"])),
        ("Acceptable residual risk", f"Rated {said['acceptable_rating']} of 5 or lower."),
        ("Further criteria", wording.sentence(said["criteria"])),
        ("To be reviewed by", wording.day(said["review_by"])),
        ("Approved by", approved),
    ]


def _people(plan: Document) -> Table:
    """Return who takes part under a plan, and as what."""
    return Table(
        title="People under the plan",
        heads=(Head(title="Name", holds=Column.NAME), Head(title="Role")),
        rows=tuple(
            Row(cells=(one["name"], wording.capital(one["role"])), tone=Tone.PLAIN)
            for one in plan["people"]
        ),
        empty="The plan names nobody.",
    )


def _governance(policy: Document) -> list[tuple[str, str]]:
    """Return by which policy the version is reviewed."""
    combined = [f"{one['name']}/{one['version']}" for one in policy.get("combines", ())]
    name = wording.listed(combined) or f"{policy['name']}/{policy['version']}"
    return [
        ("Policy", f"{name}, risk tier {policy['tier']}, {wording.short(policy['digest'])}"),
        ("Decision", "By signed sign-offs over a frozen dossier; section 10 lists them."),
        ("Record", "Every act stands in an append-only log whose changes can be told."),
    ]
