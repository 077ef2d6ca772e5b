"""Real cards: public tables taken through the whole flow, to look at what comes out.

``python -m tests.journeys.real_cards TABLES FOLDER`` writes a card for each story below. The
tables are read in place and never copied; the people who act are those of the demonstration.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from registry.faces.cli.demo import acts, cast
from registry.faces.cli.demo.acts import Voice
from registry.faces.cli.demo.stage import Stage, founded
from registry.settings import Settings
from registry.shapes.artifacts import ArtifactOut
from registry.shapes.datasets import Counts, DatasetIn, DatasetOut
from registry.shapes.models import ModelIn, ModelOut
from registry.shapes.reviews import ReviewIn
from registry.shapes.sites import SiteIn, SiteOut
from registry.shapes.versions import (
    DatasetPart,
    FileIn,
    ParentPart,
    VersionIn,
    VersionOut,
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One model on one public table: a version for each column of scores."""

    name: str
    title: str
    population: str
    reference_standard: str
    source: str
    licence: str
    rows: pd.DataFrame
    versions: tuple[str, ...]
    plan: str
    scope: int  # how many hospitals the review is about: the largest


PLAN = """
schema = "cmr.protocol/1"
name = "{title}, external testing"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "{reference_standard}"
score_kind = "probability"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"

[costs]
false_negative = {cost}
false_positive = 1.0
unit = "needless second looks"
set_by = "Carla Moretti, clinical lead"
set_on = "2026-11-30"
why = "made for looking at cards; no clinician has weighed these"

[population]
prevalence = {prevalence}
range = [{least}, {most}]
source = "the table's own, rounded; made for looking at cards"
"""
BOUNDS = """
[[criteria]]
id = "discrimination"
source = "estimate"
metric = "auroc"
at_least = 0.75
over = "every site"
consideration = "generalization"

[[criteria]]
id = "missed findings"
source = "estimate"
metric = "sensitivity"
at_least = 0.70
over = "every site"
consideration = "relevant performance metrics"

[[criteria]]
id = "missed findings, women and men"
source = "estimate"
metric = "sensitivity"
at_least = 0.70
over = "every sex"
consideration = "fairness and bias"

[[criteria]]
id = "false alerts"
source = "estimate"
metric = "specificity"
at_least = 0.60
over = "every site"
consideration = "relevant performance metrics"

[[criteria]]
id = "cost against the cheaper default"
source = "estimate"
metric = "cost_against_default"
at_most = 1.0
over = "every site"
consideration = "asymmetric misclassification costs"
"""
ONE_FINDING = """
[operating_point]
threshold = {threshold}
"""
COMPARED = """
[comparators.earlier]
score = "score_1"
version = "{model}/1"
threshold = {threshold}
"""
ECG = {
    "1davb": "first-degree AV block",
    "rbbb": "right bundle branch block",
    "lbbb": "left bundle branch block",
    "sb": "sinus bradycardia",
    "af": "atrial fibrillation",
    "st": "sinus tachycardia",
}


def apache(tables: Path) -> Story:
    """Return hospital mortality by APACHE IV and IVa at 174 hospitals."""
    demo = tables / "demo"
    rows = pd.read_csv(demo / "apache-mortality_IV.csv").rename(columns={"score": "score_1"})
    rows["score_2"] = pd.read_csv(demo / "apache-mortality_IVa.csv")["score"]
    plan = PLAN.format(
        title="Hospital mortality",
        reference_standard="vital status at discharge from hospital",
        cost=5.0,
        prevalence=0.09,
        least=0.04,
        most=0.15,
    )
    plan = plan.replace("[costs]", 'label = "label"\nscore = "score_{number}"\n\n[costs]')
    plan += ONE_FINDING.format(threshold=0.1) + "{compared}" + '\n[subgroups]\nsex = "sex"\n'
    plan += 'age_band = "age_band"\nrace = "race"\nhospital_beds = "hospital_beds"\n'
    plan += 'intersections = [["sex", "age_band"]]\n' + BOUNDS
    return Story(
        name="icu-mortality",
        title="Hospital mortality after admission to intensive care (APACHE)",
        population="Adults admitted to intensive care",
        reference_standard="vital status at discharge from hospital",
        source="eICU-CRD demo 2.0.1, doi:10.13026/4mxk-na84",
        licence="ODbL 1.0",
        rows=rows,
        versions=("APACHE IV", "APACHE IVa"),
        plan=plan,
        scope=40,
    )


def effusion(tables: Path) -> Story:
    """Return effusion on chest X-rays, several images a patient."""
    rows = pd.read_csv(tables / "demo" / "chexnet-effusion_2022.csv")
    plan = PLAN.format(
        title="Pleural effusion on chest radiographs",
        reference_standard="label mined from the report of routine care",
        cost=8.0,
        prevalence=0.12,
        least=0.05,
        most=0.25,
    )
    plan = plan.replace("[costs]", 'label = "label"\nscore = "score"\n\n[costs]')
    plan += ONE_FINDING.format(threshold=0.15) + '\n[subgroups]\nsex = "sex"\n'
    plan += 'age_band = "age_band"\nview_position = "view_position"\n'
    plan += 'intersections = [["sex", "view_position"]]\n' + BOUNDS
    return Story(
        name="cxr-effusion",
        title="Pleural effusion on chest radiographs (CheXNet reproduction)",
        population="Patients with a frontal chest radiograph",
        reference_standard="label mined from the report of routine care",
        source="NIH ChestX-ray (Wang et al., CVPR 2017); scores of J. Zech",
        licence="scores BSD-3-Clause; images: no restrictions, NIH Clinical Center",
        rows=rows,
        versions=("reproduction of 2022",),
        plan=plan,
        scope=1,
    )


def ecg(tables: Path) -> Story:
    """Return six findings of one electrocardiogram."""
    folder = tables / "ecg_code_test"
    scores = pd.read_csv(folder / "versions" / "seed_01.csv")
    rows = pd.read_csv(folder / "exams.csv").merge(scores, on="exam_id")
    published = json.loads((folder / "operating_points.json").read_text(encoding="utf-8"))
    plan = PLAN.format(
        title="Six findings of the 12-lead electrocardiogram",
        reference_standard="consensus of two cardiologists, a third deciding",
        cost=10.0,
        prevalence=0.03,
        least=0.01,
        most=0.06,
    )
    plan += '\n[operating_point]\npositive_when = ">"\nthreshold = 0.5\n'
    for short, name in ECG.items():
        threshold = published["thresholds_published"][short]
        plan += f'\n[findings."{name}"]\nlabel = "label_{short}"\nscore = "score_{short}"\n'
        plan += f"threshold = {threshold}\n"
    plan += '\n[subgroups]\nsex = "sex"\nage_band = "age_band"\n' + BOUNDS
    return Story(
        name="ecg-findings",
        title="Six findings of the 12-lead electrocardiogram (CODE)",
        population="Adults with an electrocardiogram in primary care",
        reference_standard="consensus of two cardiologists, a third deciding",
        source="CODE test set, A. H. Ribeiro et al., Nat Commun 2020;11:1760",
        licence="MIT",
        rows=rows,
        versions=("seed 01, behind the published table",),
        plan=plan,
        scope=1,
    )


STORIES: Mapping[str, Callable[[Path], Story]] = MappingProxyType(
    {"apache": apache, "effusion": effusion, "ecg": ecg}
)


def play(stage: Stage, story: Story, folder: Path) -> Iterator[Path]:
    """Take a story through the flow; yield the card of each version."""
    _register(stage, story)
    for number, description in enumerate(story.versions, start=1):
        _version(stage, story, number, description)
        _measure(stage, story, number, folder)
        yield _card(stage, story, number, folder)


def _register(stage: Stage, story: Story) -> None:
    client = stage.enter(cast.STEWARD)
    names = [str(name) for name in story.rows["site"].unique()]
    for name in names:
        client.post("/sites", SiteIn(name=name, time_zone="America/New_York"), SiteOut)
    body = DatasetIn.model_validate(
        {
            "name": f"{story.name}-testing",
            "title": story.title,
            "description": "A public table.",
            "sites": names,
            "devices": "not recorded",
            "inclusion": "as published",
            "exclusion": "as published",
            "annotators": "as published",
            "reference_standard": story.reference_standard,
            "legal_basis": "published without names",
            "licence": story.licence,
            "source": story.source,
            "partitions": {"external testing": Counts(exams=len(story.rows))},
        }
    )
    client.post("/datasets", body, DatasetOut)
    model = ModelIn.model_validate(
        {
            "name": story.name,
            "title": story.title,
            "summary": "Registered to look at its card.",
            "intended_use": "None: registered to look at its card.",
            "intended_users": "None",
            "population": story.population,
            "use_for": ["Look at its card."],
            "do_not_use_for": ["Any patient."],
            "risk_tier": "fast track",
            "contact": {"name": "Demonstration desk", "email": "nobody@example.org"},
            "regulatory": [{"jurisdiction": "EU", "status": "research use only"}],
        }
    )
    stage.enter(cast.OWNER).post("/models", model, ModelOut)


def _version(stage: Stage, story: Story, number: int, description: str) -> None:
    client = stage.enter(cast.ENGINEER)
    kept = client.upload("/artifacts", [f"{story.name} {description}".encode()], ArtifactOut)
    earlier = range(max(1, number - 1), number)
    parents = [ParentPart(model=story.name, number=n, relation="retrained from") for n in earlier]
    body = VersionIn(
        description=description,
        artifacts=[FileIn(path="README.txt", digest=kept.digest, kind="documentation")],
        parents=parents,
        datasets=[DatasetPart(name=f"{story.name}-testing", number=1, use="testing")],
    )
    client.post(f"/models/{story.name}/versions", body, VersionOut)


def _measure(stage: Stage, story: Story, number: int, folder: Path) -> None:
    """Put the protocol of a version in force and hand its table in."""
    compared = COMPARED.format(model=story.name, threshold=0.1) if number > 1 else ""
    text = story.plan.replace("{number}", str(number)).replace("{compared}", compared)
    protocol = acts.put_in_force(stage, text, model=story.name)
    table = folder / f"{story.name}-{number}.csv"
    story.rows.to_csv(table, index=False)
    acts.hand_in(
        stage,
        number,
        table,
        protocol,
        scores_from="this artifact",
        dataset=f"{story.name}-testing/1",
        model=story.name,
        location=story.source,
    )
    table.unlink()


def _card(stage: Stage, story: Story, number: int, folder: Path) -> Path:
    largest = story.rows["site"].value_counts().index[: story.scope]
    scope = ReviewIn(
        sites=[str(name) for name in largest],
        population=story.population,
        use="Look at its card",
        rung="pilot",
    )
    review = acts.open_review(stage, number, scope, model=story.name)
    reasons = "What is asked for was not shown."
    acts.sign(
        stage,
        review,
        [
            Voice(part=cast.VALIDATOR, meaning="review"),
            Voice(part=cast.OFFICER, meaning="object", reasons=reasons),
        ],
    )
    name = f"{story.name}-{number}"
    return acts.issue_card(stage, number, folder, name, model=story.name)[1]


def made(tables: Path, folder: Path, names: tuple[str, ...] = tuple(STORIES)) -> list[Path]:
    """Found a registry in a folder, play the stories in it, and return their cards."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = Settings(home=(folder / "home").resolve(), database_url=None, server=None, token=None)
    chosen.home.mkdir()
    with founded(chosen) as stage:
        return [card for name in names for card in play(stage, STORIES[name](tables), folder)]


if __name__ == "__main__":
    for written in made(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.stdout.write(f"{written}\n")
