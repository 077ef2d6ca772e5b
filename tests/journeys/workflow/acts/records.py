"""Records: versions, statements and datasets, by anybody."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.services import audit, datasets, statements, versions
from registry.shapes.statements import StatementIn
from registry.shapes.versions import VersionIn
from tests.factories.records import dataset_in
from tests.journeys.workflow.machine import ANY, MODEL, NUMBERS, Workflow


class Records(Workflow):
    """What is recorded of a version and of the data beside it."""

    @rule(pick=ANY)
    def register_a_version(self, pick: int) -> None:
        """Register a version that is the child of the first."""
        files = [
            {"path": row["path"], "digest": row["digest"], "kind": row["kind"]}
            for row in self.checker.first["version_artifacts"]
        ]
        parent = {"model": MODEL, "number": 1, "relation": "retrained from"}
        body = VersionIn.model_validate(
            {"description": "Again", "artifacts": files, "parents": [parent]}
        )
        login = self.one(self.logins, pick)
        if self.attempt("version", login, lambda work: versions.register(work, MODEL, body)):
            self.registered += 1

    @rule(pick=ANY, number=NUMBERS, consideration=st.integers(1, 13))
    def state_something(self, pick: int, number: int, consideration: int) -> None:
        """Say something about a version: an open dossier goes stale by it."""
        said = StatementIn(consideration=consideration, text=f"Seen at {self.world.clock.moment}.")
        login = self.one(self.logins, pick)
        self.attempt("statement", login, lambda work: statements.make(work, MODEL, number, said))

    @rule(pick=ANY, number=st.integers(1, 2))
    def register_or_withdraw_a_dataset(self, pick: int, number: int) -> None:
        """Register a dataset, or withdraw the one that is there."""
        login = self.one(self.logins, pick)
        if number == 1:
            self.attempt("dataset", login, lambda work: datasets.register(work, dataset_in()))
            return
        name = "cleveland-1988"
        self.attempt(
            "dataset withdrawn", login, lambda work: datasets.withdraw(work, name, 1, why="asked")
        )

    @rule(pick=ANY, number=NUMBERS)
    def name_a_candidate(self, pick: int, number: int) -> None:
        """Name a version a release candidate."""
        login = self.one(["model.owner", *self.logins], pick)
        self.attempt(
            "candidate",
            login,
            lambda work: versions.name_candidate(work, MODEL, number, why="next"),
        )

    @rule(pick=ANY, which=ANY)
    def redact(self, pick: int, which: int) -> None:
        """Take words out of an entry: the trail must go on to verify."""
        words = self.one(self.checker.rows["trail_texts"], which)
        login = self.one(["information.governance", *self.logins], pick % 4 and pick)
        if words is not None:
            self.attempt(
                "redacted",
                login,
                lambda work: audit.redact(
                    work, words["seq"], path=words["path"], why="names a patient"
                ),
            )
