"""Measurements: every number of every assessment as one row, with the verdict over it."""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.domain.judgements import changes, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.exports.places import pointer
from reports.exports.record import Measurement, Section

_SITE = frozenset({"site"})
_Key = tuple[str, str | None, tuple[tuple[str, str], ...]]


def of_dossier(dossier: Document) -> tuple[Measurement, ...]:
    """Return the numbers of every evidence: strata, gaps, pooled over sites, comparisons."""
    return tuple(
        one for place in range(len(dossier["evidence"])) for one in _of_evidence(dossier, place)
    )


def _of_evidence(dossier: Document, place: int) -> Iterator[Measurement]:
    assessment = dossier["evidence"][place]["assessment"]
    row = _Rows(dossier, place)
    for at, stratum in enumerate(assessment["strata"]):
        if "by" not in stratum:
            continue
        for metric, estimate in stratum["estimates"].items():
            yield row(
                _section(stratum["by"]),
                stratum,
                estimate,
                metric,
                at=("strata", at, "estimates", metric),
            )
    for at, gap in enumerate(assessment.get("fairness", ())):
        basis = f", {gap['basis']}" if gap.get("basis") else ""
        label = f"{wording.label(gap['metric'])} by {wording.attribute(gap['attribute'])}{basis}"
        yield row("gap", gap, gap, gap["metric"], at=("fairness", at), label=label)
    for at, pooled in enumerate(assessment.get("sites", ())):
        yield from row.pooled(pooled, at)
    for at, one in enumerate(assessment.get("comparisons", ())):
        other = changes.against(dossier, dossier["evidence"][place], str(one["comparator"]))
        label = wording.compared(one["metric"], other)
        estimate = {**one, "value": one.get("difference")}
        yield row("comparison", one, estimate, one["metric"], at=("comparisons", at), label=label)


def _section(by: Mapping[str, Any]) -> Section:
    if not by:
        return "all exams"
    if by.keys() == _SITE:
        return "site"
    return "subgroup" if len(by) == 1 else "crossed subgroups"


def _key(entry: Document, metric: str) -> _Key:
    """Return by what a number and the criteria on it find each other."""
    by = sorted((str(name), str(level)) for name, level in (entry.get("by") or {}).items())
    return metric, entry.get("finding"), tuple(by)


class _Rows:
    """Makes rows of one evidence."""

    def __init__(self, dossier: Document, place: int) -> None:
        self._place = place
        self._evidence = dossier["evidence"][place]
        self._criteria: dict[_Key, list[Document]] = {}
        for one in dossier["criteria"]:
            if one.get("evidence") == self._evidence["id"]:
                self._criteria.setdefault(_key(one, one["metric"]), []).append(one)

    def __call__(
        self,
        section: Section,
        stratum: Document,
        estimate: Document,
        metric: str,
        *,
        at: tuple[object, ...],
        label: str | None = None,
    ) -> Measurement:
        """Return one number as a row."""
        evidence = self._evidence
        value = estimate.get("value")
        return Measurement(
            section=section,
            evidence=int(evidence["number"]),
            purpose=evidence["purpose"],
            counts=bool(evidence["counts"]),
            finding=stratum.get("finding"),
            partition=stratum.get("partition"),
            by=tuple((str(name), str(level)) for name, level in stratum["by"].items()),
            metric=metric,
            label=label or wording.label(metric),
            value=value,
            low=estimate.get("low"),
            high=estimate.get("high"),
            level=estimate.get("level"),
            method=estimate.get("method"),
            n=estimate.get("n"),
            events=estimate.get("events"),
            undefined=estimate.get("undefined") or ("not computed" if value is None else None),
            verdict=self._verdict(section, stratum, metric),
            digest=evidence["assessment_digest"],
            pointer=pointer("evidence", self._place, "assessment", *at),
        )

    def pooled(self, entry: Document, at: int) -> Iterator[Measurement]:
        """Yield the pooled value, the interval for the next site, and the spread."""
        name, metric = wording.label(entry["metric"]), entry["metric"]
        stratum = {"by": {}, **entry}
        place = ("sites", at)
        value = entry.get("pooled")
        whole = {**entry, "value": value}
        yield self(
            "pooled over sites",
            stratum,
            whole,
            metric,
            at=place,
            label=f"{name}, pooled over sites",
        )
        if entry.get("prediction_low") is not None:
            next_site = {
                "value": value,
                "low": entry["prediction_low"],
                "high": entry.get("prediction_high"),
                "level": entry.get("level"),
                "method": entry.get("method"),
            }
            label = f"{name}, interval for the next site"
            yield self("pooled over sites", stratum, next_site, metric, at=place, label=label)
        for key, words in (("i2", "I²"), ("tau2", "τ²")):
            if entry.get(key) is not None:
                spread = {"value": entry[key], "method": entry.get("method")}
                label = f"{name}, {words} between sites"
                where = (*place, key)
                yield self("pooled over sites", stratum, spread, key, at=where, label=label)

    def _verdict(self, section: Section, stratum: Document, metric: str) -> str | None:
        """Return the verdict over the criteria on exactly this number; None without any."""
        found = [
            one["verdict"]
            for one in self._criteria.get(_key(stratum, metric), ())
            if _same_kind(one, section, stratum)
        ]
        return verdicts.combined(found) if found else None


def _same_kind(criterion: Document, section: Section, stratum: Document) -> bool:
    """Tell whether a criterion judges a stratum, a gap, a pooled value or a comparison alike."""
    attribute = verdicts.compared(criterion)
    if section == "gap":
        basis = criterion.get("basis") or "crude"
        return attribute == stratum.get("attribute") and basis == (stratum.get("basis") or "crude")
    pooled = criterion.get("over") == "pooled external"
    if section == "pooled over sites":
        return pooled
    compared = criterion.get("comparator")
    if section == "comparison":
        return bool(compared) and compared == stratum.get("comparator")
    return attribute is None and not pooled and not compared
