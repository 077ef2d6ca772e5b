"""Testing: on what evidence the case rests, what was judged, and every issue that is open."""

from collections.abc import Iterator

from registry.domain.judgements import cases, criteria, incidents, records, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.marks import from_records, points
from reports.content import Block, Cell, Column, Head, Paragraphs, Row, Table, Tone
from reports.safety_case import CaseSection


def issues(documents: CaseDocuments) -> CaseSection:
    """Return section 8."""
    view, dossier = documents.view, documents.dossier
    blocks = (*verdicts.blocking(dossier), *verdicts.ungated(dossier))
    frozen = f"dossier {dossier['number']} was frozen, {wording.day(dossier['opened']['at'])}"
    return CaseSection(
        number=8,
        title="Test issues",
        source=from_records(documents),
        authored=False,
        lede=cases.tested(documents.dossier),
        blocks=(
            Paragraphs(title="The evidence", paragraphs=(records.evidence_line(view),)),
            _criteria("Criteria fixed beforehand, as judged", dossier),
            *_local(documents),
            points(
                f"What stood against use when {frozen}",
                (cases.blocked(block) for block in blocks),
                empty="Nothing that policy asks, short of sign-offs and the decision.",
            ),
            *_failures(documents),
            _incidents(documents),
        ),
    )


def _local(documents: CaseDocuments) -> Iterator[Block]:
    """Yield what a hospital measured itself, and what its silent run came to."""
    if "site" not in documents.parts:
        return
    site = documents.parts["site"]["dossier"]
    judged = {"criteria": site["criteria"], "evidence": site["local_evidence"]}
    if site["local_evidence"]:
        yield _criteria(f"Local acceptance at {site['site']}, as judged", judged)
    else:
        text = f"No local acceptance evidence counts at {site['site']}."
        yield Paragraphs(title="Local acceptance", paragraphs=(text,))
    yield points(
        "The silent run", cases.silent(site["silent_results"]), empty="It did not run silently."
    )


def _criteria(title: str, judged: Document) -> Table:
    """Return every criterion with its verdict, in the words of the card."""
    return Table(
        title=title,
        heads=(
            Head(title="Criterion", holds=Column.NAME, share=20),
            Head(title="In whom", share=17),
            Head(title="Required", share=13),
            Head(title="Measured", share=19),
            Head(title="Verdict", holds=Column.VERDICT, share=31),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=one.name, under=one.metric),
                    Cell(text=one.where, under=one.evidence),
                    one.required,
                    one.measured,
                    Cell(text=one.verdict.capitalize(), under=_why(one)),
                ),
                tone=Tone(one.tone),
            )
            for one in criteria.table(judged)
        ),
        empty=criteria.NONE,
    )


def _why(one: criteria.Judged) -> str:
    """Return why a verdict is what it is, and on what it bears, where that needs saying."""
    bearing = "" if one.bearing == "gates" else f" {wording.capital(one.bearing)}."
    return f"{one.because}{bearing}"


def _failures(documents: CaseDocuments) -> Iterator[Block]:
    """Yield which failures somebody looked at, and what they found."""
    yield points(
        "Failures looked at",
        incidents.looked_at(documents.view),
        empty="There is no evidence whose failures could be looked at.",
    )
    yield Table(
        title="What was found",
        heads=(
            Head(title="Kind and cause", holds=Column.NAME, share=26),
            Head(title="Severity", holds=Column.SHORT, share=14),
            Head(title="Exams", holds=Column.NUMBER, share=8),
            Head(title="What was done", share=36),
            Head(title="State", holds=Column.VERDICT, share=16),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=one.kind, under=f"{one.cause}, evidence {one.evidence}"),
                    one.severity,
                    str(one.count),
                    one.done,
                    one.state,
                ),
                tone=Tone(one.tone),
            )
            for one in incidents.groups(documents.view)
        ),
        empty="Nobody recorded a failure.",
    )


def _incidents(documents: CaseDocuments) -> Table:
    """Return the incidents with the version."""
    return Table(
        title="Incidents with this version",
        heads=(
            Head(title="Incident", holds=Column.NAME, share=20),
            Head(title="What happened", share=34),
            Head(title="Harm", holds=Column.SHORT, share=10),
            Head(title="What was done", share=20),
            Head(title="State", holds=Column.VERDICT, share=16),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=str(one.number), under=one.when),
                    one.what,
                    one.harm,
                    one.done,
                    one.state,
                ),
                tone=Tone(one.tone),
            )
            for one in incidents.incidents(documents.view)
        ),
        empty="None had been reported when this case was written.",
    )
