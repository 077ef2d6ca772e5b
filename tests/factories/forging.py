"""Forging for tests: what changes a release bundle, file by file."""

import io
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pikepdf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import checkpoints, releases, signatures
from registry.domain.checkpoints import Checkpoint
from registry.domain.digests import document_digest
from tests.factories.releases import Release

Json = Any
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
TALLY = releases.evidence_path(1, "tally.parquet")
ASSESSMENT = releases.evidence_path(1, "assessment.json")


def at(path: str, change: Callable[[Json], object]) -> Callable[[Release], Release]:
    """Return what changes a document in place."""
    return lambda release: release.changed(path, change)


def setting(path: str, *keys: Any, to: Any) -> Callable[[Release], Release]:  # noqa: ANN401 -- any JSON
    """Return what sets one value of a document."""

    def change(document: Json) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = to

    return at(path, change)


def given_by(document: Json, role: str) -> Json:
    """Return the sign-off in a role that stands, by its place."""
    return next(
        one for one in document["signoffs"] if one["role"] == role and not one["withdrawn_at"]
    )


def of_role(role: str, change: Callable[[Json], object]) -> Callable[[Release], Release]:
    """Return what changes the sign-off in a role."""
    return at(releases.SIGNOFFS, lambda document: change(given_by(document, role)))


def resigned(role: str, **changes: Any) -> Callable[[Release], Release]:  # noqa: ANN401 -- any part
    """Return what has the registry's key sign another statement in a role, everywhere shown."""

    def make(release: Release) -> Release:
        document = release.json(releases.SIGNOFFS)
        one = given_by(document, role)
        statement = {**one["statement"], **changes}
        one.pop("proof", None)
        one |= signatures.sign(statement, release.secret).document()
        one |= {"role": statement["role"], "meaning": statement["meaning"]}
        one |= {"reasons": statement["reasons"]}
        one["person"] = {name: statement["signer"][name] for name in ("id", "name")}
        return release.put(releases.SIGNOFFS, document)

    return make


def decided(**changes: Any) -> Callable[[Release], Release]:  # noqa: ANN401 -- any part
    """Return what has the registry's key sign another statement under the decision."""

    def make(release: Release) -> Release:
        document = release.json(releases.DECISION)
        statement = {**document["signed"]["statement"], **changes}
        document["signed"] |= signatures.sign(statement, release.secret).document()
        return release.put(releases.DECISION, document)

    return make


def lines(path: str, change: Callable[[list[bytes]], object]) -> Callable[[Release], Release]:
    """Return what changes the lines of a file in place."""

    def make(release: Release) -> Release:
        found = release.files[path].removesuffix(b"\n").split(b"\n")
        change(found)
        return release.put(path, b"\n".join(found) + b"\n")

    return make


def entry_of(release: Release, act: str) -> int:
    """Return the line of the last entry of an act."""
    found = release.files[releases.ENTRIES].split(b"\n")
    return max(place for place, line in enumerate(found) if f'"act":"{act}"'.encode() in line)


def without_entry(act: str) -> Callable[[Release], Release]:
    """Return what takes an entry out, with its proof."""

    def make(release: Release) -> Release:
        place = entry_of(release, act)
        for path in (releases.ENTRIES, releases.PROOFS):
            release = lines(path, lambda found: found.pop(place))(release)
        return release

    return make


def flipped(path: str, share: float = 0.5) -> Callable[[Release], Release]:
    """Return what flips a bit of a file, so far into it."""

    def make(release: Release) -> Release:
        content = bytearray(release.files[path])
        content[int(len(content) * share)] ^= 1
        return release.put(path, bytes(content))

    return make


def card_with(name: str, content: bytes) -> Callable[[Release], Release]:
    """Return what puts another file inside the card."""

    def make(release: Release) -> Release:
        with pikepdf.open(io.BytesIO(release.files[releases.CARD])) as pdf:
            for one in pdf.Root.AF:
                if str(one.F) == name:
                    one.EF.F.write(content)
            spool = io.BytesIO()
            pdf.save(spool)
        return release.put(releases.CARD, spool.getvalue())

    return make


def checkpoint(
    secret: Ed25519PrivateKey | None = None,
    **changes: Any,  # noqa: ANN401 -- any part
) -> Callable[[Release], Release]:
    """Return what puts another checkpoint in its place, signed by a key; the registry's own."""

    def make(release: Release) -> Release:
        now = checkpoints.read(release.files[releases.CHECKPOINT].decode())
        whole = {"origin": now.origin, "size": now.size, "root": now.root, **changes}
        note = checkpoints.sign(Checkpoint(**whole), secret or release.secret)
        return release.put(releases.CHECKPOINT, note.encode())

    return make


def refrozen(change: Callable[[Json], object]) -> Callable[[Release], Release]:
    """Return what changes an assessment and makes the dossier cite it."""

    def make(release: Release) -> Release:
        assessment = release.json(ASSESSMENT)
        change(assessment)
        dossier = release.json(releases.DOSSIER)
        dossier["evidence"][0] |= {
            "assessment": assessment,
            "assessment_digest": document_digest(assessment),
        }
        return release.put(ASSESSMENT, assessment).put(releases.DOSSIER, dossier)

    return make


def swap(document: Json) -> None:
    """Swap the signatures of two sign-offs."""
    first, last = document["signoffs"][0], document["signoffs"][-1]
    first["signature"], last["signature"] = last["signature"], first["signature"]


def another_role(release: Release) -> Release:
    """Let the person of one required role sign in another, too."""
    signer = given_by(release.json(releases.SIGNOFFS), "clinical safety officer")["statement"]
    return resigned("clinical lead", signer=signer["signer"])(release)


def own_work(release: Release) -> Release:
    """Let whoever registered the version approve it."""
    by = release.json(releases.DOSSIER)["version"]["registered"]["by"]
    signer = {**by, "login": "somebody"}
    return resigned("clinical safety officer", signer=signer)(release)


def weaker_policy(release: Release) -> Release:
    """Take a role out of the policy."""
    return release.changed(
        releases.POLICY, lambda policy: policy["tiers"]["fast track"]["signoffs"].pop()
    )


def copied(release: Release) -> Release:
    """Show a sign-off once more, signed by the registry's key and unknown to the trail."""

    def change(document: Json) -> None:
        one = deepcopy(given_by(document, "clinical lead"))
        statement = {**one["statement"], "nonce": "another"}
        document["signoffs"].append(one | signatures.sign(statement, release.secret).document())

    return release.changed(releases.SIGNOFFS, change)


def other_withdrawal(release: Release) -> Release:
    """Use the withdrawal of one sign-off for another."""

    def change(document: Json) -> None:
        taken = next(one for one in document["signoffs"] if one["withdrawn_at"])
        one = given_by(document, "information governance")
        one |= {"withdrawn_at": taken["withdrawn_at"], "withdrawal": taken["withdrawal"]}

    return release.changed(releases.SIGNOFFS, change)


def renamed(release: Release) -> Release:
    """Put a file of another name into the folder of documents that were signed."""
    return release.put("signed/decision-0000000000000000.json", {"schema": "cmr.decision/1"})


def one_other(document: Json) -> None:
    """Change a statement under a protocol."""
    known = [one for one in document["signatures"] if one["statement"]["meaning"] == "statistics"]
    known[0]["statement"]["at"] = "2026-01-01T00:00:00.000000Z"


def draft_standing(release: Release) -> Release:
    """Say that the version stands as a draft, which nobody signs."""
    standing = release.json(releases.STANDING)
    return release.put(releases.STANDING, {**standing, "state": "draft", "signature": None})


def drop_objection(document: Json) -> None:
    """Take the objection out."""
    document["signoffs"].remove(given_by(document, "information governance"))


def drop_officer(document: Json) -> None:
    """Take the safety officer's sign-off out."""
    document["signoffs"].remove(given_by(document, "clinical safety officer"))


def turn(release: Release) -> Release:
    """Turn the checkpoint to another root, as a fork of the trail has."""
    return checkpoint(root=b"f" * 32)(release)
