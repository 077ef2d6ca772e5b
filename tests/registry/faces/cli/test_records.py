"""Facts about sites, datasets, models, versions and statements at the command line."""

import json
import shutil
from pathlib import Path

import pytest

from registry.domain.people import Role
from registry.faces.cli.connection import keep_session
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from registry.store import schema
from tests.factories.commands import Terminal
from tests.factories.people import PASSWORD, Registry, make_person

MODEL = """
name = "heart-cad"
title = "Obstructive coronary disease [angiography]"
summary = "Estimates a probability."
intended_use = "Order the waiting list."
intended_users = "Cardiologists"
population = "Adults referred to angiography"
use_for = ["Ordering referrals"]
do_not_use_for = ["Patients under 18"]
risk_tier = "fast track"
contact = { name = "Desk", email = "desk@example.org" }
regulatory = [{ jurisdiction = "EU", status = "research use only" }]
"""
DATASET = """
name = "cleveland-1988"
title = "Cleveland"
description = "Consecutive referrals"
sites = ["CLE"]
from = 1981-05-01
to = 1984-09-30
devices = "not recorded"
inclusion = "Referred"
exclusion = "None recorded"
annotators = "Cardiologists"
reference_standard = "Angiography"
legal_basis = "Published for research"
licence = "CC BY 4.0"
source = "UCI"
partitions.development = { exams = 2, patients = 2 }
"""
VERSION = """
description = "Logistic regression"
datasets = [{ name = "cleveland-1988", number = 1, use = "training" }]
kinds = { "model.json" = "weights" }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a registry where somebody who may register everything is signed in."""
    settings = Settings(home=tmp_path_factory.mktemp("registry") / "home")
    workshop = Workshop.open(settings)
    schema.upgrade(workshop.engine, workshop.settings.migrations)
    make_person(Registry(workshop=workshop), "all", Role.MODEL_OWNER, Role.DATA_STEWARD)
    with workshop.begin(None) as work:
        opened = sessions.sign_in(work, login="all", password=PASSWORD).result()
    keep_session(settings, opened.secret)
    workshop.engine.dispose()
    return settings.home


@pytest.fixture
def terminal(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    """Return that person's terminal, over a registry of its own."""
    shutil.copytree(home, tmp_path / "home")
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


def register(terminal: Terminal) -> None:
    """Register a site, a dataset, a model and a version with one file."""
    terminal.done(
        "site", "register", "Cleveland", "--time-zone", "America/New_York", "--alias", "CLE"
    )
    terminal.done("dataset", "register", terminal.file("dataset.toml", DATASET))
    terminal.done("model", "register", terminal.file("model.toml", MODEL))
    record, weights = terminal.file("version.toml", VERSION), terminal.file("model.json", "{}")
    terminal.done("version", "register", "heart-cad", "--file", record, "--artifact", weights)


class TestRecords:
    """From a site to a version's statements."""

    def test_what_is_registered_is_shown(self, terminal: Terminal) -> None:
        """Every record comes back, and the file with it."""
        register(terminal)
        patients = terminal.file("patients.csv", "id\nA\nB\n")
        path = ("cleveland-1988/1", patients, "--partition", "development")
        assert "2 patients of development" in terminal.done("dataset", "patients", *path)
        assert "America/New_York" in terminal.done("site", "list")
        assert "[angiography]" in terminal.done("model", "show", "heart-cad")
        version = json.loads(terminal.done("version", "show", "heart-cad/1", "--json"))
        (file,) = version["artifacts"]
        assert (file["path"], file["kind"], file["content"]) == ("model.json", "weights", "json")
        out = terminal.folder / "out.json"
        terminal.done("artifact", "get", file["digest"], "--out", str(out))
        assert out.read_text(encoding="utf-8") == "{}"

    def test_record_is_superseded_with_a_reason(self, terminal: Terminal) -> None:
        """The history shows both records."""
        register(terminal)
        corrected = terminal.file("model.toml", MODEL.replace("Cardiologists", "Radiologists"))
        terminal.done("model", "supersede", "heart-cad", corrected, "--why", "wrong users")
        history = json.loads(terminal.done("model", "history", "heart-cad", "--json"))
        assert [old["intended_users"] for old in history] == ["Cardiologists", "Radiologists"]
        assert history[1]["why"] == "wrong users"

    def test_statements_are_made_and_the_missing_named(self, terminal: Terminal) -> None:
        """Two answered, eleven missing."""
        register(terminal)
        terminal.done("statement", "make", "heart-cad/1", "1", "--text", "304 patients")
        terminal.done("statement", "make", "heart-cad/1", "2", "--not-available", "One site")
        listed = terminal.done("statement", "list", "heart-cad/1")
        assert "304 patients" in listed
        assert "not available: One site" in listed
        assert "Missing: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;" in listed


class TestRefusals:
    """Bad input ends with exit code 2 and names the field."""

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            (("fast track", "fast trak"), "risk_tier"),
            (('name = "heart-cad"', ""), "name: Field required"),
            (("population", "popluation"), "popluation"),
            (("[{ jurisdiction", "[{ region"), "regulatory.0.region"),
            (('title = "', "title = "), "is not TOML"),
            (('"heart-cad"', '"Heart CAD"'), "lower-case"),
        ],
    )
    def test_model_file(self, terminal: Terminal, changed: tuple[str, str], told: str) -> None:
        """The field is named as the file spells it, and nothing is registered."""
        ended = terminal.cmr("model", "register", terminal.file("m.toml", MODEL.replace(*changed)))
        assert ended.code == 2
        assert told in ended.err
        assert json.loads(terminal.done("model", "list", "--json")) == []

    def test_version_file_is_checked_before_anything_is_uploaded(self, terminal: Terminal) -> None:
        """A misspelt key costs no upload."""
        terminal.done("model", "register", terminal.file("m.toml", MODEL))
        record = terminal.file("v.toml", VERSION.replace("description", "describtion"))
        weights = terminal.file("model.json", "{}")
        ended = terminal.cmr("version", "register", "heart-cad", "--file", record, "-a", weights)
        assert (ended.code, "describtion" in ended.err) == (2, True)
        assert not list((terminal.folder / "home" / "artifacts").rglob("*"))

    def test_kind_of_a_file_that_is_not_sent(self, terminal: Terminal) -> None:
        """[kinds] speaks of files that are there."""
        record = terminal.file("v.toml", VERSION)
        other = terminal.file("other.json", "{}")
        ended = terminal.cmr("version", "register", "heart-cad", "--file", record, "-a", other)
        assert (ended.code, "model.json" in ended.err) == (2, True)

    @pytest.mark.parametrize("text", ["heart-cad", "heart-cad/one"])
    def test_reference_without_number(self, terminal: Terminal, text: str) -> None:
        """A version is a name, a slash and a number."""
        ended = terminal.cmr("statement", "list", text)
        assert (ended.code, "name/number" in ended.err) == (2, True)

    def test_unknown_site_in_a_dataset(self, terminal: Terminal) -> None:
        """It is refused by the registry itself, with the same exit code."""
        ended = terminal.cmr("dataset", "register", terminal.file("d.toml", DATASET))
        assert (ended.code, "sites" in ended.err) == (2, True)
