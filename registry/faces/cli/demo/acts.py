"""Acts: what the people of the demonstration do, each through the API as anybody would."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import RootModel

from registry.client import ProblemError
from registry.domain.sites import Calendar
from registry.faces.cli.demo import cast, heart, records, training
from registry.faces.cli.demo.stage import Stage
from registry.faces.cli.demo.training import Recipe
from registry.shapes.artifacts import ArtifactOut
from registry.shapes.audit import VerificationIn, VerificationOut
from registry.shapes.cards import CardOut
from registry.shapes.datasets import DatasetOut, PatientsOut
from registry.shapes.evidence import EvidenceOut
from registry.shapes.jobs import JobOut
from registry.shapes.models import ModelOut
from registry.shapes.problems import ProblemOut
from registry.shapes.protocols import ProtocolIn, ProtocolOut, ProtocolSignatureIn
from registry.shapes.reviews import ConditionIn, DecisionIn, ReviewIn, ReviewOut, SignOffIn
from registry.shapes.sites import SiteOut
from registry.shapes.statements import StatementOut
from registry.shapes.versions import (
    CandidacyIn,
    DatasetPart,
    FileIn,
    ParentPart,
    VersionIn,
    VersionOut,
)

Meaning = Literal["review", "support", "support with conditions", "object"]
DEVELOPMENT_PARTITION = "development"
TESTING_PARTITION = "external testing"
COLUMNS = ["exam_id", "patient_id", "site", "sex", "age", "cholesterol", "label"]


class Document(RootModel[dict[str, Any]]):
    """Any JSON document."""


class RefusedError(Exception):
    """A step of the demonstration was refused; the message says which and why."""


def register_everything_but_versions(stage: Stage, rows: pd.DataFrame) -> None:
    """Register the hospitals, their data with patients for overlap checks, and the model."""
    client = stage.enter(cast.STEWARD)
    for site in records.SITES:
        client.post("/sites", site, SiteOut)
    for name in rows["site"].unique():
        here = rows[rows["site"] == name]
        development = name == heart.DEVELOPMENT_SITE
        partition = DEVELOPMENT_PARTITION if development else TESTING_PARTITION
        dataset = records.dataset(name, here, partition=partition)
        made = client.post("/datasets", dataset, DatasetOut)
        identifiers = "patient_id\n" + "\n".join(here["patient_id"]) + "\n"
        client.upload(
            f"/datasets/{made.name}/{made.number}/patients",
            [identifiers.encode()],
            PatientsOut,
            params={"partition": partition},
        )
    stage.enter(cast.OWNER).post("/models", records.model(), ModelOut)


def register_version(
    stage: Stage, rows: pd.DataFrame, recipe: Recipe, *, description: str, parent: int | None
) -> tuple[VersionOut, dict[str, Any]]:
    """Train at the development hospital, register the file, and say what is to be said."""
    development = rows[rows["site"] == heart.DEVELOPMENT_SITE]
    artifact = training.fit(development, recipe)
    client = stage.enter(cast.ENGINEER)
    kept = client.upload("/artifacts", [training.artifact_bytes(artifact)], ArtifactOut)
    lock = client.upload("/artifacts", [training.environment().encode()], ArtifactOut)
    body = VersionIn(
        description=description,
        architecture="Logistic regression on ten predictors, no interaction",
        artifacts=[
            FileIn(path="model.json", digest=kept.digest, kind="model"),
            FileIn(path="environment.txt", digest=lock.digest, kind="configuration"),
        ],
        parents=[]
        if parent is None
        else [ParentPart(model=records.MODEL, number=parent, relation="retrained from")],
        environment_lock=lock.digest,
        datasets=[
            DatasetPart(
                name=records.dataset_name(heart.DEVELOPMENT_SITE), number=1, use="training"
            ),
            *(
                DatasetPart(name=records.dataset_name(site), number=1, use="testing")
                for site in heart.EXTERNAL_SITES
            ),
        ],
    )
    version = client.post(f"/models/{records.MODEL}/versions", body, VersionOut)
    counts = {
        "development": len(development),
        "development_positives": int(development["label"].sum()),
    }
    path = f"/models/{records.MODEL}/versions/{version.number}/statements"
    for statement in records.statements(counts):
        client.post(path, statement, StatementOut)
    return version, artifact


def put_in_force(stage: Stage, text: str, *, model: str = records.MODEL) -> ProtocolOut:
    """Register a protocol and let both people sign it who must."""
    path = f"/models/{model}/protocols"
    protocol = stage.enter(cast.ENGINEER).post(path, ProtocolIn(text=text), ProtocolOut)
    for part in (cast.LEAD, cast.VALIDATOR):
        body = ProtocolSignatureIn.model_validate(
            {"role": part.roles[0], "password": stage.password(part)}
        )
        address = f"/protocols/{protocol.digest}/signatures"
        protocol = stage.enter(part).post(address, body, ProtocolOut)
    return protocol


def hand_in(
    stage: Stage,
    version: int,
    table: Path,
    protocol: ProtocolOut,
    *,
    scores_from: Literal["this artifact", "refits"],
    dataset: str | None = None,
    model: str = records.MODEL,
    location: str | None = None,
) -> EvidenceOut:
    """Hand a table in, wait until it is measured, and return the evidence."""
    client = stage.enter(cast.ENGINEER)
    params = {
        "protocol": protocol.digest,
        "scores_from": scores_from,
        "custody": "from the author",
        "dataset": dataset,
        "custodian": f"{cast.STEWARD.name}, data steward",
        "location": location or f"the demonstration's folder, {table.name}",
    }
    path = f"/models/{model}/versions/{version}/evidence"
    with table.open("rb") as rows:
        waiting = client.upload(path, rows, EvidenceOut, params=params, media_type="text/csv")
    client.wait(str(waiting.job))
    found = client.get(f"/evidence/{waiting.id}", EvidenceOut)
    if found.state != "attached":
        raise RefusedError(f"{table.name}: {found.refusal}")
    return found


def assessment(stage: Stage, evidence: EvidenceOut) -> dict[str, Any]:
    """Return what the registry computed."""
    found = stage.client.get(f"/evidence/{evidence.id}/assessment", Document)
    return found.root


def verify_trail(stage: Stage) -> VerificationOut:
    """Let the auditor check the whole trail."""
    client = stage.enter(cast.AUDITOR)
    return client.post("/trail/verification", VerificationIn(), VerificationOut)


def write_table(path: Path, rows: pd.DataFrame, **scores: Iterable[float]) -> Path:
    """Write a prediction table: what was known of each patient, and the scores."""
    rows[COLUMNS].assign(**{name: list(values) for name, values in scores.items()}).to_csv(
        path, index=False
    )
    return path


def open_review(
    stage: Stage, version: int, scope: ReviewIn, *, model: str = records.MODEL
) -> ReviewOut:
    """Open a review of a release candidate: its dossier is frozen."""
    path = f"/models/{model}/versions/{version}"
    owner = stage.enter(cast.OWNER)
    if owner.get(path, VersionOut).candidate is None:
        owner.post(f"{path}/candidacy", CandidacyIn(why="ready for review"), VersionOut)
    return owner.post(f"{path}/reviews", scope, ReviewOut)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What one person signs, and why where reasons are due."""

    part: cast.Part
    meaning: Meaning
    reasons: str = ""


def sign(stage: Stage, review: ReviewOut, voices: Iterable[Voice]) -> ReviewOut:
    """Let people sign the dossier as it is frozen."""
    for voice in voices:
        body = SignOffIn.model_validate(
            {
                "role": voice.part.roles[0],
                "meaning": voice.meaning,
                "reasons": voice.reasons,
                "dossier": review.dossier.digest,
                "password": stage.password(voice.part),
            }
        )
        client = stage.enter(voice.part)
        review = client.post(f"/reviews/{review.id}/signoffs", body, ReviewOut)
    return review


def decide(
    stage: Stage,
    review: ReviewOut,
    outcome: Literal["approve", "approve with conditions", "re-review", "decline"],
    *,
    reasons: str,
    conditions: Iterable[ConditionIn] = (),
) -> ReviewOut | ProblemOut:
    """Decide as the clinical lead; a refusal by the policy is an answer too."""
    body = DecisionIn(
        outcome=outcome,
        reasons=reasons,
        conditions=list(conditions),
        password=stage.password(cast.LEAD),
    )
    try:
        return stage.enter(cast.LEAD).post(f"/reviews/{review.id}/decision", body, ReviewOut)
    except ProblemError as error:
        return error.problem


def more_women(site: str, today: date) -> ConditionIn:
    """Return the condition that silent running exists to meet."""
    return ConditionIn(
        text="Collect scores and angiography results of at least 60 women with disease.",
        when="after go-live",
        owner=cast.OWNER.login,
        verifier=cast.VALIDATOR.login,
        due=Calendar().next_working(today + timedelta(days=350)),
        site=site,
        evidence_needed="A table of the silent period, measured under a signed protocol.",
        consequence="Silent running ends and no pilot is reviewed.",
    )


def issue_card(
    stage: Stage, version: int, folder: Path, name: str, *, model: str = records.MODEL
) -> tuple[CardOut, Path]:
    """Issue the card of a version as it stands and write it to a file."""
    path = f"/models/{model}/versions/{version}"
    client = stage.enter(cast.OWNER)
    job = client.post(f"{path}/cards", None, JobOut)
    ended = client.wait(str(job.id))
    if ended.status != "done":
        raise RefusedError(f"the card of {model}/{version}: {ended.error}")
    card = next(card for card in client.list(f"{path}/cards", CardOut) if card.current)
    file = folder / f"{name}.pdf"
    with file.open("wb") as out:
        out.writelines(client.download(f"{path}/card"))
    return card, file
