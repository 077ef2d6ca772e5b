"""Waivers: what an approval rests on beside the evidence.

Where a criterion or requirement was not met, or rested on too little, a waiver must have bridged
it: one that the policy permits, signed by every role that the approval needs, and not expired.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.journeys.workflow.laws.approvals import ApprovalLaws
from tests.journeys.workflow.laws.permits import PermitLaws
from tests.journeys.workflow.laws.rows import (
    APPROVALS,
    RUNGS,
    BrokenLawError,
    Row,
    moment,
    read_json,
    require,
)


@dataclass(frozen=True)
class Gap:
    """What was not shown: a criterion at a site or everywhere, or a requirement."""

    of: str
    id: str
    site: str | None
    verdict: str


@dataclass
class WaiverLaws(ApprovalLaws, PermitLaws):
    """The laws of waivers."""

    def require_waivers(self) -> None:
        """Require of every approval that each gap in its dossier had been waived by then."""
        for decision in self.rows["decisions"]:
            if decision["outcome"] in APPROVALS:
                for gap in self.gaps(decision["dossier"]):
                    self._bridged_until(decision, gap, moment(decision["decided_at"]))

    def require_permit(self, permit: Mapping[str, Any], now: datetime) -> None:
        """Require besides that a yes is given under waivers that hold, and outlasts none."""
        super().require_permit(permit, now)
        if permit["permit"] != "yes":
            return
        (decision,) = self._found("decisions", "dossier", permit["release"])
        for gap in self.gaps(decision["dossier"]):
            end = self._bridged_until(decision, gap, now)
            last = datetime.fromisoformat(permit["grace_until"])
            require(last <= end, f"a permit that outlasts the waiver of “{gap.id}”")

    def gaps(self, digest: str) -> list[Gap]:
        """Return what a dossier holds that is not met and would block, in its order."""
        dossier = self._document(digest)
        scope = dossier["scope"]
        rules = self._document(dossier["policy"]["digest"])["tiers"][dossier["policy"]["tier"]]
        found = [
            Gap("requirement", point["id"], None, point["status"])
            for point in dossier["requirements"]
            if point["status"] != "met"
        ]
        if RUNGS.index(scope["rung"]) < RUNGS.index(rules.get("criteria_from", RUNGS[0])):
            return found
        for entry in dossier["criteria"]:
            site = entry["by"].get("site")
            # What a site of the scope lacks counts, whatever the dossier says of it.
            if (entry["in_scope"] or site in scope["sites"]) and entry["verdict"] != "met":
                worse = entry["verdict"] == "not met"
                verdict = "not met" if worse else "insufficient evidence"
                found.append(Gap("criterion", entry["id"], site, verdict))
        return found

    def _bridged_until(self, decision: Row, gap: Gap, at: datetime) -> datetime:
        """Return until when a gap of a decision is waived; it must be at a moment."""
        about = f"“{gap.id}” is {gap.verdict}"
        ends, flaws = [], [f"{about} and not waived"]
        for waiver in self._about(decision, gap):
            flaw = self._flaw(decision, gap, waiver)
            end = self._end(decision, waiver)
            if flaw is None and at >= end:
                flaw = "the waiver had expired"
            if flaw is None:
                ends.append(end)
            else:
                flaws.append(f"{about}: {flaw}")
        require(bool(ends), flaws[-1])
        return max(ends)

    def _about(self, decision: Row, gap: Gap) -> Iterator[Row]:
        """Yield the waivers of a gap over the dossier that was decided, as they were signed."""
        for row in self._found("waivers", "review_id", decision["review_id"]):
            stated = self._document(row["digest"])
            require(stated == read_json(row["document"]), "a waiver says other than was signed")
            named = (stated["of"], stated["id"]) == (gap.of, gap.id)
            over = {row["dossier"], stated["dossier"]} == {decision["dossier"]}
            if named and over and stated["site"] in {None, gap.site}:
                yield row

    def _flaw(self, decision: Row, gap: Gap, waiver: Row) -> str | None:
        """Return why a waiver bridges nothing at any time, None where it does."""
        (review,) = self._found("reviews", "id", decision["review_id"])
        dossier = self._document(decision["dossier"])
        rules = self._document(review["policy_digest"])["tiers"][dossier["policy"]["tier"]]
        permitted = rules.get("waivers") or {}
        listed = permitted.get("criteria" if gap.of == "criterion" else "requirements", [])
        if gap.id not in listed and not (gap.of == "criterion" and "any" in listed):
            return "the policy does not let it be waived"
        if gap.verdict not in {*permitted.get("verdicts", ["insufficient evidence"]), "missing"}:
            return "the policy does not let that verdict be waived"
        cited = self._document(decision["digest"]).get("waivers", [])
        if waiver["digest"] not in {one["digest"] for one in cited}:
            return "the decision does not name the waiver"
        authors = self._authors(dossier)
        signed = [
            row
            for row in self._found("waiver_signatures", "waiver_id", waiver["id"])
            if moment(row["signed_at"]) <= moment(decision["decided_at"])
        ]
        for row in signed:
            self._require_waived(row, waiver, authors)
        people = [row["person_id"] for row in signed]
        require(len(people) == len(set(people)), "one person filled two places of a waiver")
        for rule in rules["signoffs"]:
            given = [row for row in signed if row["role"] == rule["role"]]
            if len(given) < rule.get("quorum", 1):
                return f"waived without the signature of the {rule['role']}"
        return None

    def _require_waived(self, row: Row, waiver: Row, authors: set[str]) -> None:
        """Require that a signature is under this waiver, by a holder of the role, no author."""
        self._require_signed(row, waiver["digest"], row["person_id"])
        statement = read_json(row["statement"])
        require(
            statement["meaning"] == f"waiver {waiver['number']}",
            "a signature that says it is no waiver",
        )
        require(statement["role"] == row["role"], "a waiver signed in another role")
        require(row["person_id"] not in authors, "an author signed a waiver")
        at = moment(row["signed_at"])
        held = [
            grant
            for grant in self._found("person_roles", "person_id", row["person_id"])
            if grant["role"] == row["role"]
            and moment(grant["granted_at"]) <= at
            and (grant["revoked_at"] is None or moment(grant["revoked_at"]) >= at)
        ]
        require(bool(held), "a waiver signed in a role that was not held")

    def _end(self, decision: Row, waiver: Row) -> datetime:
        """Return when the last day of a waiver ends, at the first site of the scope."""
        first = self._document(decision["digest"])["scope"]["sites"][0]
        (site,) = self._found("sites", "name", first)
        record = self._newest("site_records", "subject_id", site["id"])
        if record is None:
            raise BrokenLawError(f"nothing is recorded of {first}")
        zone = ZoneInfo(read_json(record["document"])["time_zone"])
        until = date.fromisoformat(read_json(waiver["document"])["until"])
        return datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
