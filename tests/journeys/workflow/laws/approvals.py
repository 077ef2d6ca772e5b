"""Approvals: whoever had to sign has signed, the current dossier, and no author among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tests.journeys.workflow.laws.rows import APPROVALS, Row, Seen, moment, plain_id, require

APPROVING = {"review", "support", "support with conditions", "accept residual risk"}


@dataclass
class ApprovalLaws(Seen):
    """The laws of sign-offs and decisions."""

    def require_approvals(self) -> None:
        """Require of every approval that whoever had to sign has signed, and no author."""
        for decision in self.rows["decisions"]:
            if decision["outcome"] in APPROVALS:
                self._require_approval(decision)

    def _require_approval(self, decision: Row) -> None:
        """Require every sign-off that the policy asks for, by people who are no authors."""
        (review,) = self._found("reviews", "id", decision["review_id"])
        frozen = self._found("dossiers", "review_id", review["id"])
        newest = max(frozen, key=lambda row: row["number"])
        require(
            newest["digest"] == decision["dossier"], "decided over a dossier that is not current"
        )
        dossier = self._document(decision["dossier"])
        self._require_signed(decision, decision["digest"], decision["decided_by"])
        authors = self._authors(dossier)
        require(decision["decided_by"] not in authors, "an author decided")
        valid = self._valid(decision)
        for row in valid:
            self._require_signed(row, decision["dossier"], row["person_id"])
            if row["meaning"] in APPROVING:
                require(row["person_id"] not in authors, "an author signed for approval")
        rules = self._document(review["policy_digest"])["tiers"][dossier["policy"]["tier"]]
        seated: list[Row] = []
        for rule in rules["signoffs"]:
            given = [
                row
                for row in valid
                if row["role"] == rule["role"] and row["meaning"] in rule["meanings"]
            ]
            people = {row["person_id"] for row in given}
            require(
                len(people) >= rule.get("quorum", 1),
                f"approved without the sign-off of the {rule['role']}",
            )
            seated.extend(given)
        places = [(row["person_id"], row["role"], row["signed_at"]) for row in seated]
        places.append((decision["decided_by"], rules["decision_maker"], decision["decided_at"]))
        self._require_seats(places, rules.get("dual_roles", []))
        objecting = [row["role"] for row in valid if row["meaning"] == "object"]
        require("clinical safety officer" not in objecting, "approved against the safety officer")

    def _require_seats(
        self, places: Sequence[tuple[str, str, Any]], allowed: Sequence[Sequence[str]]
    ) -> None:
        """Require that nobody sits in two places, unless policy and an enroller have said so."""
        pairs = [set(pair) for pair in allowed]
        for (one, role, since), (other, another, later) in combinations(places, 2):
            if one != other or role == another:
                continue
            at = max(moment(since), moment(later))
            declared = [
                row
                for row in self._found("dual_roles", "person_id", one)
                if {row["first"], row["second"]} == {role, another}
                and moment(row["declared_at"]) <= at
                and (row["revoked_at"] is None or moment(row["revoked_at"]) >= at)
            ]
            require(
                {role, another} in pairs and bool(declared), "one person filled two required roles"
            )

    def _valid(self, decision: Row) -> list[Row]:
        """Return the sign-offs over the decided dossier that nobody took back."""
        taken_back = {row["signoff_id"] for row in self.rows["signoff_withdrawals"]}
        return [
            row
            for row in self.rows["signoffs"]
            if row["dossier"] == decision["dossier"]
            and row["review_id"] == decision["review_id"]
            and row["id"] not in taken_back
        ]

    def _authors(self, dossier: Mapping[str, Any]) -> set[str]:
        """Return who made the version, its evidence and its protocols."""
        version = self._version(dossier["version"]["model"], dossier["version"]["number"])
        authors = {version["registered_by"]}
        for item in dossier["evidence"]:
            (row,) = self._found("evidence", "id", plain_id(item["id"]))
            authors.add(row["submitted_by"])
            for protocol in self._found("protocols", "id", row["protocol_id"]):
                authors.add(protocol["registered_by"])
        return authors
