"""Training: two versions of one model, fitted at one hospital, kept as plain numbers.

Both are logistic regressions on ten predictors known before angiography. They differ in one
thing: version 1 takes a serum cholesterol of 0 mg/dl at face value, version 2 knows that nobody
has one and treats it as missing. The artifact is JSON with every number that scoring needs, so
that the file whose digest is registered is the file that makes the scores.
"""

import json
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from registry.faces.cli.demo.heart import NUMBERS, WORDS

FOLDS = 5
SEED = 20261123


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one version is trained."""

    zero_cholesterol_is_missing: bool
    penalty: float = 1.0  # inverse strength of the ridge penalty


def prepared(rows: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Return the predictors as this recipe reads them."""
    predictors = rows[[*NUMBERS, *WORDS]].copy()
    if recipe.zero_cholesterol_is_missing:
        predictors.loc[predictors["chol"] == 0, "chol"] = np.nan
    return predictors


def fit(rows: pd.DataFrame, recipe: Recipe) -> dict[str, Any]:
    """Return the artifact of a model fitted on `rows`, as JSON values.

    Missing numbers take the median and missing words the commonest word of `rows`; numbers are
    centred and scaled by the mean and standard deviation of `rows`.
    """
    predictors = prepared(rows, recipe)
    numbers = {}
    for name in NUMBERS:
        median = float(predictors[name].median())
        filled = predictors[name].fillna(median)
        numbers[name] = {
            "median": median,
            "mean": float(filled.mean()),
            "deviation": float(filled.std(ddof=0)),
        }
    words = {}
    for name in WORDS:
        counted = predictors[name].value_counts()
        words[name] = {
            "commonest": str(counted.idxmax()),
            "levels": sorted(map(str, counted.index)),
        }
    artifact: dict[str, Any] = {
        "schema": "heart-cad.model/1",
        "kind": "logistic regression",
        "zero_cholesterol_is_missing": recipe.zero_cholesterol_is_missing,
        "numbers": numbers,
        "words": words,
    }
    model = LogisticRegression(C=recipe.penalty, max_iter=5000)
    model.fit(_matrix(rows, artifact), rows["label"])
    artifact["intercept"] = float(model.intercept_[0])
    artifact["coefficients"] = [float(weight) for weight in model.coef_[0]]
    return artifact


def _matrix(rows: pd.DataFrame, artifact: dict[str, Any]) -> npt.NDArray[np.float64]:
    """Return the design matrix, shape (n, numbers + levels of words)."""
    recipe = Recipe(zero_cholesterol_is_missing=artifact["zero_cholesterol_is_missing"])
    predictors = prepared(rows, recipe)
    columns = []
    for name, facts in artifact["numbers"].items():
        filled = predictors[name].fillna(facts["median"]).to_numpy(float)
        columns.append((filled - facts["mean"]) / facts["deviation"])
    for name, facts in artifact["words"].items():
        filled = predictors[name].where(predictors[name].notna(), facts["commonest"])
        columns += [(filled == level).to_numpy(float) for level in facts["levels"]]
    return np.column_stack(columns)


def score(rows: pd.DataFrame, artifact: dict[str, Any]) -> npt.NDArray[np.float64]:
    """Return each patient's predicted probability, shape (n,), in [0, 1], from the artifact."""
    linear = artifact["intercept"] + _matrix(rows, artifact) @ np.array(artifact["coefficients"])
    probability: npt.NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-linear)), 9)
    return probability


def out_of_fold(rows: pd.DataFrame, recipe: Recipe) -> npt.NDArray[np.float64]:
    """Return scores, shape (n,), each by a refit that did not see the patient."""
    scores = np.empty(len(rows))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for kept, left in folds.split(rows, rows["label"]):
        scores[left] = score(rows.iloc[left], fit(rows.iloc[kept], recipe))
    return scores


def artifact_bytes(artifact: dict[str, Any]) -> bytes:
    """Return the file that is registered."""
    return json.dumps(artifact, indent=1, sort_keys=True).encode() + b"\n"


def environment() -> str:
    """Return what the version was trained with, one package and its version a line."""
    names = ("numpy", "pandas", "scikit-learn", "scipy")
    return "".join(f"{name}=={metadata.version(name)}\n" for name in names)
