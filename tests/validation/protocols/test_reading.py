"""Tests of reading protocols: what is understood, and what is refused and how it is said."""

import json

import pytest

from tests.factories.protocols import FULL, PLAIN, criterion
from tests.factories.tables import HEAD
from validation.errors import ProtocolError
from validation.protocols import read
from validation.protocols.shape import Costs, OperatingPoint, Partition, Population, Subgroup


def refusal(text: str) -> ProtocolError:
    """Return the error with which a protocol is refused."""
    with pytest.raises(ProtocolError) as caught:
        read(text)
    return caught.value


class TestRead:
    """A whole protocol, and what its parts come to."""

    def test_head(self) -> None:
        """The purpose is one of the partitions."""
        assert read(FULL).purpose is Partition.EXTERNAL_TESTING

    def test_costs(self) -> None:
        """A TOML date becomes an ISO date; right answers cost nothing by default."""
        assert read(FULL).costs == Costs(
            false_negative=10,
            false_positive=1,
            set_by="Dr Berg",
            set_on="2026-01-05",
            why="referral audit",
        )

    def test_exploratory_subgroups_are_marked(self) -> None:
        """What was not pre-specified stands with the others and is marked."""
        assert read(FULL).subgroups[-1] == Subgroup(name="view", column="view", exploratory=True)

    def test_thresholds_ascend(self) -> None:
        """The thresholds of curves are put in order."""
        assert read(FULL).thresholds == (0.1, 0.3)

    def test_single_finding_inherits(self) -> None:
        """Without findings there is one without a name, with everything of the top level."""
        (finding,) = read(FULL).findings
        assert finding.name is None
        assert finding.costs == read(FULL).costs

    def test_findings_inherit_what_they_omit(self) -> None:
        """A finding's own threshold stands; its costs are the top level's but for one."""
        text = FULL.replace(
            "[population]",
            '[findings.effusion]\nlabel = "l2"\nscore = "s2"\nthreshold = 0.2\n'
            "[findings.effusion.costs]\nfalse_negative = 20\n[population]",
        )
        (finding,) = read(text).findings
        assert finding.operating_point.threshold == 0.2
        assert finding.costs is not None
        assert (finding.costs.false_negative, finding.costs.why) == (20, "referral audit")
        assert finding.population == Population(
            prevalence=0.10, range=(0.05, 0.20), source="referral audit 2025"
        )

    def test_rule_waits_for_its_number(self) -> None:
        """A rule alone leaves the threshold open."""
        text = PLAIN.replace("threshold = 0.5", 'rule = "sensitivity at least 0.90 in e1"')
        assert read(text).operating_point.threshold is None

    def test_development_may_leave_the_point_open(self) -> None:
        """The operating point may still be found on development evidence."""
        text = HEAD.replace("external testing", "development")
        assert read(text).operating_point == OperatingPoint()

    def test_exploratory_intersection_is_marked(self) -> None:
        """A crossing that was not pre-specified stands after the planned one, and is marked."""
        text = FULL.replace('view = "view"', 'view = "view"\nintersections = [["sex", "view"]]')
        protocol = read(text)
        assert protocol.intersections == (("sex", "age_band"), ("sex", "view"))
        assert protocol.exploratory_intersections == (("sex", "view"),)

    def test_finding_inherits_a_prevalence(self) -> None:
        """A finding that names another source keeps prevalence and range of the top level."""
        text = FULL.replace(
            "[subgroups]", '[findings.effusion.population]\nsource = "audit 2026"\n[subgroups]'
        )
        (finding,) = read(text).findings
        assert finding.population == Population(
            prevalence=0.10, range=(0.05, 0.20), source="audit 2026"
        )

    def test_criterion_on_something_exploratory_is_marked(self) -> None:
        """A criterion on an exploratory subgroup must say that it is exploratory."""
        wanted = {"over": "every view"}
        assert refusal(FULL + criterion(**wanted)).at == "criteria[1].exploratory"
        assert read(FULL + criterion(**wanted, exploratory=True)).criteria[1].exploratory

    def test_broken_toml_names_the_line(self) -> None:
        """The parser's line number reaches the reader."""
        assert "line 3" in str(refusal('a = 1\nb = 2\nc = "open\n'))


class TestRefusals:
    """Every refusal names the place and a remedy."""

    @pytest.mark.parametrize(
        ("old", "new", "at", "words"),
        [
            ('sampling = "consecutive"\n', "", "sampling", "required and missing"),
            ('purpose = "external testing"\n', "", "purpose", "required and missing"),
            ('"external testing"\ns', '"externl"\ns', "purpose", "external testing"),
            ("cmr.protocol/1", "cmr.protocol/9", "schema", "cmr.protocol/1"),
            ("threshold = 0.5\n\n[costs]", "[costs]", "operating_point.threshold", "required"),
            ("threshold = 0.5\n\n[costs]", "threshold = 5\n[costs]", "operating_point.threshold",
             "no probability"),
            ("threshold = 0.5\n\n[costs]", 'threshold = "0.5"\n[costs]',
             "operating_point.threshold", "must be a number, not a text"),
            ("[costs]", "[cots]", "cots", "Did you mean “costs”"),
            ("false_positive = 1.0", "false_positive = 0.0", "costs.false_positive", "as good as"),
            ("2026-01-05", '"5 January"', "costs.set_on", "2026-11-23"),
            ("prevalence = 0.10", "prevalence = 1.0", "population.prevalence", "below 1"),
            ("[0.05, 0.20]", "[0.15, 0.20]", "population.range", "around the prevalence"),
            ("[0.05, 0.20]", "[0.05]", "population.range", "two ends"),
            ("[0, 45, 55, 65, 120]", "[0, 45, 45]", "subgroups.age_band.edges", "ascend"),
            ('sex = "sex"', 'site = "sex"', "subgroups.site", "meaning of its own"),
            ('["sex", "age_band"]', '["sex", "age"]', "subgroups.intersections[0]", "age_band"),
            ('["sex", "age_band"]', '["sex"]', "subgroups.intersections[0]", "two different"),
            ('view = "view"', 'sex = "view"', "exploratory.sex", "already declared"),
            ('"score_v1"', '"score"', "comparators.in_use.score", "own score"),
            ("[0.3, 0.1]", "[0.3, 1.1]", "curves.thresholds[1]", "not a risk"),
            ("sensitivity = 0.20", "sensitivty = 0.2", "minimum.max_width.sensitivty",
             "Did you mean “sensitivity”"),
            ('exam = "exam_id"', 'label = "score"', "columns.score", "same column"),
            ("at_least = 0.80", "at_leat = 0.80", "criteria[0].at_leat", "Did you mean “at_least”"),
            ("at_least = 0.80", "", "criteria[0].at_least", "no bound"),
            ("at_least = 0.80", "at_least = 0.8\nat_most = 0.9", "criteria[0].at_most",
             "two bounds"),
            ("at_least = 0.80", "at_least = 80", "criteria[0].at_least", "not as 80"),
            ('metric = "auroc"', 'metric = "auc"', "criteria[0].metric", "not a metric"),
            ('over = "every site"', 'over = "every region"', "criteria[0].over", "not a declared"),
            ('over = "every site"', 'over = "all"', "criteria[0].over", "not a place"),
            ('over = "every site"', 'finding = "x"', "criteria[0].finding",
             "not a declared finding"),
            ('site = "site"\n', "", "criteria[0].over", "needs sites"),
        ],
    )  # fmt: skip
    def test_place_and_remedy(self, old: str, new: str, at: str, words: str) -> None:
        """One wrong thing in a whole protocol is found where it stands."""
        text = FULL.replace(old, new, 1)
        assert text != FULL
        error = refusal(text)
        assert error.at == at
        assert words in str(error)

    @pytest.mark.parametrize(
        ("values", "key", "words"),
        [
            ({"metric": "demographic_parity_difference", "source": "fairness", "attribute": "sex",
              "at_least": None, "at_most": 0.1}, "metric", "descriptive"),
            ({"metric": "prevalence"}, "metric", "descriptive"),
            ({"metric": "equal_opportunity_difference"}, "metric", "source = “fairness”"),
            ({"metric": "equal_opportunity_difference", "source": "fairness"}, "attribute", "sex"),
            ({"metric": "auroc_difference", "source": "fairness", "attribute": "sx"}, "attribute",
             "Did you mean “sex”"),
            ({"metric": "ppv", "source": "sites"}, "metric", "not computed"),
            ({"source": "sites", "over": "every site"}, "over", "no further strata"),
            ({"source": "sites", "bound": "low"}, "bound", "prediction_low"),
            ({"source": "comparison"}, "comparator", "in_use"),
            ({"source": "comparison", "comparator": "in_us"}, "comparator", "in_use"),
            ({"comparator": "in_use"}, "comparator", "only for"),
            ({"at": {"site": "Kiel"}, "over": "every site"}, "at", "Keep one"),
            ({"at": {"age_band": "45-55"}}, "at.age_band", "45 to <55"),
            ({"at": {"sex": "F", "site": "Kiel"}}, "at", "not crossed"),
            ({"id": "discrimination"}, "id", "earlier criterion"),
            ({"needs": "some"}, "needs", "“all”"),
            ({"metric": "auroc", "source": "comparison", "comparator": "in_use",
              "over": "difference by sex"}, "over", "is not computed over"),
            ({"metric": "auroc", "source": "fairness"}, "metric", "not computed for"),
            ({"metric": "f1", "over": "pooled external"}, "over", "not pooled"),
            ({"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
              "over": "difference by age_band"}, "attribute", "contradicts"),
            ({"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
              "over": "worst sex"}, "over", "not computed over"),
            ({"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
              "at": {"sex": "F"}}, "at", "Name a site"),
            ({"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
              "basis": "standardised"}, "basis", "“site-standardised”"),
            ({"basis": "crude"}, "basis", "compares none"),
            ({"over": "every sex", "basis": "site-standardised"}, "basis", "compares none"),
            ({"metric": "brier", "over": "difference by sex", "basis": "site-standardised"},
             "basis", "not compared within sites"),
            ({"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
              "basis": "site-standardised", "over": "every site"}, "basis", "within one site"),
            ({"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
              "basis": "site-standardised", "at": {"site": "Kiel"}}, "basis", "within one site"),
            ({"id": ""}, "id", "empty"),
            ({"id": 3}, "id", "must be a text, not a number"),
            ({"id": None}, "id", "required and missing"),
            ({"exploratory": "yes"}, "exploratory", "true or false"),
            ({"at_least": True}, "at_least", "not true or false"),
        ],
    )  # fmt: skip
    def test_criterion(self, values: dict[str, object], key: str, words: str) -> None:
        """A criterion that could not be judged is refused with the protocol."""
        at = values.get("at")
        plain = {name: value for name, value in values.items() if name != "at"}
        text = FULL + criterion(**plain)
        if isinstance(at, dict):
            text += "at = {" + ", ".join(f"{k} = {json.dumps(v)}" for k, v in at.items()) + "}\n"
        error = refusal(text)
        assert error.at == f"criteria[1].{key}"
        assert words in str(error)

    @pytest.mark.parametrize(
        ("old", "new", "at", "words"),
        [
            ("replicates = 500", "replicates = 500.5", "intervals.replicates", "whole number"),
            ("replicates = 500", "replicates = 5", "intervals.replicates", "at least 200"),
            ("level = 0.9", "level = 0.4", "intervals.level", "above 0.5"),
            ("level = 0.9", "level = inf", "intervals.level", "not finite"),
            ('auroc = "delong"', 'auroc = "exact"', "intervals.auroc", "delong-logit"),
            ('name = "Test', 'costs = 3\nname = "Test', "costs", "table of keys, not a number"),
            ("[operating_point]", "curves = { thresholds = 3 }\n[operating_point]",
             "curves.thresholds", "must be a list"),
            ("[operating_point]", "subgroups = { sex = 3 }\n[operating_point]", "subgroups.sex",
             "text with something in it"),
            ("[operating_point]", "cells = { grid = 'coarse' }\n[operating_point]", "cells.grid",
             "exact"),
            ("threshold = 0.5", "", "operating_point.threshold", "required"),
            ("threshold = 0.5", "threshold = 0.5\nrule = 'sensitivity at least 0.9 in x'",
             "operating_point.threshold", "both a threshold and its origin"),
            ("[operating_point]", "[columns]\nfinding = 'f'\n[operating_point]",
             "columns.finding", "which rows are one exam"),
            ("[operating_point]\nthreshold = 0.5", "", "operating_point", "required"),
            ("[intervals]", "[costs]\nfalse_negative = 1\n[intervals]", "costs.false_positive",
             "required"),
            ("[intervals]", "[population]\nsource = 'x'\n[intervals]", "population.prevalence",
             "required"),
            ("[intervals]", "[findings.a]\nlabel = 'score'\n[intervals]", "findings.a.score",
             "same column"),
        ],
    )  # fmt: skip
    def test_sections(self, old: str, new: str, at: str, words: str) -> None:
        """What a section says must be of its kind and in its range."""
        text = PLAIN + '[intervals]\nlevel = 0.9\nauroc = "delong"\nreplicates = 500\n'
        assert old in text
        error = refusal(text.replace(old, new))
        assert error.at == at
        assert words in str(error)

    @pytest.mark.parametrize("group", ['["sex", "age_band"]', '["age_band", "sex"]'])
    def test_intersection_twice(self, group: str) -> None:
        """An intersection is planned or exploratory, and stands there once."""
        both = FULL.replace('[["sex", "age_band"]]', f'[["sex", "age_band"], {group}]')
        assert "twice" in str(refusal(both))
        later = FULL.replace('view = "view"', f"intersections = [{group}]")
        assert "already crossed" in str(refusal(later))

    def test_net_benefit_at_the_edge(self) -> None:
        """A threshold of 1 has no odds to weigh by; a stated threshold probability has."""
        text = PLAIN.replace("threshold = 0.5", "threshold = 1.0")
        asked = criterion(metric="net_benefit")
        error = refusal(text + asked)
        assert "priced by odds; the threshold 1 is not a probability" in str(error)
        assert "State [operating_point] threshold_probability" in str(error)
        stated = text.replace("threshold = 1.0", "threshold = 1.0\nthreshold_probability = 0.2")
        assert read(stated + asked).operating_point.threshold_probability == 0.2

    def test_net_benefit_of_ranks(self) -> None:
        """Ranks have no odds; the protocol that states a threshold probability may ask for it."""
        text = PLAIN.replace("[op", 'score_kind = "rank"\n[op')
        asked = criterion(metric="interventions_avoided")
        assert "scores are ranks" in str(refusal(text + asked))
        stated = text.replace("threshold = 0.5", "threshold = 0.5\nthreshold_probability = 0.2")
        assert read(stated + asked).criteria[0].metric == "interventions_avoided"

    def test_findings_inherit_the_threshold_probability(self) -> None:
        """A finding with its own score threshold keeps the odds of all, unless it has others."""
        text = PLAIN.replace("threshold = 0.5", "threshold = 0.5\nthreshold_probability = 0.2")
        found = read(
            text
            + '[findings.a]\nlabel = "la"\nscore = "sa"\nthreshold = 0.3\n'
            + '[findings.b]\nlabel = "lb"\nscore = "sb"\nthreshold_probability = 0.05\n'
        ).findings
        points = [one.operating_point for one in found]
        assert [(p.threshold, p.threshold_probability) for p in points] == [(0.3, 0.2), (0.5, 0.05)]

    @pytest.mark.parametrize(("value", "words"), [("0", "too small"), ("1.0", "too large")])
    def test_threshold_probability_within(self, value: str, words: str) -> None:
        """0 and 1 have no odds."""
        text = PLAIN.replace("threshold = 0.5", f"threshold = 0.5\nthreshold_probability = {value}")
        error = refusal(text)
        assert error.at == "operating_point.threshold_probability"
        assert words in str(error)

    def test_long_findings_share_columns(self) -> None:
        """In a long table a finding has no columns of its own."""
        text = PLAIN.replace("[op", '[columns]\nexam = "e"\nfinding = "f"\n[op')
        assert "share the columns" in str(refusal(text + '[findings.a]\nlabel = "x"\n'))

    def test_costs_need_a_name(self) -> None:
        """A criterion on costs that nobody signed for says what is missing."""
        text = FULL.replace('set_by = "Dr Berg"\n', "") + criterion(metric="expected_cost")
        assert "Add set_by to [costs]" in str(refusal(text))

    def test_costs_must_be_there(self) -> None:
        """A criterion on costs needs costs."""
        assert "Declare [costs]" in str(refusal(PLAIN + criterion(metric="expected_cost")))

    def test_a_basis_within_sites_needs_sites(self) -> None:
        """Where no site is declared nothing can be compared within one."""
        text = PLAIN + '[subgroups]\nsex = "sex"\n'
        wanted = criterion(
            metric="auroc_difference", source="fairness", attribute="sex", at_least=None,
            at_most=0.1, basis="site-standardised",
        )  # fmt: skip
        assert "Declare site in [columns]" in str(refusal(text + wanted))

    def test_a_basis_is_read(self) -> None:
        """As written; crude where a criterion compares groups and says nothing, else none."""
        gap = {"metric": "auroc_difference", "source": "fairness", "attribute": "sex",
               "at_least": None, "at_most": 0.1}  # fmt: skip
        over = {"over": "difference by sex", "at_least": None, "at_most": 0.1}
        text = "".join(
            criterion(id=f"c{i}", **values)
            for i, values in enumerate(
                [
                    gap | {"basis": "site-standardised"},
                    gap,
                    over,
                    over | {"basis": "site-standardised"},
                    {},
                ]
            )
        )
        found = [one.basis for one in read(FULL + text).criteria[1:]]
        assert found == ["site-standardised", "crude", "crude", "site-standardised", None]

    def test_population_must_be_there(self) -> None:
        """A metric moved to the population's prevalence needs the population."""
        text = PLAIN + criterion(metric="ppv_at_prevalence")
        assert "Declare [population]" in str(refusal(text))

    def test_ranks_have_no_calibration(self) -> None:
        """A Brier score of ranks is refused."""
        text = "score_kind = 'rank'\n" + PLAIN + criterion(metric="brier")
        assert "score_kind is “rank”" in str(refusal(text))

    def test_comparator_without_threshold(self) -> None:
        """A comparator's sensitivity needs the threshold it is used at."""
        text = FULL.replace('version = "heart-cad/1"\nthreshold = 0.5\n', "")
        wanted = criterion(source="comparison", comparator="in_use", at_least=-0.05)
        assert "needs the threshold" in str(refusal(text + wanted))

    def test_pooling_is_for_external_testing(self) -> None:
        """Generalisation is judged on external testing only."""
        text = FULL.replace('purpose = "external testing"', 'purpose = "internal testing"')
        wanted = criterion(over="pooled external")
        assert "for external testing only" in str(refusal(text + wanted))

    def test_long_table_declares_findings(self) -> None:
        """A column of findings without declared findings is refused."""
        text = PLAIN.replace("[op", '[columns]\nexam = "e"\nfinding = "f"\n[op')
        assert refusal(text).at == "findings"

    def test_wide_findings_differ(self) -> None:
        """Two findings cannot read the same columns."""
        assert "same columns" in str(refusal(PLAIN + "[findings.a]\n[findings.b]\n"))

    def test_comparator_of_wide_findings(self) -> None:
        """One column cannot hold a comparator's scores for two findings."""
        text = PLAIN + '[findings.a]\nscore = "a"\n[findings.b]\nscore = "b"\n'
        assert "{finding}" in str(refusal(text + '[comparators.old]\nscore = "old"\n'))
        read(text + '[comparators.old]\nscore = "old_{finding}"\n')
