"""Continued: what page 1 had no room for, whole, at the head of page 2."""

from reports.content import (
    DECIDE,
    Block,
    CardContent,
    Fact,
    Facts,
    Paragraphs,
    Point,
    Points,
    Section,
    Tone,
)

LEDE = "What page 1 had no room for, whole and in the same words."


def section(front: CardContent, whole: CardContent) -> Section | None:
    """Return what stands otherwise where page 1 has all the room; None where nothing does.

    Sites, conditions and sign-offs are not repeated: sections 3, 9 and 10 hold all of them.
    """
    blocks = (*_headline(front, whole), *_uses(front, whole), *_facts(front, whole))
    return Section(heading=DECIDE, lede=LEDE, blocks=blocks) if blocks else None


def _headline(front: CardContent, whole: CardContent) -> list[Block]:
    found: list[Block] = []
    told = [front.headline.text, *front.headline.because]
    if told != [whole.headline.text, *whole.headline.because]:
        paragraphs = (whole.headline.text, *whole.headline.because)
        found.append(Paragraphs(title="What policy permits or blocks", paragraphs=paragraphs))
    if front.headline.points != whole.headline.points:
        found.append(Points(title="Why", points=whole.headline.points))
    if front.objections != whole.objections:
        found.append(Points(title="Objections", points=whole.objections))
    return found


def _uses(front: CardContent, whole: CardContent) -> list[Block]:
    pairs = (
        ("Do not use it to", front.do_not_use_for, whole.do_not_use_for, Tone.BAD),
        ("Not shown to work in", (front.not_shown,), (whole.not_shown,), Tone.UNSURE),
        ("Use it to", front.use_for, whole.use_for, Tone.GOOD),
    )
    points = [
        Point(kind=f"{label}:", text=line, tone=tone)
        for label, said, lines, tone in pairs
        if said != lines
        for line in lines
    ]
    return [Points(title="For what, and for whom", points=tuple(points))] if points else []


def _facts(front: CardContent, whole: CardContent) -> list[Block]:
    pairs = [
        ("Title", front.title, whole.title),
        ("Summary", front.summary, whole.summary),
        *((a.label, a.value, b.value) for a, b in zip(front.facts, whole.facts, strict=True)),
        ("Evidence", front.evidence_line, whole.evidence_line),
        (whole.worst.title, front.worst.note, f"{whole.worst.subject}. {whole.worst.note}"),
        (whole.cost.title, front.cost.note, whole.cost.note),
    ]
    facts = tuple(
        Fact(label=label, value=said)
        for label, cut, said in pairs
        if cut != said and cut not in said
    )
    return [Facts(title="About the model and its evidence", facts=facts)] if facts else []
