"""Standings: a version stands as its stage says, by an approval; nobody signs in an emergency."""

from dataclasses import dataclass

from tests.journeys.workflow.laws.rows import APPROVALS, Seen, moment, read_json, require


@dataclass
class StandingLaws(Seen):
    """The laws of standings and of emergency access."""

    def require_standings(self) -> None:
        """Require that stage and standing agree, and a current one has its approval."""
        approved = {row["dossier"] for row in self.rows["decisions"] if row["outcome"] in APPROVALS}
        for row in self.rows["standings"]:
            document = read_json(row["document"])
            unsigned = {key: value for key, value in document.items() if key != "signature"}
            self._verify(unsigned, document["signature"]["value"], "standing")
            if row["state"] == "current":
                require(row["dossier"] in approved, "current without an approval")
        for version in self.rows["versions"]:
            newest = self._newest("standings", "version_id", version["id"])
            state = None if newest is None else newest["state"]
            if version["stage"] == "approved":
                require(state == "current", f"approved, but standing as {state}")
            if state in {"suspended", "lapsed"}:
                require(version["stage"] != "approved", f"{state}, but approved")

    def require_no_signature_in_an_emergency(self) -> None:
        """Require that nobody signed or decided while their emergency access was open."""
        made = [(row["person_id"], row["signed_at"]) for row in self.rows["signoffs"]]
        made += [(row["person_id"], row["signed_at"]) for row in self.rows["site_signoffs"]]
        made += [(row["decided_by"], row["decided_at"]) for row in self.rows["decisions"]]
        for row in self.rows["emergencies"]:
            until = min(moment(row["until"]), moment(row["ended_at"] or row["until"]))
            for person, at in made:
                # At one moment either may have come first: the clock stands while they act.
                within = moment(row["opened_at"]) < moment(at) < until
                require(not (within and person == row["person_id"]), "signed in an emergency")
