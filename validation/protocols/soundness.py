"""Soundness: one criterion in the light of what its protocol declares."""

from collections.abc import Mapping
from typing import cast

from validation.errors import ProtocolError
from validation.metric_names import (
    COMPARISON_METRICS,
    FAIRNESS_METRICS,
    METRICS,
    SITE_METRICS,
    MetricName,
    is_net_benefit,
)
from validation.protocols.bands import band_names
from validation.protocols.crossings import is_crossing, is_unplanned_crossing
from validation.protocols.fields import Fields
from validation.protocols.odds import KEY, why_none_of
from validation.protocols.shape import (
    Comparator,
    Criterion,
    Finding,
    Partition,
    Protocol,
    ScoreKind,
    Source,
)
from validation.spelling import listed, suggestion

ESTIMATES: Mapping[Source, Mapping[str, MetricName]] = {
    Source.ESTIMATE: METRICS,
    Source.FAIRNESS: FAIRNESS_METRICS,
    Source.SITES: {key: METRICS[key] for key in METRICS if key in SITE_METRICS},
    Source.COMPARISON: {key: METRICS[key] for key in METRICS if key in COMPARISON_METRICS},
}
RATES_OF_COMPARATOR = frozenset({"sensitivity", "specificity", "net_benefit", "expected_cost"})


def check_criterion(fields: Fields, criterion: Criterion, protocol: Protocol) -> Criterion:
    """Return a criterion that can be judged under the protocol.

    Raises
    ------
    ProtocolError
        When it could never be judged, or rests on something nobody declared.
    """
    return _Checks(fields, criterion, protocol).checked()


class _Checks:
    """One criterion against one protocol."""

    def __init__(self, fields: Fields, criterion: Criterion, protocol: Protocol) -> None:
        self.fields = fields
        self.criterion = criterion
        self.protocol = protocol
        self.subgroups = {subgroup.name: subgroup for subgroup in protocol.subgroups}

    def checked(self) -> Criterion:
        """Return the criterion, marked exploratory where it rests on something exploratory."""
        self._bound_is_one()
        metric = self._metric()
        self._needs_of(metric)
        self._finding()
        self._place()
        self._stratum()
        match self.criterion.source:
            case Source.ESTIMATE:
                self._only_for("attribute", Source.FAIRNESS)
                self._only_for("comparator", Source.COMPARISON)
                self._only_for("bound", Source.SITES)
            case Source.FAIRNESS:
                self._fairness()
            case Source.SITES:
                self._sites()
            case _:  # a comparison, the last source there is
                self._comparison(metric)
        return self._marked()

    def _wrong(self, key: str, problem: str, remedy: str) -> ProtocolError:
        return self.fields.wrong(key, problem, remedy)

    def _bound_is_one(self) -> None:
        low, high = self.criterion.at_least, self.criterion.at_most
        if low is None and high is None:
            raise self._wrong(
                "at_least", "the criterion has no bound.", "Give at_least or at_most."
            )
        if low is not None and high is not None:
            raise self._wrong(
                "at_most",
                "the criterion has two bounds.",
                "Keep one; write a second criterion for the other.",
            )

    def _metric(self) -> MetricName:
        source, key = self.criterion.source, self.criterion.metric
        known = ESTIMATES[source]
        if key in known:
            return known[key]
        for other, names in ESTIMATES.items():
            if key in names and (other is Source.FAIRNESS or source is Source.FAIRNESS):
                raise self._wrong(
                    "metric",
                    f"“{key}” is not computed for source = “{source}”.",
                    f"Write source = “{other}”, or choose among {listed(known)}.",
                )
        if key in METRICS:
            raise self._wrong(
                "metric", f"“{key}” is not computed for source = “{source}”.",
                f"Choose among {listed(known)}.",
            )  # fmt: skip
        raise self._wrong(
            "metric", f"“{key}” is not a metric.", suggestion(key, known, what="Metrics known here")
        )

    def _needs_of(self, metric: MetricName) -> None:
        if metric.descriptive:
            raise self._wrong(
                "metric",
                f"“{metric.key}” is descriptive: "
                + (
                    "equal flag rates are not equal care where the disease is not equally common."
                    if metric.key.startswith("demographic_parity")
                    else "it describes the data, and no value of it is good or bad."
                ),
                "It is computed and printed all the same; put the bound on another metric.",
            )
        if metric.needs_probability and self.protocol.score_kind is ScoreKind.RANK:
            raise self._wrong(
                "metric",
                f"“{metric.key}” reads scores as probabilities, and score_kind is “rank”.",
                "Choose a metric of ranks or decisions, or declare score_kind = “probability”.",
            )
        if metric.needs_costs:
            self._costs()
        self._threshold(metric)
        if metric.needs_population and not all(finding.population for finding in self._findings()):
            raise self._wrong(
                "metric",
                f"“{metric.key}” needs the prevalence of the deployment's population.",
                "Declare [population] with prevalence, range and source.",
            )
        self._range(metric)

    def _threshold(self, metric: MetricName) -> None:
        points = [finding.operating_point for finding in self._findings()]
        if metric.needs_threshold and any(p.threshold is None and p.rule is None for p in points):
            raise self._wrong(
                "metric",
                f"“{metric.key}” needs the threshold in use.",
                "Declare [operating_point] with a threshold or a rule.",
            )
        if is_net_benefit(metric.key):
            problem = why_none_of(points, self.protocol.score_kind)
            if problem is not None:
                raise self._wrong("metric", problem, f"State {KEY}, between 0 and 1.")

    def _costs(self) -> None:
        for finding in self._findings():
            where = f"[findings.{finding.name}.costs] or [costs]" if finding.name else "[costs]"
            if finding.costs is None:
                raise self._wrong(
                    "metric",
                    f"“{self.criterion.metric}” needs the costs of errors.",
                    f"Declare {where} with set_by, set_on and why.",
                )
            missing = finding.costs.unsaid
            if missing:
                raise self._wrong(
                    "metric",
                    "the criterion rests on costs of which nobody says who set them, when and why.",
                    f"Add {' and '.join(missing)} to {where}.",
                )

    def _range(self, metric: MetricName) -> None:
        if self.criterion.source is Source.COMPARISON:
            return  # the bound is on a difference
        if self.criterion.over.startswith("difference by "):
            return
        key = "at_least" if self.criterion.at_least is not None else "at_most"
        bound = cast("float", getattr(self.criterion, key))
        if (metric.low is not None and bound < metric.low) or (
            metric.high is not None and bound > metric.high
        ):
            low = "any number" if metric.low is None else f"{metric.low:g}"
            high = "any number" if metric.high is None else f"{metric.high:g}"
            raise self._wrong(
                key,
                f"{bound:g} is a value that {metric.key} cannot take: it lies between {low} and "
                f"{high}.",
                "Write shares as 0.80, not as 80.",
            )

    def _findings(self) -> list[Finding]:
        named = [f for f in self.protocol.findings if f.name == self.criterion.finding]
        return named or list(self.protocol.findings)

    def _finding(self) -> None:
        name = self.criterion.finding
        declared = [finding.name for finding in self.protocol.findings if finding.name]
        if name is not None and name not in declared:
            raise self._wrong(
                "finding",
                f"“{name}” is not a declared finding.",
                suggestion(name, declared, what="Declared findings")
                if declared
                else "Declare it in [findings], or leave the key out.",
            )

    def _place(self) -> None:
        over = self.criterion.over
        if over == "overall":
            return
        if over in {"every site", "pooled external"}:
            if self.protocol.columns.site is None:
                raise self._wrong("over", f"“{over}” needs sites.", "Declare site in [columns].")
            if over == "pooled external":
                self._pooled()
            return
        for start in ("every ", "worst ", "difference by "):
            if over.startswith(start):
                self._declared("over", over.removeprefix(start))
                return
        words = ["overall", "every site", "pooled external"]
        words += [f"{start} {name}" for name in self.subgroups for start in ("every", "worst")]
        words += [f"difference by {name}" for name in self.subgroups]
        raise self._wrong(
            "over", f"“{over}” is not a place a criterion can be judged over.",
            suggestion(over, words, what="Known here"),
        )  # fmt: skip

    def _pooled(self) -> None:
        if self.protocol.purpose is not Partition.EXTERNAL_TESTING:
            raise self._wrong(
                "over",
                f"sites are pooled for external testing only, and the purpose is "
                f"“{self.protocol.purpose}”.",
                "Judge “overall” or “every site”, or write a protocol for external testing.",
            )
        if self.criterion.metric not in SITE_METRICS:
            raise self._wrong(
                "over",
                f"“{self.criterion.metric}” is not pooled over sites.",
                f"Choose among {listed(sorted(SITE_METRICS))}, or judge it over “every site”.",
            )

    def _declared(self, key: str, name: str) -> None:
        if name not in self.subgroups and not (
            not key.startswith("at.") and is_crossing(name, self.protocol)
        ):
            raise self._wrong(
                key,
                f"“{name}” is not a declared subgroup.",
                suggestion(name, self.subgroups, what="Declared subgroups")
                if self.subgroups
                else "Declare it in [subgroups].",
            )

    def _stratum(self) -> None:
        at = self.criterion.at
        if not at:
            return
        place = "at"
        if self.criterion.over != "overall":
            raise self._wrong(
                place,
                f"“at” names one stratum and over = “{self.criterion.over}” names others.",
                "Keep one of the two.",
            )
        for name, level in at.items():
            if name == "site":
                if self.protocol.columns.site is None:
                    raise self._wrong(
                        "at.site", "no site is declared.", "Declare site in [columns]."
                    )
                continue
            self._declared(f"at.{name}", name)
            edges = self.subgroups[name].edges
            if edges is not None and level not in band_names(edges):
                raise self._wrong(
                    f"at.{name}",
                    f"“{level}” is not a band of it.",
                    f"Its bands are {listed(band_names(edges))}.",
                )
        crossed = [frozenset(group) for group in self.protocol.intersections]
        if len(at) > 1 and frozenset(at) not in crossed:
            raise self._wrong(
                place,
                f"{' and '.join(at)} are not crossed in this protocol.",
                "Declare them under intersections in [subgroups]; sites are crossed with nothing.",
            )

    def _only_for(self, key: str, source: Source) -> None:
        if getattr(self.criterion, key) is not None:
            raise self._wrong(
                key,
                f"this has a meaning only for source = “{source}”.",
                "Leave it out, or change the source.",
            )

    def _fairness(self) -> None:
        self._only_for("comparator", Source.COMPARISON)
        self._only_for("bound", Source.SITES)
        over, named = self.criterion.over, self.criterion.attribute
        by = over.removeprefix("difference by ") if over.startswith("difference by ") else None
        if named is None and by is None:
            raise self._wrong(
                "attribute",
                "a fairness criterion needs the attribute whose groups are compared.",
                'Write attribute = "sex", one of the subgroups.',
            )
        if named is not None:
            self._declared("attribute", named)
        if by is not None and named not in {None, by}:
            raise self._wrong(
                "attribute", f"this contradicts over = “{over}”.", "Keep one of the two."
            )
        if by is None and over not in {"overall", "every site"}:
            raise self._wrong(
                "over",
                f"a fairness gap is not computed over “{over}”.",
                "Judge it overall or over every site.",
            )
        if set(self.criterion.at) - {"site"}:
            raise self._wrong(
                "at", "a fairness gap is computed overall and by site.", "Name a site."
            )

    def _sites(self) -> None:
        self._only_for("attribute", Source.FAIRNESS)
        self._only_for("comparator", Source.COMPARISON)
        self.fields.choice("bound", ["prediction_low", "prediction_high"])
        if self.criterion.over not in {"overall", "pooled external"} or self.criterion.at:
            raise self._wrong(
                "over",
                "what is pooled over sites has no further strata.",
                "Leave over and at out, or choose source = “estimate”.",
            )
        if self.protocol.columns.site is None:
            raise self._wrong("source", "this needs sites.", "Declare site in [columns].")
        self._pooled()

    def _comparison(self, metric: MetricName) -> None:
        self._only_for("attribute", Source.FAIRNESS)
        self._only_for("bound", Source.SITES)
        declared = {comparator.name: comparator for comparator in self.protocol.comparators}
        name = self.criterion.comparator
        if name is None:
            raise self._wrong(
                "comparator",
                "a comparison needs the comparator.",
                f"Name one of {listed(declared)}."
                if declared
                else "Declare it in [comparators] and name it here.",
            )
        if name not in declared:
            raise self._wrong(
                "comparator",
                f"“{name}” is not a declared comparator.",
                suggestion(name, declared, what="Declared comparators")
                if declared
                else "Declare it in [comparators].",
            )
        self._comparator_decides(metric, declared[name])
        over = self.criterion.over
        if over == "pooled external" or over.startswith("difference by "):
            raise self._wrong(
                "over",
                f"a comparison is not computed over “{over}”.",
                "Judge it overall, over every site or over every subgroup.",
            )

    def _comparator_decides(self, metric: MetricName, comparator: Comparator) -> None:
        if metric.key in RATES_OF_COMPARATOR and comparator.threshold is None:
            raise self._wrong(
                "metric",
                f"“{metric.key}” of “{comparator.name}” needs the threshold it is used at.",
                f"Give [comparators.{comparator.name}] a threshold.",
            )

    def _marked(self) -> Criterion:
        named = {self.criterion.attribute, *self.criterion.at}
        rests_on = [name for name in self.subgroups if name in named or self._over_is(name)]
        unplanned = [name for name in rests_on if self.subgroups[name].exploratory]
        crossed = is_unplanned_crossing(self.criterion, self.protocol)
        if not (unplanned or crossed) or self.criterion.exploratory:
            return self.criterion
        raise self._wrong(
            "exploratory",
            "the criterion rests on what was not pre-specified"
            + (f", “{unplanned[0]}”." if unplanned else "."),
            "Write exploratory = true, so that everybody sees it, or judge a planned subgroup.",
        )

    def _over_is(self, name: str) -> bool:
        return self.criterion.over in {f"every {name}", f"worst {name}", f"difference by {name}"}
