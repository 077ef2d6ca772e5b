"""Commands: what `cmr` can do, and in which module of this folder each stands.

A module is loaded when one of its commands is run, so that `cmr job list` does not wait for what
evaluation needs. Help of the whole, and a word that is no command, load them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import typer

ALONE: Final = "Without a registry"
HERE: Final = "This installation"


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command of `cmr` itself.

    Attributes
    ----------
    place : str
        Module and function, such as ``founding:init``.
    panel : str or None
        Heading under which help lists it.
    """

    place: str
    panel: str | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of commands, such as ``cmr card``.

    Attributes
    ----------
    place : str
        Module and Typer application.
    further : mapping of str to str
        Commands of the group that stand in other modules, in the order of its help.
    """

    place: str
    further: Mapping[str, str] = field(default_factory=dict)


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {
        "demo": Command(place="demo.command:demo", panel=ALONE),
        "evaluate": Command(place="evaluation:evaluate", panel=ALONE),
        "failures": Command(place="failures:failures", panel=ALONE),
        "tally": Command(place="federation:tally", panel=ALONE),
        "merge": Command(place="federation:unite", panel=ALONE),
        "verify": Command(place="verification:verify", panel=ALONE),
        "verifier": Command(place="verification:verifier", panel=ALONE),
        "init": Command(place="founding:init", panel=HERE),
        "serve": Command(place="installation:serve", panel=HERE),
        "worker": Command(place="installation:work", panel=HERE),
        "migrate": Command(place="installation:migrate", panel=HERE),
        "doctor": Command(place="installation:doctor", panel=HERE),
        "selfcheck": Command(place="selfcheck:selfcheck", panel=HERE),
        "login": Command(place="sessions:login"),
        "logout": Command(place="sessions:logout"),
        "whoami": Command(place="sessions:whoami"),
        "check": Command(place="checks:check"),
        "release": Command(place="releases:release"),
    }
)
GROUPS: Final[Mapping[str, Group]] = MappingProxyType(
    {
        "people": Group(place="people:app"),
        "passkey": Group(place="passkeys:app"),
        "emergency": Group(place="emergencies:app"),
        "identity": Group(place="identities:app"),
        "session": Group(place="sessions:own"),
        "token": Group(place="sessions:app"),
        "site": Group(place="sites:app"),
        "model": Group(place="models:app"),
        "version": Group(
            place="versions:app",
            further={
                "standing": "standings:standing",
                "suspend": "standings:suspend",
                "reinstate": "standings:reinstate",
            },
        ),
        "artifact": Group(place="artifacts:app"),
        "dataset": Group(place="datasets:app"),
        "statement": Group(place="statements:app"),
        "document": Group(place="papers:app"),
        "training": Group(place="papers:trainings"),
        "protocol": Group(
            place="protocols:app", further={"draft": "drafting:draft", "check": "drafting:check"}
        ),
        "evidence": Group(place="evidence:app"),
        "hazard": Group(place="hazards:app"),
        "safety-case": Group(place="safety_cases:app"),
        "incident": Group(place="incidents:app"),
        "failure-review": Group(place="failure_reviews:app"),
        "review": Group(
            place="reviews:app",
            further={
                "delegate": "delegations:delegate",
                "delegations": "delegations:list_delegations",
                "undelegate": "delegations:undelegate",
                "signatures": "signatures:of_review",
            },
        ),
        "signature": Group(place="signatures:app"),
        "comment": Group(place="comments:app"),
        "condition": Group(place="conditions:app"),
        "waiver": Group(place="waivers:app"),
        "policy": Group(place="policies:app"),
        "card": Group(
            place="cards:app",
            further={"sign": "card_signing:sign", "verify": "card_checks:verify"},
        ),
        "seal": Group(place="seals:app"),
        "deployment": Group(place="deployments:app"),
        "permit": Group(place="permits:app"),
        "monitoring": Group(place="monitoring:app"),
        "job": Group(place="jobs:app"),
        "notice": Group(place="notices:app"),
        "webhook": Group(place="webhooks:app"),
        "audit": Group(place="audit:app", further={"recompute": "recomputation:recompute"}),
    }
)


def named(word: str | None) -> typer.Typer:
    """Return `cmr` with the one command or group of that name, or whole where none is named so.

    Parameters
    ----------
    word : str or None
        The first word behind `cmr`, if there is one.
    """
    return _put_together(word) if word in COMMANDS or word in GROUPS else whole()


def whole() -> typer.Typer:
    """Return `cmr` with all that it can do."""
    return _put_together(*COMMANDS, *GROUPS)


@cache
def _put_together(*names: str) -> typer.Typer:
    """Return `cmr` with the commands and groups of these names."""
    app = typer.Typer(
        name="cmr",
        help="The clinical model registry: records, evidence, governance and cards.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_begin)
    for name in names:
        if name in COMMANDS:
            command = COMMANDS[name]
            app.command(name, rich_help_panel=command.panel)(_load(command.place))
        else:
            app.add_typer(_group(name), name=name)
    return app


@cache
def _group(name: str) -> typer.Typer:
    """Return a group with those of its commands that stand in other modules."""
    group = GROUPS[name]
    app: typer.Typer = _load(group.place)
    for word, place in group.further.items():
        app.command(word)(_load(place))
    return app


def _load(place: str) -> Any:  # noqa: ANN401 -- a function of any words, or a Typer application
    module, _, thing = place.partition(":")
    return getattr(import_module(f"registry.faces.cli.{module}"), thing)


def _begin() -> None:
    """Do nothing: that it is there makes one command alone a group as well."""
