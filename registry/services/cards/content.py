"""Content: dossier, decision and standing to what a card says; judgements come from the domain.

A card is a rendering of these documents and of nothing else: no clock, no query. Lists that a
long dossier would let run over page 1 are cut to its room, and what was cut is counted; the
sections after it flow over as many pages as they need, and none of them is cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from registry.domain.cards import verify_address
from registry.domain.judgements import gaps, records, verdicts, wording, workload
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.verdicts import Block, Ruling
from registry.services.cards import (
    changes,
    considerations,
    continued,
    data,
    deployments,
    groups,
    harm,
    performance,
    protocols,
    record,
    signatures,
    sites,
)
from registry.services.cards.documents import CardDocuments, issued_at
from registry.services.cards.measures import amount, measure
from registry.services.cards.room import EVERYTHING, FRONTS, Front
from reports.content import (
    Callout,
    CardContent,
    CostPanel,
    CostRow,
    Fact,
    Fairness,
    Headline,
    KeyFigure,
    Performance,
    Point,
    Section,
    SiteTable,
    Tone,
    Unit,
)

_CUT = "What is cut here stands whole at the head of page 2."


def content_of(documents: CardDocuments, front: Front = FRONTS[0]) -> CardContent:
    """Return what the card of these documents says; the same for the same documents.

    `front` is the room on page 1; by default it says all it can. What it has no room for stands
    whole on the next page.
    """
    return contents(documents)(front)


def contents(documents: CardDocuments) -> Callable[[Front], CardContent]:
    """Return what says for a room on page 1 what the card says.

    What hangs on no room is worked out once, however many are tried.
    """
    dossier = documents.dossier
    rest = _Rest(
        load=(load := workload.at_named_site(dossier)),
        all_sites=sites.full_table(dossier),
        performance=performance.page(dossier, load),
        fairness=groups.page(dossier),
        sections=_sections(documents),
    )
    whole = _content(documents, EVERYTHING, rest)

    def content(front: Front) -> CardContent:
        said = _content(documents, front, rest)
        more = continued.section(said, whole)
        return replace(said, continued=more, shortened=None if more is None else _CUT)

    return content


@dataclass(frozen=True, kw_only=True)
class _Rest:
    """What a card says whatever room page 1 has."""

    load: workload.Workload | None
    all_sites: SiteTable
    performance: Performance
    fairness: Fairness
    sections: tuple[Section, ...]


def _content(documents: CardDocuments, front: Front, rest: _Rest) -> CardContent:
    """Return what the card says where page 1 has this room."""
    dossier = documents.dossier
    model, version = dossier["model"], dossier["version"]
    ruling = verdicts.rule(
        dossier,
        decision=documents.decision,
        standing=documents.standing,
        signoffs=documents.signoffs,
    )
    key_title, figures, key_note = _key_figures(rest.load)
    slots, more_slots = signatures.slots(
        documents.signoffs, documents.awaited, front, decided=documents.decision is not None
    )
    conditions, more_conditions = signatures.conditions(documents.decision, front)
    return CardContent(
        model=str(model["name"]),
        version=int(version["number"]),
        title=wording.clipped(model["title"], front.title),
        summary=wording.clipped(model["summary"], front.summary),
        banner=verdicts.banner(documents.decision, documents.standing),
        standing=_standing(documents),
        reference=f"{model['name']}/{version['number']} · dossier {dossier['number']} · "
        f"{wording.short(documents.digest)}",
        issued_at=issued_at(documents),
        dossier_digest=documents.digest,
        facts=_facts(dossier, front),
        headline=_headline(ruling, front),
        use_for=_lines(model["use_for"], front.uses, front.use),
        do_not_use_for=_lines(model["do_not_use_for"], front.avoids, front.avoid),
        key_title=key_title,
        key_figures=figures,
        key_note=key_note,
        sites=sites.table(dossier, front),
        all_sites=rest.all_sites,
        worst=_worst(dossier, front),
        cost=_cost(dossier, rest.load, front),
        not_shown=wording.clipped(
            gaps.not_shown(dossier, front.subjects, front.subject), front.not_shown
        ),
        evidence_line=wording.clipped(records.evidence_line(dossier), front.line),
        conditions=conditions,
        conditions_more=more_conditions,
        objections=signatures.objections(documents.signoffs, front),
        signoffs=slots,
        signoffs_more=more_slots,
        performance=rest.performance,
        fairness=rest.fairness,
        sections=rest.sections,
        shortened=None,
        code=documents.code,
        verify_url=verify_address(documents.address or "", documents.code),
    )


def _sections(documents: CardDocuments) -> tuple[Section, ...]:
    """Return the sections after the third, in the order of their numbers."""
    return (
        considerations.section(documents),
        harm.section(documents),
        data.section(documents),
        protocols.section(documents),
        changes.section(documents),
        deployments.section(documents),
        record.section(documents),
    )


def _standing(documents: CardDocuments) -> str:
    """Return the small line over the headline: what the card is."""
    decision, standing = documents.decision, documents.standing
    banner = verdicts.banner(decision, standing)
    if decision is None:
        asked = wording.day(documents.dossier["opened"]["at"])
        words = f"Draft · review opened {asked}, not decided"
        return words if banner == "DRAFT" else f"{(banner or '').capitalize()} · {words}"
    on = wording.day(decision["decided"]["at"])
    if decision["outcome"] == "re-review":
        return f"{(banner or 'draft').capitalize()} · sent back on {on}, to be reviewed again"
    by = signatures.decided_by(decision["decided"])
    return f"{(banner or 'current').capitalize()} · decision of {on}: {decision['outcome']}{by}"


def _facts(dossier: Document, room: Front) -> tuple[Fact, ...]:
    scope, policy = dossier["scope"], dossier["policy"]
    current = dossier.get("in_use")
    in_use = "none"
    if current is not None:
        in_use = f"{current['model']}/{current['number']} since {wording.day(current['since'])}"
    rung = verdicts.RUNGS.get(scope["rung"], scope["rung"])
    asked = f"{rung}, {wording.shortened(list(scope['sites']), 3, 'site')}"
    population = scope.get("population") or dossier["model"]["population"]
    pairs = {
        "Reviewed for": wording.clipped(asked, room.fact),
        "Population": wording.clipped(str(population), room.fact),
        "Regulatory": wording.clipped(
            records.regulatory(dossier["model"]["regulatory"]), room.fact
        ),
        "Policy": f"{policy['name']} {policy['version']}, {policy['tier']}",
        "In use now": in_use,
    }
    return tuple(Fact(label=label, value=value) for label, value in pairs.items())


def _headline(ruling: Ruling, room: Front) -> Headline:
    """Return the headline; what blocks goes before what is open and does not gate."""
    points = [_point(block, "", room) for block in ruling.blocks]
    points += [_point(block, "Open, ", room) for block in ruling.open]
    rest = len(points) - room.points
    return Headline(
        text=wording.clipped(ruling.text, room.headline),
        tone=Tone(ruling.tone),
        because=tuple(wording.clipped(sentence, room.open) for sentence in ruling.because),
        points=tuple(points[: room.points]),
        more=f"{wording.counted(rest, 'more reason')}: all stand on page 2." if rest > 0 else None,
    )


def _point(block: Block, before: str, room: Front) -> Point:
    return Point(
        kind=wording.capital(f"{before}{block.kind}"),
        text=wording.clipped(block.brief if room.brief else block.text, room.point),
        tone=Tone(verdicts.TONES.get(block.kind, verdicts.UNSURE)),
    )


def _lines(lines: Sequence[str], most: int, length: int) -> tuple[str, ...]:
    if not lines:
        return ("Not stated.",)
    shown = [wording.clipped(line, length) for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"and {len(lines) - most} more, on page 2")
    return tuple(shown)


def _key_figures(load: workload.Workload | None) -> tuple[str, tuple[KeyFigure, ...], str]:
    if load is None:
        return (
            "What 1,000 exams would bring is not known: no site in scope has evidence",
            (),
            "",
        )
    share = wording.percent(load.prevalence)
    title = (
        f"In 1,000 exams at {wording.squeezed(load.site, 44)}, {share} of them with {load.finding}"
    )
    found, spared = load.exhibit.estimate("sensitivity"), load.exhibit.estimate("specificity")
    figures = (
        KeyFigure(
            label="Missed findings",
            measure=amount(load.missed),
            note=f"of {1000 * load.prevalence:,.0f} with it",
        ),
        KeyFigure(
            label="False alerts",
            measure=amount(load.false_alerts),
            note=f"of {1000 * (1 - load.prevalence):,.0f} without it",
        ),
        KeyFigure(
            label="Sensitivity",
            measure=measure(found, Unit.PERCENT),
            note=_rests_on(found, load.exhibit.count("positives")),
        ),
        KeyFigure(
            label="Specificity",
            measure=measure(spared, Unit.PERCENT),
            note=_rests_on(spared, load.exhibit.count("negatives")),
        ),
    )
    note = f"95% intervals; prevalence {load.source}"
    note += ", if sensitivity and specificity carry over" if load.carried else ""
    note += f"; {load.exhibit.kind}, as deployed."
    return title, figures, f"{note}{workload.beside(load)}"


def _rests_on(estimate: Document, count: int) -> str:
    if estimate.get("value") is None:
        return str(estimate.get("undefined") or "undefined")
    return f"rests on {count:,}"


def _worst(dossier: Document, room: Front) -> Callout:
    worst = gaps.worst_subgroup(dossier)
    tone = Tone.BAD if worst.below else Tone.PLAIN if worst.enough else Tone.UNSURE
    return Callout(
        title="Worst subgroup",
        measure=measure(worst.exhibit.estimate(worst.metric), Unit.PERCENT)
        if worst.exhibit is not None
        else None,
        unit_words=worst.metric,
        subject=wording.squeezed(worst.subject, 60),
        note=wording.clipped(worst.note, room.note),
        tone=tone,
    )


def _cost(dossier: Document, load: workload.Workload | None, room: Front) -> CostPanel:
    title = "Cost per 1,000 exams"
    if load is None:
        return CostPanel(title=title, rows=(), note="Unknown: no site in scope has evidence.")
    comparison = workload.costs(dossier, load)
    rows = tuple(
        CostRow(label=wording.squeezed(way.label, 40), measure=amount(way.amount), own=way.own)
        for way in comparison.ways
        if way.amount.value is not None
    )
    note = f"At {wording.squeezed(load.site, 34)}. {comparison.note}"
    return CostPanel(title=title, rows=rows, note=wording.clipped(note, room.note))
