"""Releases: all on which a version was decided, as one zip that an auditor takes home."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as installed
from typing import Any

from registry.domain import bundles, notes, proving, releases, scopes, signatures
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError, WaitingError
from registry.domain.people import Action
from registry.domain.releases import Listed
from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.settings import WorkSettings
from registry.store import audit, cards, decisions, extracts, protocols, sites, versions
from registry.store import bundles as written
from registry.store import signatures as kept
from registry.store.audit import CheckpointRow
from registry.store.cards import CardRow
from registry.store.decisions import Documents
from reports import fonts, sealing, verifier
from validation.assessment import ENGINE

Part = tuple[str, str, Iterable[bytes]]
"""A file of the bundle: its path, what it is, and its bytes."""


@dataclass(kw_only=True)
class _List:
    """The files that were written so far."""

    files: list[Listed] = field(default_factory=list)

    def through(self, path: str, what: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the bytes of a file and list it once they have passed."""
        hashed, size = hashlib.sha256(), 0
        for chunk in chunks:
            hashed.update(chunk)
            size += len(chunk)
            yield chunk
        digest = f"sha256:{hashed.hexdigest()}"
        self.files.append(Listed(path=path, digest=digest, size=size, what=what))


def bundle(work: Work, version: str, *, card: CardRow, pdf: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the release bundle of a version, zipped; it is not held in memory as a whole.

    Parameters
    ----------
    work : Work
        By somebody who may read the records.
    version : str
        Such as ``heart-cad/2``.
    card : CardRow
        Its current card.
    pdf : iterable of bytes
        The card's bytes.

    Raises
    ------
    WaitingError
        When no review of the version was ever opened.
    ConflictError
        When the trail was never signed, so that nothing could be proved.
    """
    work.require(Action.RECORD_READ)
    row = versions.named(work.session, version)
    documents = decisions.of_version(work.session, work.artifacts, row.id)
    if documents is None:
        raise WaitingError(
            f"{version} has no dossier yet, and a release bundle is about one.",
            waits_for=(f"Somebody opens a review with `cmr review open {version}`.",),
        )
    newest = audit.newest_checkpoint(work.session)
    if newest is None:
        raise ConflictError(
            "No checkpoint was signed yet, so that nothing could be proved; an administrator "
            "signs one with `cmr audit checkpoint`."
        )
    whole = b"".join(pdf)
    parts: list[Part] = [
        (releases.VERIFIER, "a page that checks this zip in a browser", [page(work.settings)]),
        (releases.CARD, f"the model card, card {card.number}", [whole]),
    ]
    parts += _documents(work, version, documents)
    parts += _inside(whole, {path for path, _, _ in parts})
    parts += _trail(work, version, documents, newest)
    return written.pieces(written.write(_whole(work, version, documents, card, parts)))


def page(settings: WorkSettings) -> bytes:
    """Return the page that checks a release bundle in a browser; anybody may have it."""
    made = f"clinical-model-registry {installed('clinical-model-registry')}"
    return verifier.page(settings.templates, releases.catalogue(), made=made, fonts=fonts.FOLDER)


def _inside(pdf: bytes, known: set[str]) -> Iterator[Part]:
    """Yield what the card alone carries inside, such as the card in the formats of others."""
    for name, content in sealing.attachments(pdf).items():
        if name not in known and not name.startswith("assessment-"):
            yield releases.inside_path(name), "from inside the card", [content]


def _whole(
    work: Work, version: str, documents: Documents, card: CardRow, parts: list[Part]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield every file of the bundle: what it says of itself, the parts, and their list."""
    done = _List()
    key = notes.PublicKey(name=work.settings.origin, raw=work.keys.public())
    readme = releases.explained(
        version=version,
        origin=work.settings.origin,
        key=key.text(),
        files=[(path, what) for path, what, _ in parts],
    )
    for path, what, chunks in [(releases.README, "what this is", [readme]), *parts]:
        yield path, done.through(path, what, chunks)
    manifest = releases.manifest(
        version=version,
        registry={
            "origin": work.settings.origin,
            "key": key.text(),
            "witnesses": audit.witnesses(work.session),
        },
        dossier=documents.digest,
        card={
            "number": card.number,
            "digest": cards.newest_file(work.session, card)[0],
            "issued_at": instant_text(card.issued_at),
        },
        made={
            "at": instant_text(work.now()),
            "by": f"clinical-model-registry {installed('clinical-model-registry')}",
            "engine": ENGINE,
        },
        files=done.files,
    )
    signed = signatures.sign(manifest, work.keys.signing())
    yield releases.MANIFEST, [canonical(manifest)]
    yield releases.MARK, [releases.mark(signed.signature, signed.key)]


def _documents(work: Work, version: str, documents: Documents) -> list[Part]:
    """Return dossier, decision, standing, policy, evidence and all that was signed."""
    dossier = documents.dossier
    parts: list[Part] = [
        (
            releases.DOSSIER,
            "the dossier: all that the decision rests on",
            work.artifacts.open(documents.digest),
        )
    ]
    if documents.decision is not None:
        parts.append(
            (
                releases.DECISION,
                "the decision, its conditions as they stand",
                [canonical(documents.decision)],
            )
        )
    parts.append((releases.STANDING, "how the version stands", [canonical(documents.standing)]))
    signed = {"schema": "cmr.signatures/1", "signoffs": documents.signoffs}
    parts.append((releases.SIGNOFFS, "every sign-off over the dossier", [canonical(signed)]))
    parts.append(
        (
            releases.POLICY,
            "the policy by which it was decided",
            work.artifacts.open(dossier["policy"]["digest"]),
        )
    )
    parts += _evidence(work, dossier)
    parts += _sites(work, dossier)
    parts += _signed(work, version, documents)
    return parts


def _evidence(work: Work, dossier: Mapping[str, Any]) -> Iterator[Part]:
    """Yield protocol, tally and assessment of everything that a dossier cites."""
    for one in dossier["protocols"]:
        what = f"the protocol “{one['document']['name']}”"
        yield releases.protocol_path(one["digest"]), what, [canonical(one["document"])]
    for item in dossier["evidence"]:
        number = item["number"]
        yield (
            releases.evidence_path(number, "tally.parquet"),
            f"the counts of evidence {number}",
            work.artifacts.open(item["tally"]),
        )
        yield (
            releases.evidence_path(number, "assessment.json"),
            f"what was computed from them, of evidence {number}",
            work.artifacts.open(item["assessment_digest"]),
        )


def _sites(work: Work, dossier: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the names by which tallies that sites sent know them, where there are any."""
    sent = [one for one in dossier["evidence"] if one["tally"] == one["table"]["digest"]]
    if not sent:
        return
    named = {site for one in sent for site in scopes.sites_in(one)}
    known = {a: site for a, site in sites.known_as(work.session).items() if site in named}
    document = {"schema": "cmr.sites/1", "known_as": known}
    yield releases.SITES, "the names by which sites know themselves", [canonical(document)]


def _signed(work: Work, version: str, documents: Documents) -> Iterator[Part]:
    """Yield all that people signed about the version, and the documents that they signed."""
    found = kept.about(work.session, version)
    for protocol in documents.dossier["protocols"]:
        row = protocols.get(work.session, protocol["digest"])
        found += proving.found_in(protocols.described(work.session, row))
    cited = _cited(documents.dossier)
    for digest in cited:
        found += kept.about(work.session, digest)
    whole = proving.bundle(
        list(proving.found_in(found)),
        origin=work.settings.origin,
        public=work.keys.public(),
        assertion=lambda digest: dict(json.loads(work.artifacts.read(digest))),
    )
    yield (
        releases.SIGNED,
        "everything that people signed about it, with what proves each",
        [canonical(whole)],
    )
    digests = dict.fromkeys([*cited, *(str(one["statement"]["digest"]) for one in found)])
    elsewhere = {documents.digest, *(one["digest"] for one in documents.dossier["protocols"])}
    for digest in digests:
        if digest in elsewhere or not work.artifacts.has(digest):
            continue
        kind = str(json.loads(work.artifacts.read(digest)).get("schema", ""))
        yield (
            releases.signed_path(kind, digest),
            f"a document that was signed, {kind}",
            work.artifacts.open(digest),
        )


def _cited(dossier: Mapping[str, Any]) -> list[str]:
    """Return the digests of the risk management plan and the hazard log that a dossier cites."""
    hazards = dossier.get("hazards") or {}
    return [hazards[name]["digest"] for name in ("plan", "log") if hazards.get(name)]


def _trail(work: Work, version: str, documents: Documents, newest: CheckpointRow) -> Iterator[Part]:
    """Yield the trail's entries on the version, their proofs and the checkpoint.

    Besides those that name it there are those about its protocols.
    """
    events = list(extracts.readable(work.session, newest.size))
    subjects = [version, *(one["digest"] for one in documents.dossier["protocols"])]
    wanted = {seq for subject in subjects for seq in bundles.concerning(events, subject)}
    what = f"the entries of the trail on {version}, a line each"
    yield releases.ENTRIES, what, extracts.bodies(work.session, wanted)
    yield (
        releases.PROOFS,
        "for each entry the hashes that lead to the checkpoint",
        extracts.proofs(work.session, sorted(wanted), newest.size),
    )
    note = audit.cosigned(work.session, newest)
    yield releases.CHECKPOINT, "the trail's size and root, signed", [note.encode()]
