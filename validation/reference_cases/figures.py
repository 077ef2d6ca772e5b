"""Figures: what other programs, papers and hand calculations say of the reference tables."""

from dataclasses import dataclass, field
from typing import Final

from validation.reference_cases.tables import AS_PROC, ENDS, HOSPITALS, PERFECT, RATES, Table

OVERALL: Final[dict[str, object]] = {"by": {}}
TIGHT: Final = 1e-9

PROC: Final = "pROC 1.18.0 under R 4.2.2"
METAFOR: Final = "metafor 3.8-1 under R 4.2.2: rma of logit AUROC, REML, test = “adhoc”"
GLM: Final = "glm of R 4.2.2, binomial"
PROP: Final = "prop.test of R 4.2.2 without continuity correction"
SKLEARN: Final = "scikit-learn 1.9.1"
FAIRLEARN: Final = "fairlearn 0.15.0"
BY_HAND: Final = "by hand: 99 found, 16 missed, 38 flagged in vain, 147 left alone"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number that is known from elsewhere, and where an assessment has it.

    Attributes
    ----------
    id, what : str
    source : str
        Which paper, package or calculation says so.
    table : Table
    section : str
        Part of the assessment document: "strata", "fairness", "sites" or "comparisons".
    where : mapping
        Facts by which the one entry of the section is found.
    path : tuple of str
        Keys that lead from the entry to the number.
    expected : float
    tolerance : float
        How far the number may lie from it.
    """

    id: str
    what: str
    source: str
    table: Table
    section: str = "strata"
    where: dict[str, object] = field(default_factory=lambda: dict(OVERALL))
    path: tuple[str, ...]
    expected: float
    tolerance: float = TIGHT


def _of(
    metric: str,
    key: str,
    expected: float,
    source: str,
    *,
    table: Table = HOSPITALS,
    tolerance: float = TIGHT,
) -> Figure:
    """Describe an estimate over the whole table."""
    return Figure(
        id=f"{table.name}: {metric} {key}",
        what=metric.replace("_", " ") + ("" if key == "value" else f", interval, {key} end"),
        source=source,
        table=table,
        path=("estimates", metric, key),
        expected=expected,
        tolerance=tolerance,
    )


def _elsewhere(section: str, key: str, expected: float, source: str, **where: object) -> Figure:
    """Describe a figure of another section over the whole table."""
    return Figure(
        id=f"{HOSPITALS.name}: {section} {where['metric']} {key}",
        what=f"{str(where['metric']).replace('_', ' ')} ({section}): {key.replace('_', ' ')}",
        source=source,
        table=HOSPITALS,
        section=section,
        where=OVERALL | where,
        path=(key,),
        expected=expected,
    )


FIGURES: Final = (
    _of("auroc", "value", 0.914054054054054, PROC),
    _of("auroc", "low", 0.882060085795323, PROC, table=AS_PROC),
    _of("auroc", "high", 0.946048022312785, PROC, table=AS_PROC),
    _of("auroc", "low", 0.87619837251421, f"{PROC}: var(), carried to the logit by hand"),
    _of("auroc", "high", 0.941112302682522, f"{PROC}: var(), carried to the logit by hand"),
    _of("average_precision", "value", 0.8601484555978038, SKLEARN),
    _of("sensitivity", "low", 0.785898782051363, PROP),
    _of("sensitivity", "high", 0.912510685685220, PROP),
    _of("specificity", "low", 0.730670437864449, PROP),
    _of("specificity", "high", 0.846533321737388, PROP),
    _of("ppv", "low", 0.642367959408599, PROP),
    _of("ppv", "high", 0.790743146587962, PROP),
    _of("balanced_accuracy", "value", 0.827732079905993, SKLEARN),
    _of("f1", "value", 0.7857142857142857, SKLEARN),
    _of("mcc", "value", 0.639778510432255, SKLEARN),
    _of("calibration_intercept", "value", -0.721065173589004, GLM),
    _of("calibration_slope", "value", 1.72607819481235, GLM, tolerance=1e-8),
    _of("observed_expected", "value", 0.762852404643449, "R 4.2.2: mean(label) / mean(score)"),
    _of("brier", "value", 0.135008333333333, "R 4.2.2: mean((score - label)^2)"),
    _of("log_loss", "value", 0.42203130762884, "R 4.2.2: the mean of the log likelihoods"),
    _of("net_benefit", "value", 99 / 300 - 38 / 300, BY_HAND),
    _of("net_benefit_at_prevalence", "value", 99 / 115 * 0.1 - 38 / 185 * 0.9, BY_HAND),
    _of("expected_cost", "value", (16 * 10 + 38) / 300, BY_HAND),
    _of("sensitivity", "low", 0.255288519878274, PROP, table=RATES),
    _of("sensitivity", "high", 0.366209576982800, PROP, table=RATES),
    _of("specificity", "low", 1 - 0.160487241723308, PROP, table=RATES),
    _of("specificity", "high", 1 - 0.062386399530736, PROP, table=RATES),
    _of("sensitivity", "low", 0.0, PROP, table=ENDS),
    _of("sensitivity", "high", 0.161125158052819, PROP, table=ENDS),
    _of("specificity", "low", 1 - 0.171755218793203, PROP, table=ENDS),
    _of("specificity", "high", 1 - 0.006113214292763, PROP, table=ENDS),
    _of(
        "auroc", "value", 1.0, "by hand: every positive scores above every negative", table=PERFECT
    ),
    _elsewhere("sites", "pooled", 0.9164035346164, METAFOR, metric="auroc"),
    _elsewhere("sites", "low", 0.822934456760126, METAFOR, metric="auroc"),
    _elsewhere("sites", "high", 0.962764798173414, METAFOR, metric="auroc"),
    _elsewhere("sites", "tau2", 0.233780922071027, METAFOR, metric="auroc"),
    _elsewhere("sites", "q", 7.83328709342913, METAFOR, metric="auroc"),
    _elsewhere("sites", "prediction_low", 0.690230762162475, METAFOR, metric="auroc"),
    _elsewhere("sites", "prediction_high", 0.981795474294362, METAFOR, metric="auroc"),
    *(
        _elsewhere("fairness", "value", value, FAIRLEARN, metric=metric, attribute="sex")
        for metric, value in (
            ("demographic_parity_difference", 0.109021215903013),
            ("demographic_parity_ratio", 0.7879313334489336),
            ("equalized_odds_difference", 0.051912568306010876),
            ("equalized_odds_ratio", 0.7788461538461539),
            ("equal_opportunity_difference", 0.051912568306010876),
        )
    ),
    *(
        _elsewhere("comparisons", key, value, f"{PROC}: roc.test, paired", metric="auroc")
        for key, value in (
            ("difference", 0.070716803760282),
            ("low", 0.0407178419540252),
            ("high", 0.100715765566539),
            ("z", 4.62023950585622),
            ("p", 3.83297314587329e-06),
        )
    ),
    *(
        _elsewhere(
            "comparisons",
            key,
            value,
            "Newcombe, Stat Med 1998;17:2635-2650, method 10, worked in R 4.2.2 from 92, 7, 3, 13",
            metric="sensitivity",
        )
        for key, value in (("low", -0.0234485855155463), ("high", 0.0955909481034323))
    ),
    _elsewhere(
        "comparisons", "p", 0.34375, "binom.test of R 4.2.2: McNemar, exact", metric="sensitivity"
    ),
)
