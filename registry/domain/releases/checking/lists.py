"""Lists: whether the files are those that the manifest names, and by whose word."""

import base64
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.domain import notes
from registry.domain.digests import digest_of
from registry.domain.releases.checking.given import Given, moment, version_of
from registry.domain.releases.files import (
    CARD,
    CARD_SIGNED,
    DOSSIER,
    MANIFEST,
    MARK,
    Listed,
    listed,
    mark,
)
from registry.domain.signatures import key_name


def check(given: Given) -> None:
    """Check the manifest, every file that it names, and the registry's signature over it."""
    content = given.files.get(MANIFEST, b"")
    try:
        document = json.loads(content)
        files = listed(document)
        own = notes.public_key(document["registry"]["key"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        given.report.say("file.list", file=MANIFEST, why=str(error) or "it is empty")
        return
    given.manifest = document
    given.key = given.asked.key or own
    _check_files(given, files)
    _check_names(given)
    if given.asked.key is not None and given.asked.key != own:
        given.report.keyed = True
        given.report.say("key.other", key=own.text(), given=given.asked.key.text())
    else:
        check_key(given)
    _check_mark(given, content)


def find_key(given: Given) -> None:
    """Take the key that a card carries with its signatures, where the reader has none."""
    if given.key is None and CARD_SIGNED in given.files:
        registry = json.loads(given.files[CARD_SIGNED])["registry"]
        raw = base64.b64decode(registry["public"], validate=True)
        given.key = notes.public_key(notes.PublicKey(name=registry["origin"], raw=raw).text())


def check_key(given: Given) -> None:
    """Say by whose key everything is checked."""
    if given.asked.key is not None:
        given.report.keyed = True
        given.report.say("key.given", key=given.asked.key.text())
    elif given.key is not None:
        given.report.say("key.own", key=given.key.text(), how=given.asked.how)
    else:
        given.report.signed = False
        given.report.say("key.none", how=given.asked.how)


def _check_files(given: Given, files: list[Listed]) -> None:
    """Compare every file with its digest; miss those that are gone, and name those added."""
    faulty = False
    for one in files:
        content = given.files.get(one.path)
        if content is None:
            given.report.say("file.missing", file=one.path)
        elif (digest_of(content), len(content)) != (one.digest, one.size):
            given.report.say("file.changed", file=one.path)
        else:
            continue
        faulty = True
    named = {one.path for one in files} | {MANIFEST, MARK}
    for path in sorted(given.files.keys() - named):
        given.report.say("file.added", file=path)
        faulty = True
    if not faulty:
        given.report.say("file.whole", count=len(files))


def _check_names(given: Given) -> None:
    """Compare what the manifest says of version, dossier and card with these."""
    said = given.manifest
    if said["dossier"] != given.digest:
        given.report.say("list.astray", file=DOSSIER, what="another digest")
    if said["card"].get("digest") != digest_of(given.files.get(CARD, b"")):
        given.report.say("list.astray", file=CARD, what="another digest")
    dossier = given.read(DOSSIER)
    if dossier is not None and said["version"] != version_of(dossier):
        given.report.say("list.astray", file=DOSSIER, what=said["version"])


def _check_mark(given: Given, content: bytes) -> None:
    """Check the registry's signature over the manifest's bytes."""
    found = given.read(MARK)
    if found is None or given.key is None:
        return
    try:
        if found["key"] != key_name(given.key.raw):
            given.report.say(
                "list.unsigned", file=MARK, why=f"it is by another key, {found['key']}"
            )
            return
        signature = base64.b64decode(found["value"], validate=True)
        written = mark(base64.b64encode(signature).decode(), found["key"])
        if written != given.files[MARK]:
            raise ValueError("it is written otherwise than the registry writes it")  # noqa: TRY301 -- said below
        Ed25519PublicKey.from_public_bytes(given.key.raw).verify(signature, content)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        given.report.say("list.unsigned", file=MARK, why="the list or the signature was changed")
        return
    given.report.say("list.signed", at=f"{moment(given.manifest['made'].get('at'))} UTC")
