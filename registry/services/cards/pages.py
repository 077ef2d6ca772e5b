"""Pages: the figures of a card, or of an assessment, to look at in a browser."""

from pathlib import Path

from jinja2 import Environment

from registry.domain.judgements.exhibits import Document
from registry.services.cards import assessments, printing
from registry.services.cards.content import content_of
from registry.services.cards.documents import CardDocuments
from reports.content import CardContent, Chart, Charts
from reports.figures import pages
from reports.figures.pages import Group


def of_card(documents: CardDocuments, templates: Path) -> str:
    """Return the figures of a card as one HTML page: what the card of these documents draws.

    The browser draws them: nothing is rendered here.
    """
    content = content_of(documents)
    whole = printing.environment(templates)
    whole.trim_blocks = whole.lstrip_blocks = True
    return pages.page(
        whole,
        title=f"{content.model}/{content.version}: figures",
        facts=_facts(content),
        groups=_groups(content),
    )


def of_assessment(assessment: Document, protocol: Document) -> tuple[Group, ...]:
    """Return the figures of an assessment, drawn already, under a heading for each finding.

    Parameters
    ----------
    assessment : Document
        A ``cmr.assessment/1``.
    protocol : Document
        The document of the protocol it was judged by.
    """
    found: list[Group] = []
    for finding in assessments.findings(assessment):
        first = 1 + sum(len(group.plates) for group in found)
        charts = assessments.charts(assessment, protocol, finding)
        plates = pages.plates(charts, first=first, drawn=True)
        found.append(Group(title=assessments.heading(finding), plates=plates))
    return tuple(found)


def parts(environment: Environment, groups: tuple[Group, ...], *styles: str) -> dict[str, str]:
    """Return what a page with figures needs beside them: see `reports.figures.pages.parts`."""
    return pages.parts(environment, groups, *styles)


def _facts(content: CardContent) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Title", content.title),
        ("Standing", content.standing),
        ("Policy says", content.headline.text),
        ("Dossier", content.dossier_digest),
    )
    return (("Beware", content.banner), *facts) if content.banner else facts


def _groups(content: CardContent) -> tuple[Group, ...]:
    """Return the figures under the headings of their sections, numbered as in print."""
    parted: list[tuple[str, tuple[Chart, ...]]] = [
        ("Performance", content.performance.charts),
        ("Sites and subgroups", content.fairness.charts),
    ]
    parted += [
        (section.heading.title, block.charts)
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Charts)
    ]
    found: list[Group] = []
    for title, charts in parted:
        first = 1 + sum(len(group.plates) for group in found)
        if charts:
            found.append(Group(title=title, plates=pages.plates(charts, first=first)))
    return tuple(found)
