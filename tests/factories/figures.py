"""Figures for tests: one of every kind, over drawn patients, with a comparison beside them."""

from collections.abc import Mapping

from registry.domain.judgements import exhibits, workload
from registry.services.cards import figures, sites
from reports.content import Chart
from tests.factories.documents import Json, criterion, make_dossier

COMPARISONS: list[Json] = [
    {
        "comparator": "in_use",
        "finding": None,
        "metric": metric,
        "by": {},
        "partition": None,
        "difference": difference,
        "low": difference - 0.02,
        "high": difference + 0.02,
        "n": 616,
    }
    for metric, difference in (("auroc", 0.001), ("sensitivity", -0.039), ("specificity", 0.03))
]


def make_compared(**changes: object) -> Json:
    """Return a dossier whose evidence compares the version with another, groups being judged."""
    dossier = make_dossier(**changes)  # type: ignore[arg-type]
    dossier["evidence"][0]["assessment"]["comparisons"] = COMPARISONS
    dossier["criteria"] = [
        *dossier["criteria"],
        criterion(metric="sensitivity", by={"sex": "F"}, required=0.85, verdict="not met"),
    ]
    return dossier


def make_charts(dossier: Json | None = None) -> Mapping[str, Chart]:
    """Return the figures of a dossier by their kind."""
    whole = dossier if dossier is not None else make_compared()
    load = workload.at_named_site(whole)
    exhibit = load.exhibit if load is not None else exhibits.overall(whole)
    assert exhibit is not None
    charts = (
        *figures.of_performance(figures.subject(whole, exhibit)),
        sites.figure(whole),
        figures.groups(whole),
        figures.change(whole),
    )
    return {chart.kind: chart for chart in charts}
