"""The trail: it only grows, its tree is that of its entries, and nothing happens beside it."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import rfc8785

from tests.journeys.workflow.laws.rows import Rows, Seen, require

# Rows that stand beside the record: sessions, work to do, and what is told of acts.
BESIDE = {
    "alembic_version", "ceremonies", "failed_signins", "jobs", "notice_deliveries",
    "notice_readers", "notices", "sessions", "trail_checkpoints", "trail_entries", "trail_head",
    "trail_nodes",
}  # fmt: skip

# For each table of acts, the acts of which each row is one.
ACTS = {
    "reviews": {"review.opened"},
    "dossiers": {"review.opened", "review.dossier_refrozen"},
    "signoffs": {"review.signed"},
    "signoff_withdrawals": {"review.signature_withdrawn"},
    "decisions": {"review.decided"},
    "condition_closures": {"condition.closed"},
    "standings": {"version.standing_changed"},
    "versions": {"version.registered"},
    "deployments": {"deployment.proposed"},
    "site_dossiers": {"deployment.dossier_frozen"},
    "site_signoffs": {"deployment.signed"},
    "deployment_moves": {"deployment.moved"},
    "delegations": {"review.delegated"},
    "emergencies": {"emergency.opened"},
    "emergency_reviews": {"emergency.reviewed"},
    "release_candidates": {"version.candidate_named"},
    "comments": {"review.commented"},
    "comment_ends": {"comment.answered", "comment.withdrawn"},
    "condition_submissions": {"condition.submitted"},
    "condition_extensions": {"condition.extended"},
    "dual_roles": {"person.dual_role_declared"},
    "waivers": {"waiver.proposed"},
    "waiver_signatures": {"waiver.signed"},
    "approval_lapses": {"approval.lapsed"},
    "reminders": {
        "approval.reminded",
        "condition.overdue",
        "condition.reminded",
        "waiver.expired",
        "waiver.reminded",
    },
    "hazards": {"hazard.raised"},
    "incidents": {"incident.reported"},
    "monitoring_windows": {"monitoring.received"},
    "cards": {"card.issued"},
    "card_signatures": {"card.signed"},
    "hazard_logs": {"hazard.log_issued"},
}


@dataclass
class TrailLaws(Seen):
    """The laws of the trail, and how everything stood at the beginning."""

    first: Rows = field(default_factory=dict)
    first_acts: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """Remember how everything stands at the beginning."""
        self.look()
        self.first = self.rows
        self.first_acts = self._acts(self.bodies)

    def require_append_only(self, before: Sequence[bytes]) -> None:
        """Require that the trail only grew."""
        require(self.bodies[: len(before)] == list(before), "an entry of the trail changed or went")

    def require_tree(self) -> None:
        """Require that leaves, places and root are those of the entries."""
        entries = sorted(self.rows["trail_entries"], key=lambda row: row["seq"])
        require([row["seq"] for row in entries] == list(range(len(entries))), "a gap in the trail")
        leaves = [hashlib.sha256(b"\x00" + body).digest() for body in self.bodies]
        require([bytes(row["leaf"]) for row in entries] == leaves, "a leaf is not its entry's")
        for place, body in enumerate(self.bodies):
            require(entry(body)["seq"] == place, "an entry says another place")
        (head,) = self.rows["trail_head"]
        require(head["size"] == len(leaves), "the head counts otherwise")
        packed = bytes(head["frontier"])
        frontier = [packed[at : at + 32] for at in range(0, len(packed), 32)]
        require(_peaks(leaves) == frontier, "the head's edge is not that of the entries")

    def require_words(self) -> None:
        """Require that the words beside an entry are those that it names, or were taken out."""
        entries = [entry(body) for body in self.bodies]
        taken = {
            (one["before"]["seq"], one["before"]["path"])
            for one in entries
            if one["act"] == "text.redacted"
        }
        for row in self.rows["trail_texts"]:
            seq, path = row["seq"], row["path"]
            if row["text"] is None:
                require((seq, path) in taken, "words are gone that nobody took out")
                require(row["salt"] is None, "words are gone and their salt is not")
                continue
            stands: Any = entries[seq]
            for key in path.split("."):
                stands = stands[key]
            found = hashlib.sha256(bytes(row["salt"]) + row["text"].encode()).hexdigest()
            require(stands == {"salted": f"sha256:{found}"}, "words that the entry does not name")
            require((seq, path) not in taken, "words are there that were taken out")

    def require_blind_reports(self) -> None:
        """Require that whoever reported an incident blinded is not named on the trail."""
        blinded = {f"incident {one['number']}" for one in self.rows["incidents"] if one["blinded"]}
        for body in self.bodies:
            said = entry(body)
            if said["act"] == "incident.reported" and said["subject"] in blinded:
                require(said["actor"] == "withheld", "a blinded report names who made it")

    def require_acts(self, before: Rows, bodies: Sequence[bytes]) -> None:
        """Require that nothing of the record changed off the trail, and each act is one row."""
        changed = {
            table
            for table, rows in self.rows.items()
            if table not in BESIDE and rows != before.get(table)
        }
        require(
            not changed or len(self.bodies) > len(bodies),
            f"changed without an act on the trail: {', '.join(sorted(changed))}",
        )
        acts = self._acts(self.bodies)
        for table, names in ACTS.items():
            made = len(self.rows[table]) - len(self.first[table])
            told = sum(acts[name] - self.first_acts[name] for name in names)
            require(made == told, f"{made} rows of {table}, and {told} acts that made them")

    @staticmethod
    def _acts(bodies: Sequence[bytes]) -> Counter[str]:
        """Return how often each kind of act is on the trail."""
        return Counter(entry(body)["act"] for body in bodies)


@lru_cache(maxsize=4096)
def entry(body: bytes) -> Mapping[str, Any]:
    """Return what an entry says, once its bytes are found to be canonical."""
    said: Mapping[str, Any] = json.loads(body)
    require(rfc8785.dumps(dict(said)) == body, "an entry is not canonical")
    return said


def _peaks(leaves: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the complete subtrees over leaves, the largest first (RFC 6962)."""
    found, start = [], 0
    size = len(leaves)
    while size:
        width = 1 << (size.bit_length() - 1)
        found.append(_root(leaves[start : start + width]))
        start, size = start + width, size - width
    return found


def _root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a complete tree."""
    if len(leaves) == 1:
        return leaves[0]
    half = len(leaves) // 2
    return hashlib.sha256(b"\x01" + _root(leaves[:half]) + _root(leaves[half:])).digest()
