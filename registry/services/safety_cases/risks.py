"""Risks: analysis, evaluation and control of the hazards, and the log they stand on."""

from collections.abc import Iterator

from registry.domain.judgements import cases, hazards, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.hazards import Hazard
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.marks import from_records, point, points
from reports.content import Block, Cell, Column, Head, Paragraphs, Points, Row, Table, Tone
from reports.safety_case import CaseSection

NO_LOG = "There is no hazard log."
_LEDE = 420  # letters; every hazard stands in the table below


def glance(documents: CaseDocuments) -> tuple[Block, ...]:
    """Return the residual risk and the criteria in few words, for the first page."""
    found = hazards.matrix(documents.view)
    sentences = (
        wording.clipped(hazards.lede(documents.view), _LEDE),
        cases.tested(documents.dossier),
    )
    blocks: list[Block] = [Paragraphs(title="", paragraphs=sentences)]
    if found is not None:
        blocks.append(
            Table(
                title="",
                heads=(
                    Head(title="Initial rating", holds=Column.NAME),
                    *(Head(title=f"counts as {c}", holds=Column.NUMBER) for c in found.columns),
                ),
                rows=tuple(
                    Row(cells=(row, *(str(count or "–") for count in counts)))
                    for row, counts in found.rows
                ),
                note=f"Hazards by their initial rating and by the rating that counts now, of 5; "
                f"acceptable is {found.acceptable} or lower.",
            )
        )
    return tuple(blocks)


def analysis(documents: CaseDocuments) -> CaseSection:
    """Return section 4: what may go wrong, by what, and what it would do to a patient."""
    found = _hazards(documents)
    heads = (
        Head(title="Hazard", holds=Column.NAME, share=20),
        Head(title="What could happen", share=28),
        Head(title="Causes", share=18),
        Head(title="Harm", share=17),
        Head(title="Initial risk", share=17),
    )
    by_number = {one["number"]: one for one in _listed(documents)}
    rows = tuple(
        Row(
            cells=(
                Cell(text=f"{one.number} {one.name}"),
                wording.sentence(by_number[one.number]["description"]),
                one.cause,
                one.harm,
                wording.capital(one.initial),
            )
        )
        for one in found
    )
    return CaseSection(
        number=4,
        title="Clinical risk analysis",
        source=from_records(documents),
        authored=False,
        lede="Each hazard of this version with its causes and its harm, rated before any control.",
        blocks=(Table(title="Hazards", heads=heads, rows=rows, empty=NO_LOG), *_scale(documents)),
    )


def _scale(documents: CaseDocuments) -> Iterator[Block]:
    """Yield the declared matrix, and what its words mean."""
    plan = documents.parts["management"]["plan"]
    if plan is None:
        return
    matrix, limit = plan["document"]["matrix"], plan["document"]["acceptable_rating"]
    severities = [one["word"] for one in matrix["severities"]]
    yield Table(
        title="The declared matrix: the rating of a severity and a likelihood",
        heads=(
            Head(title="Likelihood", holds=Column.NAME, share=20),
            *(
                Head(title=wording.capital(word), holds=Column.NUMBER, share=16)
                for word in severities
            ),
        ),
        rows=tuple(
            Row(cells=(wording.capital(one["word"]), *(_rating(rate, limit) for rate in line)))
            for one, line in reversed(
                list(zip(matrix["likelihoods"], matrix["ratings"], strict=True))
            )
        ),
        note=f"* above {limit}, the highest rating that the plan accepts.",
    )
    words = [("Severity", one) for one in matrix["severities"]]
    words += [("Likelihood", one) for one in matrix["likelihoods"]]
    yield Table(
        title="What its words mean",
        heads=(
            Head(title="Word", holds=Column.NAME, share=20),
            Head(title="Scale", holds=Column.SHORT, share=14),
            Head(title="Meaning", share=66),
        ),
        rows=tuple(
            Row(cells=(wording.capital(one["word"]), scale, one["means"])) for scale, one in words
        ),
    )


def _rating(rate: int, limit: int) -> str:
    """Return a rating, marked where it is above what is acceptable: in a word, not by colour."""
    return f"{rate}*" if rate > limit else str(rate)


def evaluation(documents: CaseDocuments) -> CaseSection:
    """Return section 5: the risk before and after, and what counts."""
    heads = (
        Head(title="Hazard", holds=Column.NAME, share=26),
        Head(title="Initial risk", share=20),
        Head(title="Residual risk, as stated", share=20),
        Head(title="Counts as", holds=Column.VERDICT, share=34),
    )
    rows = tuple(
        Row(
            cells=(
                f"{one.number} {one.name}",
                wording.capital(one.initial),
                wording.capital(one.residual),
                one.counts_as,
            ),
            tone=Tone(one.tone),
        )
        for one in _hazards(documents)
    )
    note = (
        "A control counts once it is there and something that holds shows that it works on this "
        "version; until then the risk counts as if nothing had been done."
    )
    blocks: list[Block] = [Table(title="Ratings", heads=heads, rows=rows, empty=NO_LOG, note=note)]
    blocks.append(
        points(
            "Not acceptable under the plan",
            cases.not_acceptable(documents.view),
            empty="No hazard counts as more than the plan accepts.",
        )
    )
    blocks += _acceptability(documents)
    return CaseSection(
        number=5,
        title="Clinical risk evaluation",
        source=from_records(documents),
        authored=False,
        lede=wording.clipped(hazards.lede(documents.view), _LEDE),
        blocks=tuple(blocks),
    )


def _acceptability(documents: CaseDocuments) -> Iterator[Block]:
    """Yield what each rating means under the plan."""
    plan = documents.parts["management"]["plan"]
    if plan is None:
        return
    yield Table(
        title="What a rating means",
        heads=(
            Head(title="Rating", holds=Column.NAME, share=12),
            Head(title="Meaning", share=88),
        ),
        rows=tuple(
            Row(cells=(str(rating), text))
            for rating, text in enumerate(plan["document"]["matrix"]["acceptability"], start=1)
        ),
    )


def control(documents: CaseDocuments) -> CaseSection:
    """Return section 6: controls and what shows that they work, what was handed over, limits."""
    heads = (
        Head(title="Control", holds=Column.NAME, share=34),
        Head(title="Kind and owner", share=20),
        Head(title="Implemented and verified", holds=Column.VERDICT, share=16),
        Head(title="Shown by", share=30),
    )
    blocks: list[Block] = []
    for one in _hazards(documents):
        rows = tuple(
            Row(
                cells=(
                    control.text,
                    Cell(text=wording.capital(control.kind), under=control.owner),
                    wording.capital(control.state),
                    "; ".join(wording.capital(text) for text in control.shown) or "Nothing.",
                ),
                tone=Tone(control.tone),
            )
            for control in one.controls
        )
        blocks.append(
            Table(
                title=f"Hazard {one.number}, {one.name}",
                heads=heads,
                rows=rows,
                empty="No control is recorded.",
                note=f"{wording.sentence(one.status)} {one.handed}".strip(),
            )
        )
    blocks += [_transferred(documents), _constraints(documents)]
    return CaseSection(
        number=6,
        title="Clinical risk control",
        source=from_records(documents),
        authored=False,
        lede="What is done about each hazard, whether it is there, and what shows that it works.",
        blocks=tuple(blocks),
    )


def _transferred(documents: CaseDocuments) -> Points | Paragraphs:
    """Return what was handed over, to whom, and whether it was accepted."""
    found = [one for one in _hazards(documents) if one.handed]
    title, site = "Transferred hazards", documents.case["site"]
    if site is not None:
        own = {one["number"] for one in documents.parts["site"]["dossier"]["transferred_hazards"]}
        found = [one for one in found if one.number in own]
        title = f"Hazards transferred to {site}"
    if not found:
        return Paragraphs(title=title, paragraphs=("None.",))
    return Points(title=title, points=tuple(point(cases.handed(one)) for one in found))


def _constraints(documents: CaseDocuments) -> Points | Paragraphs:
    """Return under what conditions and waivers the version may be used."""
    lines = cases.constraints(documents.case)
    return points("Constraints on use", lines, empty="The decision names no condition, no waiver.")


def log(documents: CaseDocuments) -> CaseSection:
    """Return section 7: which issue of the log this rests on, and every hazard on it."""
    part = documents.parts["hazards"]
    issue = None if part is None else part["log"]
    lines = list(hazards.plan(documents.view))
    blocks: list[Block] = []
    if issue is not None:
        by = issue["approved"]
        registered = f" ({by['registration']})" if by["registration"] else ""
        text = f"Issue {issue['number']}, {wording.short(issue['digest'])}; approved "
        text += f"{wording.moment(by['at'])} by {by['by']['name']}, {by['role']}{registered}."
        overall = wording.sentence(issue["overall"])
        blocks.append(Paragraphs(title="The issue", paragraphs=(text,)))
        blocks.append(Paragraphs(title="The residual risk as a whole", paragraphs=(overall,)))
    blocks.append(points("The plan it was rated under", lines, empty="There is none."))
    blocks.append(_statuses(documents))
    return CaseSection(
        number=7,
        title="Hazard log",
        source=from_records(documents),
        authored=False,
        lede=_issue(documents),
        blocks=tuple(blocks),
    )


def _issue(documents: CaseDocuments) -> str:
    """Return whether an issue of the log is approved, and whether it was left behind."""
    part = documents.parts["hazards"]
    if part is None:
        return NO_LOG
    if part["log"] is None:
        return "NO ISSUE OF THE LOG IS APPROVED; what follows is the log as it stood."
    changed = [str(one["number"]) for one in part["changed_since"]]
    if changed:
        return f"After the issue was approved changed: hazard {wording.listed(changed)}."
    name = "The issue travels in this file as hazard-log.json"
    return f"{name}; nothing on the log had changed since it was approved."


def _statuses(documents: CaseDocuments) -> Table:
    """Return every hazard with who must still act."""
    return Table(
        title="Every hazard",
        heads=(
            Head(title="Hazard", holds=Column.NAME, share=44),
            Head(title="Rating that counts", share=20),
            Head(title="Status", share=36),
        ),
        rows=tuple(
            Row(
                cells=(
                    f"{one.number} {one.name}",
                    one.counts_as.partition(":")[0].rstrip("."),
                    one.status,
                ),
                tone=Tone(one.tone),
            )
            for one in sorted(_hazards(documents), key=lambda one: one.number)
        ),
        empty=NO_LOG,
    )


def _hazards(documents: CaseDocuments) -> tuple[Hazard, ...]:
    """Return the hazards in the words of the card."""
    return hazards.hazards(documents.view)


def _listed(documents: CaseDocuments) -> list[Document]:
    """Return the hazards as they are recorded."""
    part = documents.parts["hazards"]
    return [] if part is None else list(part["hazards"])
