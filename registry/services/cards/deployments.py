"""Deployments: how far use may go, on what conditions, how it is watched, and what ends it."""

from registry.domain.judgements import asked, rungs, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.policies import TierRules, from_document
from registry.services.cards import blocks
from registry.services.cards.documents import CardDocuments
from reports.content import (
    DEPLOYMENT,
    Block,
    Cell,
    Column,
    Head,
    Ladder,
    Row,
    Rung,
    Section,
    Table,
    Tone,
)


def section(documents: CardDocuments) -> Section:
    """Return section 9."""
    dossier, decision = documents.dossier, documents.decision
    rules = _rules(documents)
    found: list[Block] = [
        _ladder(documents, rules),
        *blocks.points("Decision", rungs.limits(decision, documents.standing)),
        _asked(dossier),
        *_training(dossier),
        _conditions(decision),
        *blocks.points("Waivers", rungs.waived(decision)),
        *blocks.points("Monitoring", rungs.monitoring(dossier)),
        *blocks.facts(
            "What ends or voids the approval",
            rungs.endings(dossier, decision, rules),
            ("When", "What follows"),
        ),
    ]
    text = f"The review is about {verdicts.permission(dossier)}."
    return Section(heading=DEPLOYMENT, lede=text, blocks=tuple(found))


def _rules(documents: CardDocuments) -> TierRules | None:
    """Return what the policy asks at the tier, where it is at hand."""
    if documents.policy is None:
        return None
    return from_document(documents.policy).rules(documents.dossier["policy"]["tier"])


def _ladder(documents: CardDocuments, rules: TierRules | None) -> Ladder:
    """Return the rungs; the one that was reviewed stands as the headline says."""
    dossier, decision = documents.dossier, documents.decision
    ruling = verdicts.rule(
        dossier, decision=decision, standing=documents.standing, signoffs=documents.signoffs
    )
    policy = dossier["policy"]
    note = "" if rules is None else f"What is asked, by {policy['name']} {policy['version']}."
    return Ladder(
        title="Rungs of use",
        rungs=tuple(
            Rung(
                name=one.name,
                state=f"{one.state}.",
                text=one.asks,
                tone=Tone(one.tone),
                reached=one.permitted,
            )
            for one in rungs.ladder(dossier, decision, ruling, rules)
        ),
        note=note,
    )


def _asked(dossier: Document) -> Table:
    """Return all that policy asked of the dossier, as it was judged when it was frozen."""
    policy = dossier["policy"]
    return Table(
        title=f"What {policy['name']} {policy['version']} asks at the tier {policy['tier']}",
        heads=(
            Head(title="Asked, and why it is as it is", holds=Column.TEXT, share=82),
            Head(title="Verdict", holds=Column.VERDICT, share=18),
        ),
        rows=tuple(
            Row(cells=(one.text, one.label), tone=Tone(one.tone)) for one in asked.lines(dossier)
        ),
        empty=asked.NOTHING,
        note="Criteria stand in section 7, sign-offs in section 10.",
    )


def _training(dossier: Document) -> tuple[Table, ...]:
    """Return who completed the training that policy asks for, where it asks for any."""
    found = asked.training(dossier)
    if not found:
        return ()
    return (
        Table(
            title="Training that policy asks for",
            heads=(
                Head(title="Person", holds=Column.NAME, share=25),
                Head(title="Roles", share=30),
                Head(title="Completed", share=45),
            ),
            rows=tuple(Row(cells=(one.name, one.roles, one.completed)) for one in found),
        ),
    )


def _conditions(decision: Document | None) -> Table:
    """Return every condition of the decision whole, open ones first."""
    return Table(
        title="Conditions",
        heads=(
            Head(title="No.", holds=Column.NAME, share=7),
            Head(title="Condition", share=45),
            Head(title="When", share=13),
            Head(title="Owner and verifier", share=19),
            Head(title="State", holds=Column.VERDICT, share=16),
        ),
        rows=tuple(_row(one) for one in rungs.conditions(decision)),
        empty="None have been set.",
    )


def _row(one: Document) -> Row:
    still_open = one["state"] == "open"
    needed = one.get("evidence_needed")
    state = "open" if still_open else "closed"
    if one.get("closed_at"):
        state = f"closed {wording.day(one['closed_at'])}"
    return Row(
        cells=(
            f"C-{one['number']}",
            Cell(
                text=rungs.condition(one),
                under=f"To be shown by: {wording.sentence(needed)}" if needed else "",
            ),
            Cell(text=one["when"], under=f"due {wording.day(one['due'])}" if one["due"] else ""),
            Cell(text=one["owner"]["name"], under=f"verified by {one['verifier']['name']}"),
            state,
        ),
        tone=Tone.UNSURE if still_open else Tone.GOOD,
    )
