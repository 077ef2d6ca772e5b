"""Rungs: how far a decision lets a version go, what the next step asks, and what ends it."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.domain import waivers
from registry.domain.checks import covers
from registry.domain.judgements import verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE, Ruling
from registry.domain.policies import Rung, RungRules, TierRules
from registry.domain.policies.deployments import STANDARD
from registry.domain.scopes import Scope

_ENDED = frozenset({"superseded", "suspended", "lapsed", "declined"})
_OF_SITE = "At each hospital: "


@dataclass(frozen=True, kw_only=True)
class Step:
    """One rung: its name, whether this decision permits it, and what policy asks for it."""

    name: str
    state: str
    asks: str
    permitted: bool
    tone: str


def ladder(
    dossier: Document, decision: Document | None, ruling: Ruling, rules: TierRules | None
) -> tuple[Step, ...]:
    """Return the rungs in their order, from silent running to general use.

    Parameters
    ----------
    dossier, decision : Document
    ruling : Ruling
        The headline of the card: what it permits or blocks, the rung does.
    rules : TierRules or None
        What the policy under which the review was opened asks at the tier; None where it is
        not at hand, and then nothing is said of what a rung asks.
    """
    scope = Scope.read(dossier["scope"])
    return tuple(
        _covered(dossier, decision, ruling, rules, rung)
        if covers(scope, sites=(), rung=rung)
        else _beyond(rules, rung)
        for rung in Rung
    )


def _covered(
    dossier: Document,
    decision: Document | None,
    ruling: Ruling,
    rules: TierRules | None,
    rung: Rung,
) -> Step:
    """Return the rung that was reviewed, or one below it: what the headline says holds for both."""
    sites = wording.listed(list(dossier["scope"]["sites"])) or "no site"
    permitted = not ruling.text.startswith(verdicts.BLOCKS)
    word = "permitted" if permitted else "blocked"
    if permitted and _before(decision):
        word = "permitted, once its conditions before go-live are closed,"
    less = rung != dossier["scope"]["rung"]
    return Step(
        name=wording.capital(verdicts.RUNGS[rung]),
        state=f"{word} at {sites}{', being less than what was reviewed' if less else ''}",
        asks="" if rules is None else asks_for(rules, rung),
        permitted=permitted,
        tone=ruling.tone,
    )


def _beyond(rules: TierRules | None, rung: Rung) -> Step:
    """Return a rung beyond the one that was reviewed: no decision reaches it."""
    closed = rules is not None and rung not in rules.rungs
    return Step(
        name=wording.capital(verdicts.RUNGS[rung]),
        state="not permitted at this tier" if closed else "needs a review of its own",
        asks="" if rules is None else asks_for(rules, rung),
        permitted=False,
        tone=PLAIN,
    )


def _before(decision: Document | None) -> list[Document]:
    """Return the open conditions for which use must wait."""
    every = decision["conditions"] if decision is not None else ()
    return [c for c in every if c["state"] == "open" and c["when"] == "before go-live"]


def conditions(decision: Document | None) -> list[Document]:
    """Return the conditions of a decision, open ones first."""
    every = decision["conditions"] if decision is not None else ()
    return sorted(every, key=lambda c: (c["state"] != "open", c["number"]))


def condition(one: Document) -> str:
    """Return a condition in a sentence: where it holds, what it asks, and what follows if not."""
    words = one["text"] if not one.get("site") else f"{one['site']}: {one['text']}"
    if not one.get("consequence"):
        return str(words)
    return f"{wording.sentence(words)} Otherwise: {wording.sentence(one['consequence'])}"


def asks_for(rules: TierRules, rung: Rung) -> str:
    """Return what policy asks for one rung at this tier, in a sentence or two."""
    if rung not in rules.rungs:
        allowed = wording.listed([verdicts.RUNGS[one] for one in rules.rungs]) or "no use at all"
        return f"The tier permits {allowed}."
    gates = "criteria gate it" if rules.gates(rung) else "criteria are judged and do not gate it"
    words = [gates]
    order = list(Rung)
    words += [
        f"document: {one.kind}"
        for one in rules.documents
        if order.index(one.from_rung) <= order.index(rung)
    ]
    site = rules.deployments.at(rung.value) if rules.deployments else STANDARD[rung.value]
    local = wording.listed(list(_local(site)))
    text = wording.sentence("; ".join(words))
    return f"{text} {_OF_SITE}{local}." if local else text


def _local(rules: RungRules) -> Iterator[str]:
    """Yield what a hospital's own dossier must show."""
    for asked, words in (
        (rules.silent_plan, "a plan of the silent run"),
        (rules.silent_results, "the results of the silent run"),
        (rules.local_evidence, "local acceptance evidence whose criteria are met"),
        (rules.performance, "a monitoring window with the verdict met"),
        (rules.training, "trained users"),
        (rules.monitoring_plan, "a monitoring plan"),
        (rules.stop_rules, "stop rules"),
        (rules.rollback, "a way back"),
        (rules.safety_case, "the signed safety case of the release"),
    ):
        if asked:
            yield words
    if rules.days_before:
        yield f"{rules.days_before} days on the rung before"


def limits(decision: Document | None, standing: Document | None) -> tuple[Line, ...]:
    """Return until when the decision holds and how it stands now."""
    if decision is None:
        text = "There is none: nothing is permitted."
        return (Line(label="Decision", text=text, tone=UNSURE),)
    decided = decision["decided"]
    text = f"{wording.capital(decision['outcome'])}, {wording.moment(decided['at'])}, "
    text += f"by {decided['by']['name']}."
    if decision.get("reasons"):
        text += f" {wording.sentence(decision['reasons'])}"
    lines = [Line(label="Decision", text=text)]
    if decision.get("valid_until"):
        text = f"By {wording.day(decision['valid_until'])}; on that day the approval ends, and "
        text += "only a new review can renew it."
        lines.append(Line(label="Re-validation due", text=text))
    if standing is not None:
        state = str(standing["state"])
        text = f"{wording.capital(state)} since {wording.moment(standing['since'])}."
        if standing.get("by"):
            text += f" By {standing['by']}."
        if standing.get("reason"):
            text += f" {wording.sentence(standing['reason'])}"
        tone = BAD if state in _ENDED else GOOD if state == "current" else UNSURE
        lines.append(Line(label="Standing", text=text, tone=tone))
    return tuple(lines)


def waived(decision: Document | None) -> tuple[Line, ...]:
    """Return the waivers that the decision rests on, each with its verdict and its last day."""
    found = decision.get("waivers", ()) if decision is not None else ()
    lines = []
    for one in found:
        stated = one["document"]
        text = f"{waivers.sentence(stated)} Because: {wording.sentence(stated['reason'])}"
        bridged = " ".join(wording.sentence(sentence) for sentence in stated["bridges"])
        lines.append(
            Line(
                label=f"Waiver {stated['number']}",
                text=f"{text} It bridges: {bridged}" if bridged else text,
                tone=UNSURE,
            )
        )
    return tuple(lines)


def endings(
    dossier: Document, decision: Document | None, rules: TierRules | None
) -> tuple[Line, ...]:
    """Return what ends or voids the approval, one line for each way."""
    if decision is not None and decision["outcome"] not in verdicts.APPROVALS:
        text = f"There is none that could end: the decision was {decision['outcome']}."
        return (Line(label="No approval", text=text),)
    before = "Any change inside the dossier makes another dossier and voids the sign-offs over it."
    after = "Nothing changes this dossier any more. What becomes known later stands beside it as "
    after += "new information, and can suspend the version or call a new review."
    lines = [
        Line(label="Change", text=before if decision is None else after),
        Line(label="Files", text="The decision is about the digests of section 6: other files, "
             "another version."),
    ]  # fmt: skip
    late = [one for one in (decision or {}).get("conditions", ()) if one["state"] == "open"]
    for one in late:
        does = "suspends the version" if one.get("on_overdue") == "suspend" else "is reported"
        if one.get("due"):
            text = f"C-{one['number']}, if open after {wording.day(one['due'])}, {does}: "
            text += wording.sentence(one.get("consequence") or "no consequence stated")
            lines.append(Line(label="Condition late", text=text))
    if rules is None:
        return tuple(lines)
    text = f"An approval holds {rules.months} months at most at the tier "
    lines.append(Line(label="Policy", text=f"{text}{dossier['policy']['tier']}."))
    if rules.waivers is not None:
        verb = "suspends the version" if rules.waivers.on_expiry == "suspend" else "is reported"
        lines.append(Line(label="Waiver over", text=f"A waiver that expires {verb}; the verdict "
                          "counts again."))  # fmt: skip
    if rules.on_dataset_withdrawn is not None:
        words = [
            f"one of {what} {'suspends the version' if does == 'suspend' else 'is reported'}"
            for what, does in (
                ("training", rules.on_dataset_withdrawn.training),
                ("evidence", rules.on_dataset_withdrawn.evidence),
            )
        ]
        text = f"When a dataset is withdrawn, {wording.listed(words)}."
        lines.append(Line(label="Data withdrawn", text=text))
    return tuple(lines)


def monitoring(dossier: Document) -> tuple[Line, ...]:
    """Return the monitoring plan as far as the dossier holds one, and where stop rules stand."""
    stated = next((one for one in dossier["statements"] if one["consideration"] == _DECAY), None)
    kind = "missing" if stated is None else stated["kind"]
    if stated is None or kind == "missing":
        text, tone = "MISSING: consideration 9 says nothing.", BAD
    elif kind == "stated":
        text, tone = wording.sentence(stated["text"] or ""), PLAIN
    else:
        text = f"Not available: {wording.sentence(stated.get('reason') or 'no reason given')}"
        tone = UNSURE
    windows = [one for one in dossier["evidence"] if one["purpose"] == "monitoring"]
    seen = [f"evidence {one['number']}" for one in windows]
    return (
        Line(label="Plan, consideration 9", text=text, tone=tone),
        Line(
            label="Stop rules",
            text="This dossier holds none: each hospital lays down its own in its site dossier, "
            "and its safety officer and executive sign them.",
        ),
        Line(
            label="Windows measured",
            text=wording.sentence(wording.listed(seen)) if seen else "None yet.",
        ),
    )


_DECAY = 9
