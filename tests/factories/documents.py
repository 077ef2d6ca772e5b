"""Documents: whole dossiers, decisions, standings and sign-offs, as reviews freeze them.

The assessment in them is worked from rows of patients by plain formulas that are not those of
the product, so that a card can be read against an independent count. Rows are drawn from a fixed
seed, or given.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

from registry.domain.digests import canonical, digest_of

Json = dict[str, Any]

THRESHOLD = 0.5
COSTS: Json = {
    "false_negative": 10.0,
    "false_positive": 1.0,
    "true_positive": 0.0,
    "true_negative": 0.0,
    "set_by": "Heart team",
    "set_on": "2026-11-20",
    "why": "A missed narrowing is worth ten needless angiograms.",
}
TITLES = (
    "Insufficient training data",
    "Decentralized data sets",
    "High cost of annotations",
    "Ambiguous reference standard",
    "Imbalance in class representation",
    "Asymmetric misclassification costs",
    "Relevant performance metrics",
    "Generalization to unseen data sets",
    "Model decay",
    "Adversarial attacks",
    "Explainability",
    "Fairness and bias",
    "Clinical validation",
)


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One row of a prediction table."""

    site: str
    groups: tuple[tuple[str, str], ...]
    label: int
    score: float


def person(name: str = "Ilona Kovács") -> Json:
    """Return a person as documents name one."""
    return {"id": name.lower().replace(" ", "-"), "name": name}


def drawn(
    sites: Sequence[tuple[str, int, float]] = (
        ("Hungary", 293, 0.36),
        ("Long Beach", 200, 0.74),
        ("Switzerland", 123, 0.93),
    ),
    *,
    groups: Callable[[int], tuple[tuple[str, str], ...]] | None = None,
    seed: int = 7,
) -> tuple[Patient, ...]:
    """Draw patients: each site with its number of exams and its share with the finding."""
    rng = np.random.default_rng(seed)
    patients: list[Patient] = []
    for site, number, share in sites:
        for i in range(number):
            label = int(i < round(share * number))
            logit = rng.normal(1.2 if label else -1.2, 1.5)
            named = groups(i) if groups else _sex_and_age(rng)
            score = round(1 / (1 + math.exp(-logit)), 3)
            patients.append(Patient(site=site, groups=named, label=label, score=score))
    return tuple(patients)


def spread_patients(hospitals: int) -> tuple[Patient, ...]:
    """Draw patients of many hospitals, three attributes each."""
    sites = [(f"Hospital {n}", 51 + 9 * n, 0.28 + 0.02 * n) for n in range(1, hospitals + 1)]
    ages, origins = ("18 to <40", "40 to <60", "60 to <80", "80 and over"), ("A", "B", "C")
    return drawn(
        sites,
        groups=lambda i: (
            ("sex", "FM"[i % 2]),
            ("age_band", ages[i % 4]),
            ("origin", origins[i % 3]),
        ),
    )


def _sex_and_age(rng: np.random.Generator) -> tuple[tuple[str, str], ...]:
    sex = "F" if rng.random() < 0.2 else "M"
    age = ("under 45", "45 to <55", "55 to <65", "65 and over")[int(rng.integers(0, 4))]
    return (("sex", sex), ("age_band", age))


def assessment(
    patients: Sequence[Patient],
    *,
    partition: str | None = None,
    threshold: float = THRESHOLD,
    crossed: bool = False,
) -> Json:
    """Return an assessment of patients: overall, by site, by group; criteria are left empty.

    All attributes are `crossed` when asked for.
    """
    sites = list(dict.fromkeys(p.site for p in patients))
    levels = sorted({pair for p in patients for pair in p.groups})
    strata = [_stratum({}, patients, partition, threshold)]
    for site in sites:
        chosen = [p for p in patients if p.site == site]
        strata.append(_stratum({"site": site}, chosen, partition, threshold))
    for name, level in levels:
        chosen = [p for p in patients if (name, level) in p.groups]
        strata.append(_stratum({name: level}, chosen, partition, threshold))
    for groups in sorted({p.groups for p in patients}) if crossed else ():
        chosen = [p for p in patients if p.groups == groups]
        strata.append(_stratum(dict(groups), chosen, partition, threshold))
    curves = [_curves({}, patients)]
    curves += [_curves({"site": s}, [p for p in patients if p.site == s]) for s in sites]
    return {
        "schema": "cmr.assessment/1",
        "strata": strata,
        "fairness": [_gap(strata, name) for name in sorted({n for n, _ in levels})],
        "sites": [_pooled(strata)] if len(sites) > 1 else [],
        "comparisons": [],
        "curves": curves,
        "criteria": [],
        "accuracy": {"grid": "exact", "auroc_error_bound": 0.0},
    }


def _wilson(k: int, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    p, scale = k / n, 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    middle = p + z * z / (2 * n)
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def _rate(k: int, n: int, why: str) -> Json:
    if n == 0:
        return {"value": None, "undefined": why}
    low, high = _wilson(k, n)
    return {
        "value": k / n,
        "low": low,
        "high": high,
        "level": 0.95,
        "method": "wilson",
        "n": n,
        "events": k,
    }


def _area(labels: Sequence[int], scores: Sequence[float]) -> Json:
    """Return AUROC with Hanley and McNeil's interval."""
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return {"value": None, "undefined": "one class only"}
    a = float(roc_auc_score(labels, scores))
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    spread = a * (1 - a) + (positives - 1) * (q1 - a * a) + (negatives - 1) * (q2 - a * a)
    half = 1.96 * math.sqrt(spread / (positives * negatives))
    return {
        "value": a,
        "low": max(0.0, a - half),
        "high": min(1.0, a + half),
        "level": 0.95,
        "method": "hanley-mcneil",
        "n": len(labels),
        "events": positives,
    }


def _stratum(by: Json, patients: Sequence[Patient], partition: str | None, at: float) -> Json:
    labels = [p.label for p in patients]
    scores = [p.score for p in patients]
    positives = sum(labels)
    negatives = len(labels) - positives
    found = sum(1 for p in patients if p.label and p.score >= at)
    spared = sum(1 for p in patients if not p.label and p.score < at)
    expected = sum(scores)
    ratio = positives / expected if expected else 0.0
    brier = sum((p.score - p.label) ** 2 for p in patients) / max(1, len(patients))
    return {
        "by": by,
        "finding": None,
        "partition": partition,
        "exams": len(patients),
        "patients": len(patients),
        "positives": positives,
        "negatives": negatives,
        "unscored": 0,
        "unlabelled": 0,
        "estimates": {
            "auroc": _area(labels, scores),
            "sensitivity": _rate(found, positives, "no positives"),
            "specificity": _rate(spared, negatives, "no negatives"),
            "observed_expected": {"value": ratio, "low": ratio * 0.9, "high": ratio * 1.1},
            "calibration_slope": {"value": 0.81, "low": 0.62, "high": 1.02},
            "brier": {"value": brier, "low": brier * 0.9, "high": brier * 1.1},
        },
    }


def _curves(by: Json, patients: Sequence[Patient]) -> Json:
    labels = np.array([p.label for p in patients])
    scores = np.array([p.score for p in patients])
    both = 0 < labels.sum() < labels.size
    roc: list[Json] = []
    if both:
        fpr, tpr, cuts = roc_curve(labels, scores, drop_intermediate=False)
        roc = [
            {"threshold": float(t), "sensitivity": float(s), "false_positive_rate": float(f)}
            for f, s, t in zip(fpr, tpr, cuts, strict=True)
            if math.isfinite(t)
        ]
    decision, cost = [], []
    for t in [i / 50 for i in range(1, 50)]:
        tp = float(((scores >= t) & (labels == 1)).mean())
        fp = float(((scores >= t) & (labels == 0)).mean())
        share = float(labels.mean())
        odds = t / (1 - t)
        benefit, everybody = tp - fp * odds, share - (1 - share) * odds
        half = 1.96 * math.sqrt((tp + fp * odds**2 - benefit**2) / max(1, len(patients)))
        decision.append(
            {
                "threshold": t,
                "net_benefit": benefit,
                "low": benefit - half,
                "high": benefit + half,
                "treat_all": everybody,
            }
        )
        cost.append({"threshold": t, "expected_cost": 10 * (share - tp) + fp})
    return {
        "by": by,
        "finding": None,
        "roc": roc,
        "calibration": _bins(labels, scores),
        "decision": decision,
        "cost": cost,
    }


def _bins(labels: Any, scores: Any) -> list[Json]:  # noqa: ANN401 - arrays
    order = np.argsort(scores, kind="stable")
    found = []
    for part in np.array_split(order, min(10, len(order))):
        low, high = _wilson(int(labels[part].sum()), len(part))
        found.append(
            {
                "predicted": float(scores[part].mean()),
                "observed": float(labels[part].mean()),
                "low": low,
                "high": high,
                "n": len(part),
            }
        )
    return found


def _gap(strata: Iterable[Json], attribute: str) -> Json:
    values = {
        str(s["by"][attribute]): s["estimates"]["sensitivity"]["value"]
        for s in strata
        if set(s["by"]) == {attribute} and s["estimates"]["sensitivity"]["value"] is not None
    }
    worst, best = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    value = values[best] - values[worst]
    return {
        "by": {},
        "finding": None,
        "attribute": attribute,
        "metric": "equal_opportunity_difference",
        "value": value,
        "low": max(0.0, value - 0.08),
        "high": value + 0.08,
        "expected_by_chance": 0.06,
        "worst": worst,
        "best": best,
        "left_out": {},
    }


def _pooled(strata: Iterable[Json]) -> Json:
    areas = [s["estimates"]["auroc"]["value"] for s in strata if "site" in s["by"]]
    known = [a for a in areas if a is not None]
    middle = sum(known) / len(known)
    return {
        "finding": None,
        "metric": "auroc",
        "scale": "logit",
        "method": "REML+HKSJ",
        "pooled": middle,
        "low": middle - 0.1,
        "high": min(1.0, middle + 0.06),
        "tau2": 0.1,
        "i2": 0.62,
        "q": 8.1,
        "q_p": 0.017,
        "prediction_low": max(0.0, middle - 0.3),
        "prediction_high": min(1.0, middle + 0.12),
        "leave_one_out": {},
    }


def make_gap(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a gap of sensitivities between the sexes."""
    return {
        "by": {},
        "finding": None,
        "attribute": "sex",
        "metric": "equal_opportunity_difference",
        "basis": "crude",
        "value": 0.3,
        "low": 0.1,
        "high": 0.5,
        "expected_by_chance": 0.06,
        "worst": "F",
        "best": "M",
        "left_out": {},
        "sites_left_out": {},
    } | changes


def criterion(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a criterion that is met at Hungary, with changes."""
    return {
        "evidence": "evidence-1",
        "id": "discrimination",
        "verdict": "met",
        "measured": 0.9,
        "low": 0.86,
        "high": 0.93,
        "required": 0.8,
        "comparison": "at least",
        "metric": "auroc",
        "over": "every site",
        "by": {"site": "Hungary"},
        "because": "the interval lies above 0.800",
        "in_scope": True,
        "gates": True,
        "finding": None,
        "consideration": "generalization",
    } | changes


def criteria_of(measured: Json, scope: Sequence[str], *, floor: float = 0.8) -> list[Json]:
    """Judge AUROC and specificity of every site by the rule of the interval."""
    found = []
    for stratum in measured["strata"]:
        if "site" not in stratum["by"]:
            continue
        site = stratum["by"]["site"]
        for name, metric, bound in (
            ("discrimination", "auroc", floor),
            ("specificity",) * 2 + (0.6,),
        ):
            estimate = stratum["estimates"][metric]
            verdict, because = "not assessed", estimate.get("undefined", "")
            if estimate["value"] is not None:
                verdict, because = _judged(estimate, bound)
            if metric == "specificity" and stratum["negatives"] < 10:
                verdict = "insufficient evidence"
                because = f"{stratum['negatives']} negatives, 10 required"
            found.append(
                criterion(
                    id=name,
                    metric=metric,
                    required=bound,
                    verdict=verdict,
                    because=because,
                    by={"site": site},
                    measured=estimate["value"],
                    low=estimate.get("low"),
                    high=estimate.get("high"),
                    in_scope=site in scope,
                )
            )
    return found


def _judged(estimate: Json, bound: float) -> tuple[str, str]:
    if estimate["low"] >= bound:
        return "met", f"the interval lies above {bound:.2f}"
    if estimate["high"] < bound:
        return "not met", f"the interval lies below {bound:.2f}"
    return "insufficient evidence", f"the interval straddles {bound:.2f}"


def make_protocol() -> Json:
    """Return a protocol document with what a card reads of it."""
    return {
        "schema": "cmr.protocol/1",
        "name": "Obstructive coronary disease, external testing",
        "purpose": "external testing",
        "sampling": "consecutive",
        "reference_standard": "invasive angiography, ≥ 50 % narrowing; read blinded to the model",
        "score_kind": "probability",
        "operating_point": {"threshold": THRESHOLD, "positive_when": ">=", "unscored": "negative"},
        "costs": dict(COSTS),
        "population": {"prevalence": 0.36, "range": [0.2, 0.5], "source": "referral audit 1988"},
        "minimum": {"positives": 10, "negatives": 10},
        "intervals": {"level": 0.95, "auroc": "delong-logit"},
        "curves": {"thresholds": [0.2, 0.3, 0.4, 0.6]},
    }


def make_evidence(measured: Json, **changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return an evidence that counts, with changes."""
    return {
        "id": "evidence-1",
        "number": 1,
        "protocol": "sha256:" + "b" * 64,
        "tally": "sha256:" + "c" * 64,
        "assessment_digest": "sha256:" + "d" * 64,
        "assessment": measured,
        "purpose": "external testing",
        "scores_from": "this artifact",
        "custody": "labels held by the data steward",
        "dataset": {"name": "uci-external-1988", "number": 1},
        "table": {
            "digest": "sha256:" + "e" * 64,
            "rows": measured["strata"][0]["exams"],
            "format": "csv",
            "custodian": "Heart team",
            "location": "registry import",
            "retained_until": "2036-11-23",
        },
        "submitted": {"by": person("Dorka Bíró"), "at": "2026-11-22T10:00:00Z"},
        "exploratory": False,
        "counts": True,
        "because": None,
        "engine": "duckdb 2.0.1",
    } | changes


def make_statements(*, missing: Sequence[int] = (10,), absent: Sequence[int] = (11,)) -> list[Json]:
    """Return thirteen statements, some missing, some not available."""
    texts = "304 patients of one hospital, 139 with the finding; the sample size was not planned."
    found = []
    for number, title in enumerate(TITLES, start=1):
        kind = "missing" if number in missing else "stated"
        kind = "not available" if number in absent else kind
        found.append(
            {
                "consideration": number,
                "title": title,
                "kind": kind,
                "text": texts if kind == "stated" else None,
                "reason": "no explanation is shown to users" if kind == "not available" else None,
                "author": person() if kind != "missing" else None,
                "at": "2026-11-20T09:00:00Z" if kind != "missing" else None,
                "evidence": [],
                "carried_from": None,
            }
        )
    return found


def make_dataset(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a dataset version, with changes."""
    return {
        "name": "uci-external-1988",
        "number": 1,
        "title": "UCI Heart Disease, three hospitals",
        "description": "Patients referred for angiography.",
        "sites": ["Hungary", "Switzerland", "Long Beach"],
        "from": "1983-01-01",
        "to": "1987-12-31",
        "devices": None,
        "inclusion": "referred for angiography",
        "exclusion": "earlier infarction",
        "annotators": "cardiologists",
        "reference_standard": "invasive angiography, ≥ 50 % narrowing",
        "legal_basis": "published, de-identified",
        "licence": "CC BY 4.0",
        "source": "UCI",
        "partitions": {"external testing": {"exams": 616, "patients": 616, "positives": 370}},
        "patient_keys": 616,
        "withdrawn": None,
    } | changes


def make_dossier(
    patients: Sequence[Patient] | None = None,
    *,
    scope_sites: Sequence[str] = ("Hungary",),
    rung: str = "pilot",
    **changes: Any,  # noqa: ANN401 - whatever a test needs
) -> Json:
    """Return a whole dossier over patients, with changes to its top level."""
    measured = assessment(patients or drawn())
    cleveland = make_dataset(
        name="cleveland-1988",
        title="UCI Heart Disease, Cleveland",
        sites=["Cleveland"],
        partitions={"development": {"exams": 304, "patients": 304, "positives": 139}},
    )
    return {
        "schema": "cmr.dossier/1",
        "number": 3,
        "opened": {"by": person("Dorka Bíró"), "at": "2026-11-23T09:30:00Z"},
        "model": {
            "name": "heart-cad",
            "title": "Obstructive coronary disease at angiography",
            "summary": "Estimates from eleven routine findings whether a referred adult has a "
            "coronary narrowing of half or more.",
            "intended_use": "Order of the angiography list",
            "intended_users": "Cardiologists",
            "population": "Adults referred for angiography for chest pain",
            "use_for": [
                "Order the angiography list of adults with chest pain, every referral read.",
                "Support, never replace, the decision to refer.",
            ],
            "do_not_use_for": [
                "Cancel or delay an angiography because the score is low.",
                "Assess patients with an earlier infarction, or without a stress test.",
            ],
            "risk_tier": "fast track",
            "regulatory": [{"jurisdiction": "EU", "status": "not submitted", "reference": None}],
        },
        "version": {
            "model": "heart-cad",
            "number": 2,
            "description": "Serum cholesterol 0 is treated as missing.",
            "registered": {"by": person("Dorka Bíró"), "at": "2026-11-21T08:00:00Z"},
            "artifacts": [
                {
                    "path": "model.json",
                    "digest": digest_of(b"model"),
                    "size": 1234,
                    "kind": "model",
                }
            ],
            "parents": [{"model": "heart-cad", "number": 1, "relation": "retrained from"}],
            "base_model": None,
            "training_run": None,
            "code_commit": None,
            "environment_lock": digest_of(b"lock"),
            "datasets": [{"name": "cleveland-1988", "number": 1, "use": "training"}],
        },
        "datasets": [cleveland, make_dataset()],
        "overlap": [
            {
                "training": "cleveland-1988/1",
                "testing": "uci-external-1988/1",
                "outcome": "none",
                "shared": 0,
                "comparable": 1.0,
                "because": "",
            }
        ],
        "statements": make_statements(),
        "protocols": [
            {
                "digest": "sha256:" + "b" * 64,
                "document": make_protocol(),
                "registered": {"by": person(), "at": "2026-11-20T09:00:00Z"},
                "signatures": [],
            }
        ],
        "evidence": [make_evidence(measured)],
        "in_use": None,
        "policy": {
            "name": "standard",
            "version": 1,
            "digest": digest_of(b"policy"),
            "tier": "fast track",
        },
        "scope": {
            "sites": list(scope_sites),
            "population": "Adults referred for angiography for chest pain",
            "findings": [],
            "use": "Order of the angiography list",
            "rung": rung,
            "site_prevalence": {"Hungary": 0.36},
        },
        "criteria": criteria_of(measured, scope_sites),
        "requirements": [
            {
                "id": "evidence.external",
                "text": "External testing evidence from this artifact at every site in scope",
                "status": "met",
                "because": "",
                "waits_for": None,
            }
        ],
    } | changes


def make_signoff(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a sign-off of a clinical lead in support, with changes."""
    return {
        "id": "signoff-1",
        "person": person("Ilona Kovács"),
        "role": "clinical lead",
        "registration": "GMC 1234567",
        "meaning": "support",
        "reasons": None,
        "dossier": "sha256:" + "a" * 64,
        "at": "2026-11-23T11:00:00Z",
        "method": "password+server-key",
        "key": "ed25519:1f2e3d4c",
        "statement": {},
        "signature": "q2Vw" * 22,
        "withdrawn_at": None,
        "void": False,
    } | changes


def make_condition(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return an open condition before go-live, with changes."""
    return {
        "number": 1,
        "text": "Repeat calibration on 100 local patients",
        "when": "before go-live",
        "owner": person("Dorka Bíró"),
        "verifier": person("Ilona Kovács"),
        "due": "2027-01-31",
        "site": "Hungary",
        "time_zone": "Europe/Budapest",
        "evidence_needed": "An assessment",
        "consequence": "no go-live",
        "state": "open",
        "closed_at": None,
    } | changes


def make_decision(dossier: Json, **changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return an approval of a dossier, with changes."""
    return {
        "schema": "cmr.decision/1",
        "dossier": digest_of(canonical(dossier)),
        "outcome": "approve",
        "policy": {"name": "standard", "version": 1},
        "scope": dossier["scope"],
        "conditions": [],
        "signoffs": [],
        "decided": {"by": person("Ilona Kovács"), "at": "2026-11-23T12:00:00Z"},
        "valid_until": "2027-11-23",
        "blocked_by": [],
    } | changes


def make_standing(state: str, **changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a standing document, with changes."""
    return {
        "schema": "cmr.standing/1",
        "model": "heart-cad",
        "number": 2,
        "dossier": None,
        "state": state,
        "since": "2026-11-23T12:30:00Z",
        "by": None,
        "reason": "",
        "signature": "c2lnbg==",
    } | changes


def make_crowded_dossier() -> Json:
    """Return a dossier that asks for all the room there is: forty sites, twenty subgroups.

    Names are long, everything that can be listed is listed, and nothing in it is met.
    """
    sites = [
        (f"University Hospital of {name} and Surroundings", 40 + 7 * i, 0.15 + 0.015 * i)
        for i, name in enumerate(f"Northern District {n:02d}" for n in range(1, 41))
    ]
    patients = drawn(sites, groups=lambda i: ((f"attribute_{i % 5}", f"level number {i % 4}"),))
    scope = [name for name, _, _ in sites[:12]]
    dossier = make_dossier(patients, scope_sites=scope)
    words = "A sentence that somebody took pains to write and that does not want to end " * 4
    dossier["model"] |= {
        "title": "Obstructive coronary artery disease at invasive angiography " * 3,
        "summary": words,
        "population": words,
        "use_for": [words] * 9,
        "do_not_use_for": [words] * 9,
        "regulatory": [
            {"jurisdiction": f"Country {i}", "status": "not submitted", "reference": "R-1"}
            for i in range(9)
        ],
    }
    dossier["version"] |= {"description": words}
    dossier["version"]["artifacts"] *= 9
    for statement in dossier["statements"]:
        if statement["kind"] == "stated":
            statement["text"] = words
    for dataset in dossier["datasets"]:
        dataset |= {"reference_standard": words, "licence": words}
    dossier["datasets"] *= 6
    dossier["overlap"] *= 6
    dossier["protocols"][0]["document"]["reference_standard"] = words
    dossier["scope"]["population"] = words
    for entry in dossier["criteria"]:
        entry["because"] = words
    dossier["requirements"] = [
        {
            "id": f"requirement-{i}",
            "text": words,
            "status": "missing",
            "because": words,
            "waits_for": "ML engineer",
        }
        for i in range(9)
    ]
    return dossier


def make_crowd(number: int, **changes: Any) -> list[Json]:  # noqa: ANN401 - whatever a test needs
    """Return many sign-offs by people with long names."""
    long = "Professor Wilhelmina Alexandrina Featherstonehaugh-Cholmondeley"
    return [
        make_signoff(id=f"signoff-{i}", person=person(f"{long} {i}"), **changes)
        for i in range(number)
    ]
