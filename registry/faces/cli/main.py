"""Main: the `cmr` command, put together, and what its errors end with."""

import sys
import traceback

import pydantic
import typer
from rich.text import Text

from registry.client import ProblemError, UnreachableError
from registry.domain.errors import BadInputError, NotFoundError, RegistryError
from registry.faces.cli import (
    artifacts,
    audit,
    card_checks,
    card_signing,
    cards,
    checks,
    comments,
    conditions,
    datasets,
    delegations,
    deployments,
    drafting,
    emergencies,
    evaluation,
    evidence,
    failure_reviews,
    failures,
    federation,
    founding,
    hazards,
    identities,
    incidents,
    installation,
    jobs,
    models,
    monitoring,
    notices,
    papers,
    passkeys,
    people,
    permits,
    policies,
    protocols,
    recomputation,
    releases,
    reviews,
    safety_cases,
    seals,
    selfcheck,
    sessions,
    signatures,
    sites,
    standings,
    statements,
    verification,
    versions,
    waivers,
    webhooks,
)
from registry.faces.cli.connection import log_file
from registry.faces.cli.console import Exit, err
from registry.faces.cli.demo.command import demo
from registry.faces.cli.documents import faults_of
from registry.settings import Settings
from registry.shapes.problems import ProblemOut
from reports.errors import ReportError
from validation.errors import ValidationError

app = typer.Typer(
    name="cmr",
    help="The clinical model registry: records, evidence, governance and cards.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
ALONE = "Without a registry"
HERE = "This installation"
app.command(rich_help_panel=ALONE)(demo)
app.command(rich_help_panel=ALONE)(evaluation.evaluate)
app.command(rich_help_panel=ALONE)(failures.failures)
app.command(rich_help_panel=ALONE)(federation.tally)
app.command("merge", rich_help_panel=ALONE)(federation.unite)
app.command(rich_help_panel=ALONE)(verification.verify)
app.command(rich_help_panel=ALONE)(verification.verifier)
app.command(rich_help_panel=HERE)(founding.init)
app.command(rich_help_panel=HERE)(installation.serve)
app.command("worker", rich_help_panel=HERE)(installation.work)
app.command(rich_help_panel=HERE)(installation.migrate)
app.command(rich_help_panel=HERE)(installation.doctor)
app.command(rich_help_panel=HERE)(selfcheck.selfcheck)
app.command()(sessions.login)
app.command()(sessions.logout)
app.command()(sessions.whoami)
app.command()(checks.check)
app.command()(releases.release)
protocols.app.command("draft")(drafting.draft)
protocols.app.command("check")(drafting.check)
versions.app.command("standing")(standings.standing)
versions.app.command("suspend")(standings.suspend)
versions.app.command("reinstate")(standings.reinstate)
cards.app.command("sign")(card_signing.sign)
cards.app.command("verify")(card_checks.verify)
audit.app.command("recompute")(recomputation.recompute)
reviews.app.command("delegate")(delegations.delegate)
reviews.app.command("delegations")(delegations.list_delegations)
reviews.app.command("undelegate")(delegations.undelegate)
reviews.app.command("signatures")(signatures.of_review)
for _name, _group in {
    "people": people.app,
    "passkey": passkeys.app,
    "emergency": emergencies.app,
    "identity": identities.app,
    "session": sessions.own,
    "token": sessions.app,
    "site": sites.app,
    "model": models.app,
    "version": versions.app,
    "artifact": artifacts.app,
    "dataset": datasets.app,
    "statement": statements.app,
    "document": papers.app,
    "training": papers.trainings,
    "protocol": protocols.app,
    "evidence": evidence.app,
    "hazard": hazards.app,
    "safety-case": safety_cases.app,
    "incident": incidents.app,
    "failure-review": failure_reviews.app,
    "review": reviews.app,
    "signature": signatures.app,
    "comment": comments.app,
    "condition": conditions.app,
    "waiver": waivers.app,
    "policy": policies.app,
    "card": cards.app,
    "seal": seals.app,
    "deployment": deployments.app,
    "permit": permits.app,
    "monitoring": monitoring.app,
    "job": jobs.app,
    "notice": notices.app,
    "webhook": webhooks.app,
    "audit": audit.app,
}.items():
    app.add_typer(_group, name=_name)

EXIT = {
    "waiting": Exit.WAITING,
    "blocked": Exit.NOT_MET,
    "stands-against": Exit.NOT_MET,
    "insufficient-evidence": Exit.INSUFFICIENT,
    "not-signed-in": Exit.OTHER,
    "forbidden": Exit.OTHER,
}
CLIENT_FAULTS = frozenset({400, 404, 413, 415, 422})


def main() -> None:
    """Run `cmr` and end with a code that says how it went."""
    try:
        app()
    except ProblemError as error:
        _refuse(_told(error.problem), exit_of(error.problem))
    except UnreachableError as error:
        _refuse(str(error), Exit.OTHER)
    except (ValidationError, BadInputError, NotFoundError) as error:
        _refuse(str(error), Exit.BAD_INPUT)
    except (RegistryError, ReportError) as error:
        _refuse(str(error), EXIT.get(error.code, Exit.OTHER))
    except Exception as error:  # noqa: BLE001 -- a bug is told in a sentence; its trace is kept
        _refuse(*_bug(error))


def _told(problem: ProblemOut) -> str:
    """Return what is said of a refusal; of a bug in this process also where its trace is."""
    settings = Settings()
    if problem.code == "unexpected" and settings.server is None:
        return f"{problem.detail} The log is {log_file(settings)}."
    return problem.detail


def _bug(error: Exception) -> tuple[str, Exit]:
    """Keep the trace of what should not happen; return what to say, and the code to end with."""
    if isinstance(error, pydantic.ValidationError) and error.title == Settings.__name__:
        faults = [(f"CMR_{fault['loc'][0]}".upper(), fault["msg"]) for fault in error.errors()]
        return "; ".join(f"{name}: {what}" for name, what in faults) + ".", Exit.BAD_INPUT
    if isinstance(error, pydantic.ValidationError) and error.title.endswith("In"):
        return faults_of(error), Exit.BAD_INPUT  # what was typed does not fit what is sent
    sentence = f"This should not happen: {type(error).__name__}."
    log = log_file(Settings())
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as kept:
            traceback.print_exception(error, file=kept)
    except OSError:
        return f"{sentence} {error}", Exit.OTHER
    return f"{sentence} What led to it is written in {log}.", Exit.OTHER


def exit_of(problem: ProblemOut) -> Exit:
    """Return what `cmr` ends with when the registry refuses."""
    if problem.status in CLIENT_FAULTS:
        return Exit.BAD_INPUT
    return EXIT.get(problem.code, Exit.OTHER)


def _refuse(message: str, code: Exit) -> None:
    """Say why, on the error stream, and end."""
    err.print(Text.assemble(("✗ ", "bold red"), message), soft_wrap=True)
    sys.exit(int(code))
