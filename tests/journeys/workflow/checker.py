"""Checker: the laws of governance, read off the stored rows by code of its own.

It knows tables, files and digests, and calls no rule of the registry: SQL as text, SHA-256,
Ed25519 and RFC 8785 from their libraries, and a Merkle tree of its own.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, inspect, text

Row = dict[str, Any]
Rows = dict[str, list[Row]]

APPROVALS = {"approve", "approve with conditions"}
APPROVING = {"review", "support", "support with conditions", "accept residual risk"}
RUNGS = ["silent", "pilot", "general"]
RUNNING = {"silent": "silent", "pilot": "pilot", "live": "general"}

# Rows that stand beside the record: sessions, work to do, and what is told of acts.
BESIDE = {
    "alembic_version", "ceremonies", "failed_signins", "jobs", "notice_deliveries",
    "notice_readers", "notices", "sessions", "trail_checkpoints", "trail_entries", "trail_head",
    "trail_nodes",
}  # fmt: skip

UNREAD = {
    "alembic_version",
    "jobs",
    "notice_deliveries",
    "notice_readers",
    "notices",
    "trail_nodes",
}

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
    "hazard_logs": {"hazard.log_issued"},
}


class BrokenLawError(AssertionError):
    """A law of governance does not hold."""


def require(holds: bool, law: str) -> None:
    """Raise unless a law holds."""
    if not holds:
        raise BrokenLawError(law)


@dataclass
class Checker:
    """Looks at a registry after every step, and remembers what it saw after the last.

    Attributes
    ----------
    engine : Engine
    folder : Path
        Where artifacts lie, each under its digest.
    public : bytes
        The registry's public key.
    queries : dict of str to str
        For each table, what reads all of it.
    """

    engine: Engine
    folder: Path
    public: bytes
    queries: dict[str, str]
    rows: Rows = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    first: Rows = field(default_factory=dict)
    first_acts: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """Remember how everything stands at the beginning."""
        self.look()
        self.first = self.rows
        self.first_acts = self._acts(self.bodies)

    def step(self) -> None:
        """Require every law, after one step.

        Raises
        ------
        BrokenLawError
            Names the law.
        """
        before, bodies = self.rows, self.bodies
        self.look()
        self.require_append_only(bodies)
        self.require_tree()
        self.require_acts(before, bodies)
        self.require_approvals()
        self.require_standings()
        self.require_deployments()
        self.require_no_signature_in_an_emergency()

    def look(self) -> None:
        """See how everything stands now."""
        self.rows = self._read()
        self.bodies = self._bodies(self.rows)

    def require_permit(self, permit: Mapping[str, Any], now: datetime) -> None:
        """Require that a yes rests on an approval that stands, within its scope, at this moment."""
        unsigned = {key: value for key, value in permit.items() if key != "signature"}
        self._verify(unsigned, permit["signature"]["value"], "permit")
        if permit["permit"] != "yes":
            return
        model, _, number = permit["version"].rpartition("/")
        version = self._version(model, int(number))
        standing = self._newest("standings", "version_id", version["id"])
        moves = self._moves(version, permit["site"])
        back = bool(moves) and moves[-1]["act"] == "return"
        stands = {"current", "superseded"} if back else {"current"}
        require(
            standing is not None and standing["state"] in stands,
            f"a permit for {permit['version']}, which is not current",
        )
        covering = [
            decision
            for decision in self.rows["decisions"]
            if decision["version_id"] == version["id"]
            and decision["outcome"] in APPROVALS
            and self._covers(decision, permit, now)
        ]
        require(bool(covering), f"a permit outside every scope: {permit['site']}, {permit['rung']}")
        state = moves[-1]["state"] if moves else None
        require(
            state in RUNNING and RUNGS.index(permit["rung"]) <= RUNGS.index(RUNNING[state]),
            f"a permit for {permit['rung']} use of a deployment that is {state}",
        )

    def _covers(self, decision: Row, permit: Mapping[str, Any], now: datetime) -> bool:
        """Tell whether a decision reaches as far as a permit, and still does."""
        scope = self._document(decision["digest"])["scope"]
        if permit["site"] not in scope["sites"]:
            return False
        if RUNGS.index(permit["rung"]) > RUNGS.index(scope["rung"]):
            return False
        open_before = [
            condition
            for condition in self.rows["conditions"]
            if condition["decision_id"] == decision["id"]
            and read_json(condition["document"])["when"] == "before go-live"
            and not self._found("condition_closures", "condition_id", condition["id"])
        ]
        until = decision["valid_until"]
        # A day has ended everywhere once it has ended twelve hours west of Greenwich.
        lapsed = until is not None and (now.date() - _day(until)).days > 1
        return not open_before and not lapsed

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
            said = json.loads(body)
            require(rfc8785.dumps(said) == body, "an entry is not canonical")
            require(said["seq"] == place, "an entry says another place")
        (head,) = self.rows["trail_head"]
        require(head["size"] == len(leaves), "the head counts otherwise")
        packed = bytes(head["frontier"])
        frontier = [packed[at : at + 32] for at in range(0, len(packed), 32)]
        require(_peaks(leaves) == frontier, "the head's edge is not that of the entries")

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

    def _require_signed(self, row: Row, digest: str, person: str) -> None:
        """Require that a row's signature is the registry's, over this digest, for this person."""
        statement = read_json(row["statement"])
        require(statement["digest"] == digest, "a signature over another document")
        require(plain_id(statement["signer"]["id"]) == person, "a signature of another person")
        if "meaning" in row:
            require(statement["meaning"] == row["meaning"], "a signature with another meaning")
            require(statement["role"] == row["role"], "a signature in another role")
        self._verify(statement, row["signature"], "statement")

    def _verify(self, document: Mapping[str, Any], mark: str, what: str) -> None:
        """Require that a document was signed by the registry."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(base64.b64decode(mark), rfc8785.dumps(dict(document)))
        except Exception as error:
            raise BrokenLawError(f"the signature of a {what} does not hold") from error

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

    def _moves(self, version: Row, site: str) -> list[Row]:
        """Return the moves of the newest deployment of a version at a site, in order."""
        (place,) = self._found("sites", "name", site)
        there = [
            row
            for row in self._found("deployments", "version_id", version["id"])
            if row["site_id"] == place["id"]
        ]
        if not there:
            return []
        newest = max(there, key=lambda row: row["number"])
        found = self._found("deployment_moves", "deployment_id", newest["id"])
        return sorted(found, key=lambda row: row["number"])

    def _version(self, model: str, number: int) -> Row:
        """Return the row of a version."""
        (owner,) = self._found("models", "name", model)
        (found,) = [
            row
            for row in self._found("versions", "model_id", owner["id"])
            if row["number"] == number
        ]
        return found

    def _found(self, table: str, column: str, value: object) -> list[Row]:
        """Return the rows of a table that hold a value."""
        return [row for row in self.rows[table] if row[column] == value]

    def _newest(self, table: str, column: str, value: object) -> Row | None:
        """Return the row with the highest number among those that hold a value."""
        return max(self._found(table, column, value), key=lambda row: row["number"], default=None)

    def _document(self, digest: str) -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Return the document that lies under a digest, having hashed it."""
        name = digest.removeprefix("sha256:")
        content = (self.folder / "sha256" / name[:2] / name[2:]).read_bytes()
        require(hashlib.sha256(content).hexdigest() == name, "an artifact is not its digest's")
        return json.loads(content)

    def _read(self) -> Rows:
        """Return every row of every table, in the order of its key."""
        found: Rows = {}
        with self.engine.connect() as connection:
            for table, query in self.queries.items():
                rows = connection.execute(text(query))
                found[table] = [
                    {key: plain_id(value) for key, value in row._mapping.items()}  # noqa: SLF001 -- SQLAlchemy's public name for it
                    for row in rows
                ]
            connection.rollback()
        return found

    @staticmethod
    def _bodies(rows: Rows) -> list[bytes]:
        """Return the entries of the trail as bytes, in order."""
        return [
            bytes(row["body"]) for row in sorted(rows["trail_entries"], key=lambda row: row["seq"])
        ]

    @staticmethod
    def _acts(bodies: Sequence[bytes]) -> Counter[str]:
        """Return how often each kind of act is on the trail."""
        return Counter(json.loads(body)["act"] for body in bodies)


def queries_of(engine: Engine) -> dict[str, str]:
    """Return for each table what reads all of it, in the order of its key."""
    found = {}
    seen = inspect(engine)
    for table in sorted(set(seen.get_table_names()) - UNREAD):
        keys = seen.get_pk_constraint(table)["constrained_columns"]
        order = ", ".join(f'"{key}"' for key in keys) or "1"
        found[table] = f'SELECT * FROM "{table}" ORDER BY {order}'  # noqa: S608 -- names are the database's own
    return found


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


def plain_id(value: Any) -> Any:  # noqa: ANN401 -- whatever a database returns
    """Return an identifier as 32 hex digits however the database spells it; else the value."""
    spelled = str(value).replace("-", "")
    if len(spelled) == 32 and len(str(value)) in {32, 36} and not isinstance(value, bytes):
        return spelled
    return value


def read_json(value: Any) -> Any:  # noqa: ANN401 -- likewise
    """Return a JSON column's value, whether the database hands it out read or as text."""
    return json.loads(value) if isinstance(value, str) else value


def moment(value: Any) -> datetime:  # noqa: ANN401 -- likewise
    """Return a time column's value as an aware time."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _day(value: Any) -> date:  # noqa: ANN401 -- likewise
    """Return a date column's value as a date."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
