"""Hospitals: what started there was signed by both of its people."""

from dataclasses import dataclass
from itertools import pairwise

from tests.journeys.workflow.laws.rows import Row, Seen, day, moment, read_json, require

STOPS = {"hold", "suspend"}
RUNNING = {"silent", "pilot", "live"}


@dataclass
class HospitalLaws(Seen):
    """The laws of deployments."""

    def require_deployments(self) -> None:
        """Require two different people's signatures under whatever started at a hospital."""
        for move in self.rows["deployment_moves"]:
            if move["act"] not in {"start", "resume"}:
                continue
            signed = self._found("site_signoffs", "dossier", move["dossier"])
            roles = {row["role"] for row in signed if row["meaning"] != "object"}
            people = {row["person_id"] for row in signed}
            require(
                roles == {"site safety officer", "site executive"} and len(people) == len(signed),
                "started at a hospital without both of its people",
            )
            for row in signed:
                self._require_signed(row, row["dossier"], row["person_id"])
                (deployment,) = self._found("deployments", "id", row["deployment_id"])
                held = [
                    grant
                    for grant in self._found("person_roles", "person_id", row["person_id"])
                    if grant["role"] == row["role"] and grant["site_id"] == deployment["site_id"]
                ]
                require(bool(held), "signed for a hospital by somebody of another")

    def require_windows(self) -> None:
        """Require that no day and no evidence counts twice, and that a stop rule stops."""
        for deployment in self.rows["deployments"]:
            windows = self._found("monitoring_windows", "deployment_id", deployment["id"])
            pieces = {one["evidence_id"] for one in windows}
            require(len(pieces) == len(windows), "one evidence in two windows of a deployment")
            spans = sorted((day(one["first"]), day(one["last"])) for one in windows)
            for (_, ended), (begins, _) in pairwise(spans):
                require(ended < begins, "one day in two windows of a deployment")
            for window in windows:
                self._require_window(window)

    def _require_window(self, window: Row) -> None:
        """Require that a window is what was kept, and that what it fired was done."""
        document = read_json(window["document"])
        require(self._document(window["digest"]) == document, "a window is not what was kept")
        performance = document["performance"]
        require(
            performance["verdict"] is None or not performance["unfit"],
            "a verdict on performance from a window that is not fit for one",
        )
        if not STOPS & {one["action"] for one in document["fired"]}:
            return
        at = moment(window["submitted_at"])
        moves = sorted(
            self._found("deployment_moves", "deployment_id", window["deployment_id"]),
            key=lambda move: move["number"],
        )
        then = [one for one in moves if moment(one["moved_at"]) == at]
        before = [one["state"] for one in moves if moment(one["moved_at"]) < at]
        # The clock stands while they act: what moved at this moment may have come first.
        stood = [*before[-1:], *(one["state"] for one in then)] if before else []
        require(
            any(one["act"] in STOPS for one in then) or not stood or not RUNNING.issuperset(stood),
            "a stop rule fired and nothing stopped",
        )
