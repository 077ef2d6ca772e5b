"""Releases for tests: a bundle out of a whole registry, as files that a test may then tamper with.

An objection stands in it, one that was withdrawn, a sign-off by passkey and one by password.
"""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import notes, releases
from registry.domain.digests import canonical, digest_of
from registry.domain.notes import PublicKey
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning
from registry.domain.releases import Asked, Inside, Listed, Report
from registry.domain.reviews import Outcome
from registry.domain.signatures import Ceremony, Passkey, Rehearsal, Rehearsed, key_name
from registry.faces import worker
from registry.faces.cli import verification
from registry.services import cards, reviews
from registry.services import releases as services
from registry.services.work import Workshop
from tests.factories.passkeys import make_passkey
from tests.factories.people import PROOF, make_person
from tests.factories.reviews import Case, condition, make_case

VERSION = "heart-cad/1"
VALIDATOR, OFFICER, LEAD = (
    Role.INDEPENDENT_VALIDATOR,
    Role.CLINICAL_SAFETY_OFFICER,
    Role.CLINICAL_LEAD,
)
Files = dict[str, bytes]
PROGRAM = f"clinical-model-registry {installed('clinical-model-registry')}"


@dataclass(frozen=True, kw_only=True, repr=False)
class Release:
    """A release bundle as files, with the key of the registry that made it."""

    files: Files
    secret: Ed25519PrivateKey
    origin: str

    def __repr__(self) -> str:
        """Return a word: what is in it would fill pages."""
        return "a release"

    @property
    def key(self) -> PublicKey:
        """The registry's public key."""
        return PublicKey(name=self.origin, raw=self.secret.public_key().public_bytes_raw())

    def json(self, path: str) -> Any:  # noqa: ANN401 -- any JSON
        """Return what a file says."""
        return json.loads(self.files[path])

    def put(self, path: str, document: Any) -> "Release":  # noqa: ANN401 -- likewise
        """Return the bundle with another document in a file."""
        content = document if isinstance(document, bytes) else canonical(document)
        return replace(self, files={**self.files, path: content})

    def changed(self, path: str, change: Callable[[Any], object]) -> "Release":
        """Return the bundle with a document changed in place."""
        document = self.json(path)
        change(document)
        return self.put(path, document)

    def without(self, *paths: str) -> "Release":
        """Return the bundle with files taken out."""
        return replace(self, files={k: v for k, v in self.files.items() if k not in paths})

    def listed(self, secret: Ed25519PrivateKey | None = None, **changes: Any) -> "Release":  # noqa: ANN401
        """Return the bundle with its list of files made to fit, as a forger would.

        With a `secret` the list is signed anew, and the bundle brings that key.
        """
        manifest = {**self.json(releases.MANIFEST), **changes}
        what = {one["path"]: one["what"] for one in manifest["files"]}
        manifest["files"] = [
            Listed(path=path, digest=digest_of(c), size=len(c), what=what.get(path, "")).document()
            for path, c in sorted(self.files.items())
            if path not in {releases.MANIFEST, releases.MARK}
        ]
        manifest["dossier"] = digest_of(self.files.get(releases.DOSSIER, b""))
        manifest["card"]["digest"] = digest_of(self.files.get(releases.CARD, b""))
        made = self
        if secret is not None:
            raw = secret.public_key().public_bytes_raw()
            manifest["registry"]["key"] = PublicKey(name=self.origin, raw=raw).text()
            mark = base64.b64encode(secret.sign(canonical(manifest))).decode()
            made = self.put(releases.MARK, releases.mark(mark, key_name(raw)))
        return made.put(releases.MANIFEST, manifest)

    def checked(self, **asked: Any) -> Report:  # noqa: ANN401 -- any part of what is asked
        """Return what checking the files finds, by the registry's key unless told otherwise."""
        told: dict[str, Any] = {"key": self.key, "program": PROGRAM, **asked}
        card = self.files.get(releases.CARD)
        return releases.check_bundle(
            self.files, asked=Asked(**told), inside=None if card is None else inside_of(card)
        )


@cache
def inside_of(card: bytes) -> Inside:
    """Return what a card carries inside, or why it cannot be read, as the program finds it."""
    return verification.inside_of(card)


def zipped(files: Files, **kinds: Any) -> bytes:  # noqa: ANN401 -- what zipfile takes
    """Return files as a zip."""
    spool = io.BytesIO()
    with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED, **kinds) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return spool.getvalue()


def unzipped(content: bytes) -> Files:
    """Return the files of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def make_decided(workshop: Workshop) -> Case:
    """Return a registry in which the version was approved, with a card and much that was said."""
    case = make_case(workshop)
    review = case.open()
    governance = Role.INFORMATION_GOVERNANCE
    another = make_person(case.registry, "nora.night", governance)
    taken = case.sign(review, governance, meaning=Meaning.OBJECT, reasons="No agreement yet.")
    with case.registry.work(governance) as work:
        reviews.withdraw(work, review, taken, reasons="It is signed.", proof=PROOF)
    reasons = "Night staff were not asked."
    case.sign(review, governance, meaning=Meaning.OBJECT, reasons=reasons, by=another)
    sign_by_passkey(case, review)
    case.sign(review, OFFICER)
    case.sign(review, LEAD)
    case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
    worker.drain(workshop)
    return case


def sign_by_passkey(case: Case, review: Any) -> None:  # noqa: ANN401 -- an id
    """Sign a review as independent validator, by a passkey over the statement that was shown."""
    held = make_passkey(case.registry, VALIDATOR)
    at = case.registry.workshop.clock()
    said: dict[str, Any] = {
        "role": VALIDATOR,
        "meaning": Meaning.REVIEW,
        "reasons": "",
        "dossier": case.view(review).documents.digest,
        "proof": PROOF,
    }
    shown: dict[str, Any] = {}
    try:
        with case.registry.work(VALIDATOR) as work:
            work.ceremony = Ceremony(proof=Rehearsal(), at=at)
            reviews.sign(work, review, **said)
    except Rehearsed as rehearsed:
        shown = dict(rehearsed.statement)
    with case.registry.work(VALIDATOR) as work:
        proof = Passkey(assertion=held.signed(shown))
        work.ceremony = Ceremony(proof=proof, at=at, shown=shown)
        reviews.sign(work, review, **said)


def take_release(workshop: Workshop) -> Release:
    """Return the release bundle of the version that was approved."""
    auditor = Actor(
        id=uuid4(),
        login="auditor",
        name="Auditor",
        roles=frozenset({Role.AUDITOR}),
        via="session",
    )
    with workshop.begin(auditor) as work:
        card, pdf = cards.newest(work, VERSION)
        content = b"".join(services.bundle(work, VERSION, card=card, pdf=pdf))
        secret, origin = work.keys.signing(), work.settings.origin
    return Release(files=unzipped(content), secret=secret, origin=origin)


def keep(release: Release, folder: Path, name: str = "release.zip") -> Path:
    """Write a bundle as a zip and return its path."""
    path = folder / name
    path.write_bytes(zipped(release.files))
    return path


def witness_line(note: bytes, witness: notes.PrivateKey) -> bytes:
    """Return a note with the line of a witness under it."""
    return note + notes.cosign(note.decode(), witness, at=1_790_000_000).encode()
