"""Tests of the design effects that sites state instead of telling whose exams are whose."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from tests.validation.federation.test_hiding import Rows
from validation.assessment import assess
from validation.engines.duckdb import tally_table
from validation.estimates import Estimate
from validation.federation.effects import effects_of, state
from validation.federation.hiding import hide, plan_of
from validation.federation.merging import merge
from validation.protocols.shape import Columns, OperatingPoint, Protocol, ScoreKind
from validation.strata import Strata
from validation.tallies import Tally
from validation.tallies.files import read, write

PROTOCOL = make_protocol(
    columns=Columns(site="site", patient="patient"), subgroups=subgroups("sex")
)

# How near the federated width is to the central one: scores in merged cells tell less.
WIDTHS = {"sensitivity": 0.02, "specificity": 0.02, "ppv": 0.02, "auroc": 0.2, "brier": 0.2}


def repeated_rows(site: str = "S", *, seed: int = 0, patients: int = 150, each: int = 2) -> Rows:
    """Return rows of patients whose exams are all alike: the design effect is their number."""
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for n, score in enumerate(rng.random(patients).round(3)):
        row = {
            "site": site, "sex": "FM"[n % 2], "patient": f"{site}{n}",
            "label": int(rng.random() < score), "score": float(score),
        }  # fmt: skip
        rows += [row] * each
    return rows


def sent(rows: Rows, *, minimum: int = 10, protocol: Protocol = PROTOCOL) -> Tally:
    """Return what leaves a site, with its design effects."""
    whole = make_tally(rows, protocol)
    return state(hide(whole, plan_of(protocol, minimum=minimum)), whole, protocol)


def width(estimate: Estimate) -> float:
    """Return how wide an interval is."""
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


class TestState:
    """What a site states beside its counts."""

    @pytest.mark.parametrize("metric", ["sensitivity", "specificity", "ppv", "npv", "accuracy",
                                        "flag_rate", "prevalence", "lr_positive", "auroc", "brier",
                                        "observed_expected"])  # fmt: skip
    def test_exams_in_twos_count_half(self, metric: str) -> None:
        """Two equal exams of each patient tell as much as one: the effect is 2."""
        effects = sent(repeated_rows()).effects
        assert effects[("", "", ())][metric] == pytest.approx(2, abs=0.0501)

    def test_of_every_stratum_that_leaves(self) -> None:
        """Overall, by site, by sex; each with the site's name and without."""
        found = {by for _, _, by in sent(repeated_rows()).effects}
        site = ("site", "S")
        sexes = [("sex", "F"), ("sex", "M")]
        assert found == {(), (site,), *((one,) for one in sexes), *((one, site) for one in sexes)}

    def test_not_of_few_patients(self) -> None:
        """Nine have several exams: no effect tells of them."""
        rows = [*repeated_rows(each=1), *repeated_rows("S", patients=9, each=1)]
        assert sent(rows).effects == {}
        more = [*repeated_rows(each=1), *repeated_rows("S", patients=10, each=1)]
        assert ("", "", ()) in sent(more).effects

    def test_not_of_a_stratum_with_a_hidden_class(self) -> None:
        """Of hidden negatives nothing is said by an effect."""
        rows = [row for row in repeated_rows() if row["label"] == 1]
        negative = {**rows[0], "label": 0, "patient": "N"}
        assert sent([*rows, negative, negative]).effects == {}

    def test_not_of_levels_that_are_told_as_other(self) -> None:
        """They have no stratum in what leaves."""
        rows = repeated_rows()
        rows[:4] = [{**row, "sex": "X"} for row in rows[:4]]
        assert not any("X" in dict(by).values() for _, _, by in sent(rows).effects)

    def test_is_in_twentieths_and_never_below_one(self) -> None:
        """Rounded up: no exact number of pairs can be worked back from it."""
        rows = repeated_rows()
        for n, row in enumerate(rows):
            rows[n] = {**row, "label": n % 2}  # one of each: repeats narrow
        stated = [e for found in sent(rows).effects.values() for e in found.values()]
        assert min(stated) == 1
        assert all(round(e * 20, 9) == round(e * 20) for e in stated)

    def test_nothing_where_patients_are_not_known(self) -> None:
        """No column says whose exams they are."""
        protocol = make_protocol()
        assert sent(repeated_rows(), protocol=protocol).effects == {}

    def test_nothing_where_pairs_left(self) -> None:
        """With a minimum of 1 they are in the tally, which is exact."""
        assert sent(repeated_rows(), minimum=1).effects == {}

    def test_of_one_table_of_several_sites(self) -> None:
        """Each site, and all together; by sex within a site nobody counted the patients."""
        rows = [*repeated_rows("S"), *repeated_rows("T", seed=1)]
        found = {by for _, _, by in sent(rows).effects}
        assert {(), (("site", "S"),), (("site", "T"),)} < found
        assert (("sex", "F"), ("site", "S")) not in found

    def test_by_subgroup_within_each_of_several_sites(self, tmp_path: Path) -> None:
        """Where their patients are counted, and enough of them repeat."""
        rows = [*repeated_rows("S"), *repeated_rows("T", seed=1), *repeated_rows("U", patients=9)]
        rows += repeated_rows("V", each=1)  # of each patient one exam: nothing to state
        path = tmp_path / "table.csv"
        words = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
        path.write_text("\n".join(words), encoding="utf-8")
        whole = tally_table(path, PROTOCOL, within_sites=True)
        told = state(hide(whole, plan_of(PROTOCOL, minimum=10)), whole, PROTOCOL)
        ours = told.effects[("", "", (("sex", "F"), ("site", "S")))]
        alone = sent(repeated_rows("S")).effects[("", "", (("sex", "F"), ("site", "S")))]
        assert ours["sensitivity"] == alone["sensitivity"]
        assert (("sex", "F"), ("site", "U")) not in {by for _, _, by in told.effects}
        assert not [by for _, _, by in told.effects if ("site", "V") in by]
        assert not any(len(by) > 1 for _, _, by in told.persons)

    def test_survives_the_file(self) -> None:
        """Written and read, it is the same tally."""
        found = sent(repeated_rows())
        assert read(write(found)).effects == found.effects
        assert read(write(found)).digest == found.digest


class TestEffectsOf:
    """The design effects of one stratum."""

    def test_ranks_have_none_of_calibration(self) -> None:
        """A rank is no probability, and has no Brier score."""
        protocol = replace(PROTOCOL, score_kind=ScoreKind.RANK)
        strata = Strata(make_tally(repeated_rows(), protocol), protocol)
        stratum = next(strata.every(protocol.findings[0], None))
        found = effects_of(stratum, protocol)
        assert "auroc" in found
        assert "brier" not in found

    def test_without_an_operating_point(self) -> None:
        """There are no decisions; the prevalence is there nevertheless."""
        protocol = make_protocol(
            columns=PROTOCOL.columns, operating_point=OperatingPoint(threshold=None)
        )
        strata = Strata(make_tally(repeated_rows(), protocol), protocol)
        found = effects_of(next(strata.every(protocol.findings[0], None)), protocol)
        assert "prevalence" in found
        assert "sensitivity" not in found

    def test_everything_flagged(self) -> None:
        """Both rates are 1, so that their ratio does not vary, and has no effect."""
        rows = [{**row, "score": 0.6 + row["score"] / 3} for row in repeated_rows()]
        strata = Strata(make_tally(rows, PROTOCOL), PROTOCOL)
        found = effects_of(next(strata.every(PROTOCOL.findings[0], None)), PROTOCOL)
        assert "lr_positive" not in found
        assert found["ppv"] == pytest.approx(2, abs=0.0501)

    def test_a_class_without_exams(self) -> None:
        """Nothing varies where nothing is; what is defined is stated."""
        rows = [{**row, "label": 1, "score": 1.0} for row in repeated_rows()]
        strata = Strata(make_tally(rows, PROTOCOL), PROTOCOL)
        found = effects_of(next(strata.every(PROTOCOL.findings[0], None)), PROTOCOL)
        assert found["sensitivity"] == pytest.approx(2)
        assert "specificity" not in found
        assert "auroc" not in found


class TestPooled:
    """The effects of several sites together."""

    def test_intervals_are_wider_than_of_independent_exams(self) -> None:
        """And about as wide as in the table of all, where the pairs are known."""
        rows = {s: repeated_rows(s, seed=n) for n, s in enumerate("ST")}
        merged = merge([(s, sent(own)) for s, own in rows.items()])
        federated = assess(merged, PROTOCOL)
        independent = assess(replace(merged, effects={}), PROTOCOL)
        central = assess(make_tally([*rows["S"], *rows["T"]], PROTOCOL), PROTOCOL)
        by_place = {tuple(one.by.items()): one.estimates for one in central.strata}
        for ours, plain in zip(federated.strata, independent.strata, strict=True):
            theirs = by_place[tuple(ours.by.items())]
            for metric, near in WIDTHS.items():
                here = width(ours.estimates[metric])
                assert here == pytest.approx(2**0.5 * width(plain.estimates[metric]), rel=0.03)
                assert here == pytest.approx(width(theirs[metric]), rel=near), (metric, ours.by)
                assert here > width(theirs[metric])

    def test_is_said(self) -> None:
        """The reader is told that the intervals are approximate, and by whose word."""
        merged = merge([(s, sent(repeated_rows(s, seed=n))) for n, s in enumerate("ST")])
        found = assess(merged, PROTOCOL)
        said = "approximate: design effects stated by the sites"
        assert any(said in warning for warning in found.warnings)
        assert str(found.accuracy.intervals).startswith(said)

    def test_mean_by_exams(self) -> None:
        """300 exams with an effect of 2 and 600 with one of 3: 8/3."""
        named = [
            (s, replace(sent(repeated_rows(s, patients=n)),
                        effects={("", "", (("site", s),)): {"auroc": e}}))
            for s, n, e in (("S", 150, 2.0), ("T", 300, 3.0))
        ]  # fmt: skip
        found = merge(named).effects
        assert found[("", "", ())] == {"auroc": pytest.approx(8 / 3, abs=1e-4)}
        assert found[("", "", (("site", "T"),))] == {"auroc": 3.0}

    def test_one_site_keeps_its_own(self) -> None:
        """Merging one tally changes nothing."""
        found = sent(repeated_rows())
        assert merge([("S", found)]).effects == found.effects

    def test_grouping_does_not_count(self) -> None:
        """Two merged before the third, or all at once."""
        named = [(s, sent(repeated_rows(s, seed=n))) for n, s in enumerate("STU")]
        first = merge(named[:2])
        assert merge([("ST", first), named[2]]).digest == merge(named).digest
