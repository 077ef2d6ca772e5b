"""Story: `cmr demo`, the whole flow told in the numbers that the rules gave."""

import shlex
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from rich.text import Text

from registry.faces.cli.console import Exit, err, fail, note, out, say, table
from registry.faces.cli.demo import acts, cast, hazards, heart, hospital, plans, records, training
from registry.faces.cli.demo.acts import Voice
from registry.faces.cli.demo.stage import OccupiedError, Stage, cleared, founded, settings
from registry.faces.cli.demo.training import Recipe
from registry.shapes.problems import ProblemOut
from registry.shapes.protocols import ProtocolOut
from registry.shapes.reviews import ReviewIn, ReviewOut

FACE_VALUE = Recipe(zero_cholesterol_is_missing=False)
AS_MISSING = Recipe(zero_cholesterol_is_missing=True)
DIFFERENCE = {1: "cholesterol 0 taken at face value", 2: "cholesterol 0 treated as missing"}
POPULATION = "Adults referred for coronary angiography with suspected coronary disease"
USE = "Order the waiting list for angiography, beside the cardiologist's own reading"
Final = Literal["decline", "re-review"]
VERDICT_STYLE = {"met": "green", "not met": "red", "insufficient evidence": "yellow"}


def demo() -> None:
    """Run the whole flow on the patients of four hospitals and write the model cards."""
    began = time.monotonic()
    chosen = settings()
    try:
        home = cleared(chosen.home)
    except OccupiedError as error:
        fail(str(error), code=Exit.BAD_INPUT)
    rows = heart.patients(heart.table_path())
    _introduce(rows)
    try:
        with founded(chosen) as stage:
            cards = _play(stage, rows, home, datetime.now(UTC).date())
            checked = _check_trail(stage)
    except acts.RefusedError as error:
        fail(str(error))
    _close(home, cards, checked, seconds=time.monotonic() - began)


def _chapter(title: str) -> None:
    """Begin a chapter."""
    out.print()
    out.print(Text(title, style="bold"))


def _introduce(rows: pd.DataFrame) -> None:
    """Say whose patients these are."""
    say(Text("A model that orders the waiting list for coronary angiography", style="bold"))
    say(
        "Real patients, four hospitals (UCI Heart Disease, CC BY 4.0: R. Detrano, A. Janosi, "
        "W. Steinbrunn, M. Pfisterer). The people who act below are invented."
    )
    counted = []
    for site in (heart.DEVELOPMENT_SITE, *heart.EXTERNAL_SITES):
        here = rows[rows["site"] == site]
        women = here[here["sex"] == "F"]
        counted.append(
            [
                site,
                str(len(here)),
                str(int(here["label"].sum())),
                f"{len(women)} ({int(women['label'].sum())})",
                str(int((here["chol"] == 0).sum())),
                "training" if site == heart.DEVELOPMENT_SITE else "external testing",
            ]
        )
    table(
        None,
        ["Hospital", "Patients", "Diseased", "Women (diseased)", "Cholesterol 0", "For"],
        counted,
        right="Patients,Diseased,Women (diseased),Cholesterol 0",
    )


def _play(stage: Stage, rows: pd.DataFrame, home: Path, today: date) -> list[tuple[str, Path]]:
    """Act the whole story; return what each card says and where it lies."""
    _chapter("1  Registered, then planned, then signed: all before any external score exists")
    acts.register_everything_but_versions(stage, rows)
    first = _version(
        stage, rows, FACE_VALUE, parent=None, said="serum cholesterol 0 taken at face value"
    )
    second = _version(
        stage, rows, AS_MISSING, parent=1, said="serum cholesterol 0 treated as missing"
    )
    _log_hazards(stage, today)
    measured = _develop(stage, rows, home)
    one = _plan(stage, home, version=1, development=measured[1], today=today, compared_at=None)
    threshold = float(one.document["operating_point"]["threshold"])
    two = _plan(stage, home, version=2, development=measured[2], today=today, compared_at=threshold)

    _chapter("2  Scored at three other hospitals, and measured by the registry")
    external = rows[rows["site"] != heart.DEVELOPMENT_SITE]
    scores = {1: training.score(external, first), 2: training.score(external, second)}
    _measure(stage, external, home, one, version=1, score=scores[1])
    found = _measure(
        stage, external, home, two, version=2, score=scores[2], score_version_1=scores[1]
    )
    _compare(found)

    _chapter("3  Reviewed, signed, decided")
    cards = [
        _refused_review(stage, home, version=1, sites=list(heart.EXTERNAL_SITES), final="decline"),
        _refused_review(stage, home, version=2, sites=["Hungary"], final="re-review"),
        _silent_review(stage, home, version=2, site="Hungary", today=today),
    ]
    _chapter("4  Let in by the hospital")
    hospital.let_in(stage, home, version=f"{records.MODEL}/2", site="Hungary")
    return cards


def _version(
    stage: Stage, rows: pd.DataFrame, recipe: Recipe, *, parent: int | None, said: str
) -> dict[str, Any]:
    """Register one version and say so."""
    description = f"Logistic regression on ten predictors; {said}."
    version, artifact = acts.register_version(
        stage, rows, recipe, description=description, parent=parent
    )
    note(f"{records.MODEL}/{version.number} is registered: {said}.")
    return artifact


def _log_hazards(stage: Stage, today: date) -> None:
    """Have the plan and the log of hazards approved, and say what is on it."""
    issue = hazards.log_hazards(stage, review_by=today.replace(year=today.year + 1, day=1))
    said = issue.document
    note(
        f"Hazard log, issue {issue.number}: {len(said['hazards'])} hazards, the highest rated "
        f"{said['highest']} of 5, since no control is verified; approved by {cast.OFFICER.name}."
    )


def _develop(stage: Stage, rows: pd.DataFrame, home: Path) -> dict[int, str]:
    """Measure both versions at Cleveland on scores of refits; return the evidence's ids."""
    development = rows[rows["site"] == heart.DEVELOPMENT_SITE]
    protocol = acts.put_in_force(stage, plans.DEVELOPMENT)
    dataset = f"{records.dataset_name(heart.DEVELOPMENT_SITE)}/1"
    found = {}
    for version, recipe in ((1, FACE_VALUE), (2, AS_MISSING)):
        scores = training.out_of_fold(development, recipe)
        file = acts.write_table(home / f"development-{version}.csv", development, score=scores)
        evidence = acts.hand_in(
            stage, version, file, protocol, scores_from="refits", dataset=dataset
        )
        found[version] = str(evidence.id)
    return found


def _plan(
    stage: Stage,
    home: Path,
    *,
    version: int,
    development: str,
    today: date,
    compared_at: float | None,
) -> ProtocolOut:
    """Write the external protocol, let the registry resolve its rule, and have it signed."""
    text = plans.external(
        version=version,
        development=development,
        today=today.isoformat(),
        version_1_threshold=compared_at,
    )
    (home / f"protocol-{version}.toml").write_text(text, encoding="utf-8")
    protocol = acts.put_in_force(stage, text)
    threshold = float(protocol.document["operating_point"]["threshold"])
    note(
        f"{records.MODEL}/{version}: threshold {threshold:.3f} (sensitivity at least 90 % in "
        "Cleveland's out-of-fold scores); protocol signed by "
        f"{cast.LEAD.name} and {cast.VALIDATOR.name}."
    )
    return protocol


def _measure(
    stage: Stage,
    external: pd.DataFrame,
    home: Path,
    protocol: ProtocolOut,
    *,
    version: int,
    **scores: npt.NDArray[np.float64],
) -> dict[str, Any]:
    """Hand a version's external scores in, show what was measured, and return the assessment."""
    file = acts.write_table(home / f"external-{version}.csv", external, **scores)
    evidence = acts.hand_in(stage, version, file, protocol, scores_from="this artifact")
    assessment = acts.assessment(stage, evidence)
    rows = []
    for stratum in assessment["strata"]:
        if set(stratum["by"]) <= {"site"} and stratum["by"]:
            rates = [_stacked(stratum, metric) for metric in ("sensitivity", "specificity")]
            rows.append(
                [
                    stratum["by"]["site"],
                    f"{stratum['positives']}/{stratum['negatives']}",
                    *rates,
                    _stacked(stratum, "auroc", digits=3),
                    _stacked(stratum, "observed_expected", digits=2),
                ]
            )
    table(
        f"{records.MODEL}/{version} ({DIFFERENCE[version]})",
        [
            "Hospital",
            "With / without",
            "Sens.",
            "Spec.",
            "AUROC",
            "Obs. : exp.",
        ],
        rows,
        right="With / without",
    )
    return assessment


def _interval(stratum: dict[str, Any], metric: str, *, digits: int | None = None) -> str:
    """Return an estimate with its interval, or why there is none."""
    estimate = stratum["estimates"][metric]
    if estimate["value"] is None:
        return str(estimate["undefined"])
    if digits is None:
        return f"{estimate['value']:.0%} ({estimate['low']:.0%}–{estimate['high']:.0%})"
    value, low, high = (f"{estimate[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def _stacked(stratum: dict[str, Any], metric: str, *, digits: int | None = None) -> str:
    """Return an estimate above its interval, as a narrow column holds it."""
    return _interval(stratum, metric, digits=digits).replace(" (", "\n").removesuffix(")")


def _compare(assessment: dict[str, Any]) -> None:
    """Show how the versions differ on the same patients, and how women fare."""
    rows: dict[str, dict[str, str]] = {}
    for one in assessment["comparisons"]:
        if "site" in one["by"]:
            rows.setdefault(one["by"]["site"], {})[one["metric"]] = _difference(one)
    metrics = ("sensitivity", "specificity", "auroc")
    table(
        "Version 2 less version 1, on the same patients (sensitivity, specificity: points)",
        ["Hospital", "Sensitivity", "Specificity", "AUROC"],
        [[site, *(shown[metric] for metric in metrics)] for site, shown in rows.items()],
    )
    for group in assessment["strata"]:
        if group["by"] in ({"sex": "F"}, {"sex": "M"}):
            word = "Women" if group["by"]["sex"] == "F" else "Men"
            rests = f"{group['positives']} with disease"
            say(f"{word}: sensitivity {_interval(group, 'sensitivity')}, of {rests}.")


def _difference(one: dict[str, Any]) -> str:
    """Return a difference with its interval, or why there is none."""
    if one["difference"] is None:
        return "alike" if "alike" in one["undefined"] else str(one["undefined"])
    if one["metric"] == "auroc":
        return f"{one['difference']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})"
    points = (100 * one[key] for key in ("difference", "low", "high"))
    return "{:+.0f} ({:+.0f} to {:+.0f})".format(*points)


def _scope(sites: list[str], rung: str) -> ReviewIn:
    """Return what a review asks for."""
    return ReviewIn.model_validate(
        {"sites": sites, "population": POPULATION, "use": USE, "rung": rung}
    )


def _refused_review(
    stage: Stage, home: Path, *, version: int, sites: list[str], final: Final
) -> tuple[str, Path]:
    """Ask for a pilot, try to approve it, and let the policy answer."""
    review = acts.open_review(stage, version, _scope(sites, "pilot"))
    voices = [Voice(part=part, meaning="review") for part in (cast.VALIDATOR,)]
    review = acts.sign(stage, review, voices)
    say(Text(f"{records.MODEL}/{version}, pilot at {_listed(sites)}", style="bold"))
    answer = acts.decide(stage, review, "approve", reasons="The cardiologists ask for it.")
    if isinstance(answer, ReviewOut):
        say("The policy permits it.")
    else:
        _show_blockers(review, answer)
        objection = "; ".join(_open_questions(review)) or answer.detail
        officer = Voice(part=cast.OFFICER, meaning="object", reasons=f"Not shown: {objection}")
        review = acts.sign(stage, review, [officer])
        ended = acts.decide(stage, review, final, reasons=f"What is missing: {objection}")
        if isinstance(ended, ProblemOut):
            raise acts.RefusedError(ended.detail)
        say(f"{cast.LEAD.name} decides: {final}.")
    card, file = acts.issue_card(stage, version, home, f"{records.MODEL}-{version}-pilot")
    return card.headline, file


def _silent_review(
    stage: Stage, home: Path, *, version: int, site: str, today: date
) -> tuple[str, Path]:
    """Ask for silent running, where nobody sees a score, to collect what is missing."""
    say(Text(f"{records.MODEL}/{version}, silent running at {site}", style="bold"))
    review = acts.open_review(stage, version, _scope([site], "silent"))
    voices = [
        Voice(part=cast.VALIDATOR, meaning="review"),
        Voice(
            part=cast.OFFICER,
            meaning="support with conditions",
            reasons="Nobody sees a score; women's sensitivity must be known before a pilot.",
        ),
        Voice(
            part=cast.LEAD,
            meaning="support with conditions",
            reasons="Silent running is the way to the missing evidence.",
        ),
    ]
    review = acts.sign(stage, review, voices)
    answer = acts.decide(
        stage,
        review,
        "approve with conditions",
        reasons="To collect the evidence that the pilot lacks, without touching care.",
        conditions=[acts.more_women(site, today)],
    )
    if isinstance(answer, ProblemOut):
        _show_blockers(review, answer)
    else:
        say(f"{cast.LEAD.name} decides: approve with conditions.")
    card, file = acts.issue_card(stage, version, home, f"{records.MODEL}-{version}-silent")
    return card.headline, file


def _show_blockers(review: ReviewOut, answer: ProblemOut) -> None:
    """Say what stands in the way and what would settle it."""
    say("The policy blocks it:")
    for missing in review.missing:
        style = VERDICT_STYLE.get(missing.kind, "")
        line = Text.assemble("  ", (f"{missing.kind}: ", style), missing.what)
        if missing.waits_for:
            line.append(f" Waits for: {missing.waits_for}.", style="dim")
        say(line)
    if not review.missing:
        say(f"  {answer.detail}")


def _open_questions(review: ReviewOut) -> list[str]:
    """Return the criteria in scope that are not met or not settled, as short sentences."""
    return [
        f"{one['id']} at {', '.join(one['by'].values()) or one['over']} ({one['verdict']})"
        for one in review.criteria
        if one["in_scope"] and one["verdict"] != "met"
    ]


def _listed(names: list[str]) -> str:
    """Return names as one writes them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _check_trail(stage: Stage) -> str:
    """Let the auditor check the trail; return the sentence."""
    found = acts.verify_trail(stage)
    if not found.intact:
        raise acts.RefusedError("; ".join(found.findings))
    return f"The trail holds {found.entries:,} acts and is intact."


def _close(home: Path, cards: list[tuple[str, Path]], checked: str, *, seconds: float) -> None:
    """Say where everything lies and what to do next."""
    _chapter("5  The cards")
    for headline, file in cards:
        say(Text.assemble((f"{file}", "bold cyan")))
        note(f"    {headline}")
    say(checked)
    _chapter("Look round")
    shown = shlex.quote(str(home))
    say(f"  export CMR_HOME={shown}")
    say(f"  cmr login {cast.AUDITOR.login}          # passwords: {home / 'people.json'}")
    say(f"  cmr check {records.MODEL}/2")
    say(f"  cmr deployment show {records.MODEL}/2@Hungary")
    say("  cmr audit verify")
    say("  cmr serve                       # the REST API on http://127.0.0.1:8000/api/v1")
    err.print(Text(f"{seconds:.0f} s", style="dim"))
