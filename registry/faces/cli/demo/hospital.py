"""Hospital: two people of Hungary let the version run silently, and a gateway asks for permits."""

import hashlib
from pathlib import Path

from registry.faces.cli.console import say
from registry.faces.cli.demo import cast
from registry.faces.cli.demo.stage import Stage
from registry.shapes.deployments import DeploymentIn, DeploymentOut, SiteSignOffIn
from registry.shapes.permits import PermitIn, PermitOut
from registry.shapes.site_plans import SitePlanIn

CONFIGURATION = "configuration.toml"
SETTINGS = """\
container = "heart-cad:2"
feed = "angiography referrals, once a night"
shown_to = []
"""


def let_in(stage: Stage, home: Path, *, version: str, site: str) -> None:
    """Let a hospital decide whether a version runs there, and ask whether it may."""
    stage.enrol(cast.AT_THE_SITE, site=site)
    client = stage.enter(cast.SITE_OFFICER)
    proposed = client.post("/deployments", DeploymentIn(version=version, site=site), DeploymentOut)
    path = f"/deployments/{proposed.id}"
    found = client.post(f"{path}/dossiers", _plan(home), DeploymentOut)
    digest = "" if found.dossier is None else str(found.dossier["digest"])
    for part, meaning, reasons in (
        (cast.SITE_OFFICER, "support", ""),
        (cast.SITE_EXECUTIVE, "accept residual risk", "Nobody sees a score."),
    ):
        body = SiteSignOffIn.model_validate(
            {
                "role": part.roles[0],
                "meaning": meaning,
                "reasons": reasons,
                "dossier": digest,
                "password": stage.password(part),
            }
        )
        found = stage.enter(part).post(f"{path}/signoffs", body, DeploymentOut)
        say(f"{part.name}, {part.roles[0]}, signs: {meaning}. {site}: {version} is {found.state}.")
    for rung in ("silent", "pilot"):
        _ask(stage, version, site, rung)


def _plan(home: Path) -> SitePlanIn:
    """Return what the hospital lays down for a silent run."""
    file = home / CONFIGURATION
    file.write_text(SETTINGS, encoding="utf-8")
    return SitePlanIn.model_validate(
        {
            "rung": "silent",
            "configuration": {
                "digest": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}",
                "description": "A container beside the scheduler; its scores are shown to nobody.",
            },
            "downtime_procedure": "The list is ordered by date of referral, as before.",
            "silent_plan": {
                "days": 180,
                "positives": 60,
                "output_hidden": "Scores go to a file that the data office alone can read.",
                "label_source": "Angiography reports, read without the score",
                "follow_up_days": 30,
                "technical_failures_at_most": 0.02,
                "stopping_rule": "Any score that reaches a screen of the ward ends the run.",
            },
            "permit_minutes": 60,
            "grace_minutes": 240,
        }
    )


def _ask(stage: Stage, version: str, site: str, rung: str) -> None:
    """Ask for a permit as the data steward's gateway does, and say what came back."""
    body = PermitIn.model_validate({"version": version, "site": site, "rung": rung})
    answer = stage.enter(cast.STEWARD).post("/permits", body, PermitOut)
    if answer.permit == "yes":
        until = str(answer.expires_at)[:16].replace("T", " ")
        say(f"May it run there for {rung} use? Yes, until {until} UTC.")
    else:
        reasons = " ".join(str(one["what"]) for one in answer.reasons)
        say(f"May it run there for {rung} use? No. {reasons}")
