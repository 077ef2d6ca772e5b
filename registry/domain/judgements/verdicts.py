"""Verdicts: what policy permits or blocks, and everything that blocks, worst first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registry.domain import scopes, waivers
from registry.domain.judgements import alike, wording
from registry.domain.judgements.exhibits import Document

MET, NOT_MET = "met", "not met"
INSUFFICIENT, MISSING, NOT_ASSESSED = "insufficient evidence", "missing", "not assessed"
NOT_JUDGED = "not judged"
OBJECTION = "objection"
STANDARDISED = "site-standardised"

SEVERITY: Final = (OBJECTION, NOT_MET, INSUFFICIENT, MISSING, NOT_ASSESSED)
ORDER: Final = (*SEVERITY, MET, NOT_JUDGED)  # the worst first
RUNGS: Final[Mapping[str, str]] = {
    "silent": "silent running",
    "pilot": "pilot use",
    "general": "general use",
}
GOOD, BAD, UNSURE, PLAIN = "good", "bad", "unsure", "plain"
TONES: Final[Mapping[str, str]] = {
    MET: GOOD,
    NOT_MET: BAD,
    OBJECTION: BAD,
    INSUFFICIENT: UNSURE,
    MISSING: UNSURE,
    NOT_ASSESSED: UNSURE,
    NOT_JUDGED: PLAIN,
}
BLOCKING_ROLE: Final = "clinical safety officer"
APPROVALS: Final = {"approve", "approve with conditions"}
_OVER: Final = ("superseded", "suspended", "lapsed")
_DIFFERENCE = "difference by "
_IN_HEADLINE = 2  # reasons
_SITES_MOST, _NAME_MOST = 3, 34
BLOCKS: Final = "Policy blocks"  # how the headline of what is not permitted begins
_NO_PROOF = "No criterion gates it: this is no proof of performance."


@dataclass(frozen=True, kw_only=True)
class Block:
    """One thing that stands against use.

    Attributes
    ----------
    kind : str
        A verdict, or that it is an objection.
    text : str
        All that is to be said of it.
    brief : str
        The same without the reason behind the numbers.
    clause : str
        What a headline says of it.
    """

    kind: str
    text: str
    brief: str
    clause: str


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The headline with its tone, the sentences under it, what blocks, and what is open.

    What is `open` was judged and not met, at a rung where policy lets no criterion block.
    """

    text: str
    tone: str
    because: tuple[str, ...]
    blocks: tuple[Block, ...]
    open: tuple[Block, ...] = ()


def combined(verdicts: Sequence[str]) -> str:
    """Return the verdict over several strata: the worst of them; "not judged" of none."""
    for word in SEVERITY:
        if word in verdicts:
            return word
    return MET if verdicts else NOT_JUDGED


def of_stratum(dossier: Document, by: Mapping[str, object], about: str | None = None) -> str:
    """Return the verdict over every criterion that judged exactly this stratum.

    Of several findings over all of them, unless it is asked about one.
    """
    return combined(
        [
            c["verdict"]
            for c in dossier["criteria"]
            if c.get("by") == by and (about is None or c.get("finding") in {None, about})
        ]
    )


def permission(dossier: Document) -> str:
    """Return what is asked for: ``pilot use at Hungary``."""
    scope = dossier["scope"]
    names = [wording.squeezed(site, _NAME_MOST) for site in scope["sites"]]
    sites = wording.shortened(names, _SITES_MOST, "site")
    what = RUNGS.get(scope["rung"], scope["rung"])
    return f"{what} at {sites}" if sites else what


def blocking(
    dossier: Document, signoffs: Sequence[Document] = (), waived: Sequence[Document] = ()
) -> tuple[Block, ...]:
    """Return all that stands against use in the scope, the worst first.

    Only criteria in scope that gate block; those of other sites stand in the tables with their
    verdicts. What the waivers of a decision bridge does not block.
    """
    bridges = [waivers.read(one["document"]) for one in waived]
    found = [_objection(s) for s in objections(signoffs) if s["role"] == BLOCKING_ROLE]
    found += _criteria(
        [
            c
            for c in scopes.unmet(dossier["criteria"])
            if not any(waivers.bridges_criterion(one, c) for one in bridges)
        ]
    )
    found += [
        _requirement(r)
        for r in dossier["requirements"]
        if r["status"] != MET and not any(waivers.bridges_requirement(one, r) for one in bridges)
    ]
    return _worst_first(found)


def ungated(dossier: Document) -> tuple[Block, ...]:
    """Return the criteria in scope that policy lets not block and that are not met, worst first."""
    freed = [{**c, "gates": True} for c in dossier["criteria"] if not c["gates"]]
    return _worst_first(_criteria(scopes.unmet(freed)))


def gating(dossier: Document) -> str | None:
    """Return the sentence about criteria that do not gate the rung; None where they all do.

    It names everything that is open, so that a permission is never read as a proof.
    """
    here = [c for c in dossier["criteria"] if c["in_scope"]]
    if not here or all(c["gates"] for c in here):
        return None
    rung = dossier["scope"]["rung"]
    text = f"Criteria do not gate {RUNGS.get(rung, rung)}"
    text += ": no score reaches anybody. " if rung == "silent" else " under this policy. "
    clauses = list(dict.fromkeys(block.clause for block in ungated(dossier)))
    judged = wording.listed(clauses) if clauses else "every criterion in scope is met"
    return f"{text}Judged all the same: {judged}."


def _worst_first(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(sorted(blocks, key=lambda block: _severity(block.kind)))


def objections(signoffs: Sequence[Document]) -> tuple[Document, ...]:
    """Return the objections that stand: neither withdrawn nor void."""
    return tuple(s for s in signoffs if s["meaning"] == "object" and stands(s))


def stands(signoff: Document) -> bool:
    """Tell whether a sign-off still counts as given."""
    return not signoff.get("void") and signoff.get("withdrawn_at") is None


def rule(
    dossier: Document,
    *,
    decision: Document | None,
    standing: Document | None,
    signoffs: Sequence[Document] = (),
) -> Ruling:
    """Say what policy permits or blocks; nothing that blocks is ever under a permission.

    Where criteria do not gate the rung, it says so and what they found, permitted or not.
    """
    ruling = _rule(dossier, decision=decision, standing=standing, signoffs=signoffs)
    sentence = gating(dossier)
    if sentence is None:
        return ruling
    permitted = not ruling.text.startswith(BLOCKS)
    return Ruling(
        text=f"{ruling.text} {_NO_PROOF}" if permitted else ruling.text,
        tone=UNSURE if permitted else ruling.tone,
        because=(*ruling.because, sentence),
        blocks=ruling.blocks,
        open=ungated(dossier),
    )


def _rule(
    dossier: Document,
    *,
    decision: Document | None,
    standing: Document | None,
    signoffs: Sequence[Document],
) -> Ruling:
    """Say what policy permits or blocks, before a word about what does not gate."""
    what = permission(dossier)
    waived = decision.get("waivers", ()) if decision is not None else ()
    blocks = blocking(dossier, signoffs, waived)
    ended = _ended(dossier, standing)
    if ended is not None:
        return _blocked(what, ended, blocks)
    outcome = decision["outcome"] if decision is not None else None
    if decision is not None and outcome == "decline":
        return _blocked(what, _declined(decision, blocks), blocks)
    if decision is not None and outcome not in APPROVALS:
        return _blocked(what, _sent_back(blocks), blocks)
    if blocks:
        return _blocked(what, _reason(blocks), blocks)
    if decision is None:
        return Ruling(
            text=f"{BLOCKS}: {what}, because it has not been decided.",
            tone=UNSURE,
            because=("Nothing that policy asks short of sign-offs and decision is missing.",),
            blocks=(),
        )
    return _permitted(what, decision)


def banner(decision: Document | None, standing: Document | None) -> str | None:
    """Return the word across every page, or None on a card that is current and decided."""
    state = standing["state"] if standing is not None else None
    if state in {"declined", *_OVER}:
        return str(state).upper()
    if decision is not None and decision["outcome"] == "decline":
        return "DECLINED"
    if decision is None or decision["outcome"] not in APPROVALS or state == "draft":
        return "DRAFT"
    return None


def describe(criterion: Document, *, why: bool = True) -> str:
    """Return one criterion as a sentence: what was measured, what was required, and why."""
    metric = criterion["metric"]
    name = wording.inside(wording.label(metric))
    subject = _subject(criterion)
    text = (
        f"{wording.name_of(str(criterion['id']))}: {name}{wording.of_finding(criterion)} {subject}"
    )
    if criterion["verdict"] != NOT_ASSESSED:
        text += f" is {wording.with_interval(criterion, metric, value='measured')}"
    if criterion.get("required") is not None:
        bound = wording.figure(criterion["required"], metric)
        text += f", {criterion['comparison']} {bound} required"
    because = (criterion.get("because") or "").strip() if why else ""
    return wording.sentence(f"{text}; {because}" if because else text)


def compared(criterion: Document) -> str | None:
    """Return the attribute whose groups a criterion compares; None where it compares none."""
    over = str(criterion.get("over") or "")
    if over.startswith(_DIFFERENCE):
        return over.removeprefix(_DIFFERENCE)
    attribute: str | None = criterion.get("attribute")
    return attribute


def _subject(criterion: Document) -> str:
    by = criterion.get("by") or {}
    words = wording.stratum(by)
    place = f"at {words}" if set(by) == {"site"} else f"in {words}"
    attribute = compared(criterion)
    if attribute is not None:
        within = " within the same sites" if criterion.get("basis") == STANDARDISED else ""
        return f"by {wording.attribute(attribute)}{within}{f' {place}' if by else ''}"
    if not by and criterion.get("over") == "pooled external":
        return "over the external sites"
    return place


def _criteria(unmet: Sequence[Document]) -> list[Block]:
    """Return what blocks: each criterion that does, or one line for the many sites of one."""
    found: list[Block] = []
    for group in alike.groups(unmet):
        if len(group) <= _SITES_MOST:
            found += [_criterion(c) for c in group]
            continue
        clause = f"{alike.name(group)} {_ending(group[0])}"
        text, brief = alike.sentences(group, clause)
        found.append(Block(kind=group[0]["verdict"], text=text, brief=brief, clause=clause))
    return found


def _ending(criterion: Document) -> str:
    """Return how a clause about a criterion that is not met ends."""
    return {
        NOT_MET: "does not reach what was agreed",
        INSUFFICIENT: "rests on too little evidence",
    }.get(criterion["verdict"], "was not assessed")


def _criterion(criterion: Document) -> Block:
    name = wording.inside(wording.label(criterion["metric"]))
    clause = f"{name}{wording.of_finding(criterion)} {_subject(criterion)} {_ending(criterion)}"
    brief = describe(criterion, why=False)
    return Block(kind=criterion["verdict"], text=describe(criterion), brief=brief, clause=clause)


def _requirement(requirement: Document) -> Block:
    text = wording.sentence(requirement["text"])
    if requirement.get("because"):
        text += f" {wording.sentence(requirement['because'])}"
    if requirement.get("waits_for"):
        text += f" Waits for: {requirement['waits_for']}."
    asked = wording.inside(requirement["text"].rstrip("."))
    ending = {MISSING: "is missing", NOT_MET: "is not met"}.get(
        requirement["status"], "rests on too little evidence"
    )
    clause = f"“{asked}” {ending}"
    return Block(kind=requirement["status"], text=text, brief=text, clause=clause)


def _objection(signoff: Document) -> Block:
    who, role = signoff["person"]["name"], signoff["role"]
    text = wording.sentence(f"{who}, {role}: {signoff['reasons']}")
    return Block(kind=OBJECTION, text=text, brief=text, clause=f"the {role} objects")


def _severity(kind: str) -> int:
    return SEVERITY.index(kind) if kind in SEVERITY else len(SEVERITY)


def _ended(dossier: Document, standing: Document | None) -> str | None:
    """Return why a version that may once have been permitted no longer is."""
    state = standing["state"] if standing is not None else None
    if standing is None or state not in _OVER:
        return None
    version = f"{dossier['version']['model']}/{dossier['version']['number']}"
    since = wording.day(standing["since"])
    if state == "superseded":
        return f"{standing.get('by') or 'a later version'} superseded {version} on {since}"
    reason = (standing.get("reason") or "").strip().rstrip(".")
    if state == "lapsed":
        return f"the approval of {version} lapsed on {since}; a new review must be decided"
    words = f"{version} has been suspended since {since}"
    return f"{words}: {wording.inside(reason)}" if reason else words


def _sent_back(blocks: Sequence[Block]) -> str:
    asked = "the decision asks for another review"
    return f"{asked}: {_reason(blocks)}" if blocks else asked


def _declined(decision: Document, blocks: Sequence[Block]) -> str:
    if blocks:
        return f"it was declined: {_reason(blocks)}"
    sentences = decision.get("blocked_by") or ()
    why = f": {wording.inside(sentences[0].rstrip('.'))}" if sentences else ""
    return f"{decision['decided']['by']['name']} declined it{why}"


def _reason(blocks: Sequence[Block]) -> str:
    clauses = list(dict.fromkeys(block.clause for block in blocks))
    if len(clauses) <= _IN_HEADLINE:
        return wording.listed(clauses)
    rest = wording.counted(len(clauses) - _IN_HEADLINE, "more reason")
    return f"{', '.join(clauses[:_IN_HEADLINE])}, and {rest}"


def _blocked(what: str, reason: str, blocks: tuple[Block, ...]) -> Ruling:
    settled = not blocks or any(block.kind in {NOT_MET, OBJECTION} for block in blocks)
    return Ruling(
        text=f"{BLOCKS}: {what}, because {reason}.",
        tone=BAD if settled else UNSURE,
        because=(),
        blocks=blocks,
    )


def _permitted(what: str, decision: Document) -> Ruling:
    waiting = [c for c in decision["conditions"] if c["state"] == "open"]
    before = [str(c["number"]) for c in waiting if c["when"] == "before go-live"]
    after = [str(c["number"]) for c in waiting if c["when"] != "before go-live"]
    because = []
    if after:
        noun = "Condition" if len(after) == 1 else "Conditions"
        because.append(f"{noun} {wording.listed(after)} must be closed after go-live.")
    if decision.get("valid_until"):
        because.append(f"Valid until {wording.day(decision['valid_until'])}.")
    waived = [waivers.sentence(one["document"]) for one in decision.get("waivers", ())]
    because = [*waived, *because]
    if waived:
        what += f", under {wording.counted(len(waived), 'waiver')}"
    if not before:
        text, tone = f"Policy permits: {what}.", UNSURE if waived else GOOD
    else:
        noun = "condition" if len(before) == 1 else "conditions"
        verb = "is" if len(before) == 1 else "are"
        text = f"Policy permits: {what}, once {noun} {wording.listed(before)} {verb} closed."
        tone = UNSURE
    return Ruling(text=text, tone=tone, because=tuple(because), blocks=())
