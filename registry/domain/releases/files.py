"""Files: what a release bundle consists of, and how its list of files is written and read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.domain.digests import DIGEST, canonical

SCHEMA: Final = "cmr.release/1"
README: Final = "README.txt"
VERIFIER: Final = "verify.html"
CARD: Final = "card.pdf"
DOSSIER: Final = "dossier.json"
DECISION: Final = "decision.json"
STANDING: Final = "standing.json"
SIGNOFFS: Final = "signatures.json"
SIGNED: Final = "all-signatures.json"
CARD_SIGNED: Final = "signature-bundle.json"  # inside a card
POLICY: Final = "policy.json"
SITES: Final = "sites.json"
ENTRIES: Final = "trail/entries.jsonl"
PROOFS: Final = "trail/proofs.jsonl"
CHECKPOINT: Final = "trail/checkpoint.txt"
MANIFEST: Final = "manifest.json"
MARK: Final = "manifest.signature.json"

LARGEST: Final = 256 << 20  # bytes of one file
WHOLE: Final = 1 << 30  # bytes of all files
MANY: Final = 5000
LONGEST: Final = 200
_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}")
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One file of a bundle: where it stands, its digest and size in bytes, and what it is."""

    path: str
    digest: str
    size: int
    what: str

    def document(self) -> dict[str, Any]:
        """Return it as the manifest writes it."""
        return {"path": self.path, "digest": self.digest, "size": self.size, "what": self.what}


def evidence_path(number: int, name: str) -> str:
    """Return where a file of the evidence with a number stands."""
    return f"evidence/{number}/{name}"


def inside_path(name: str) -> str:
    """Return where a file stands that came from inside the card."""
    return f"card/{re.sub(r'[^A-Za-z0-9._-]', '-', name).lstrip('.-')}"


def protocol_path(digest: str) -> str:
    """Return where the protocol with a digest stands."""
    return f"protocols/{_short(digest)}.json"


def signed_path(schema: str, digest: str) -> str:
    """Return where a document that people signed stands, such as ``signed/decision-1a2b….json``."""
    kind = re.sub(r"[^a-z_]", "", schema.removeprefix("cmr.").partition("/")[0]) or "document"
    return f"signed/{kind}-{_short(digest)}.json"


def _short(digest: str) -> str:
    """Return as much of a digest as tells files apart."""
    return digest.removeprefix("sha256:")[:16]


def sound_path(path: str) -> bool:
    """Tell whether a path can neither leave its folder nor pass for another, on any system."""
    return (
        len(path) <= LONGEST
        and _PATH.fullmatch(path) is not None
        and not any(_DEVICES.fullmatch(step) or step.endswith(".") for step in path.split("/"))
    )


def manifest(
    *,
    version: str,
    registry: Mapping[str, Any],
    dossier: str,
    card: Mapping[str, Any],
    made: Mapping[str, Any],
    files: Sequence[Listed],
) -> dict[str, Any]:
    """Return the document that says what a release bundle holds.

    Parameters
    ----------
    version : str
        Such as ``heart-cad/2``.
    registry : mapping
        ``origin``, ``key`` (the public key as one word) and ``witnesses`` (theirs).
    dossier : str
        The digest that people signed.
    card : mapping
        ``number``, ``digest`` and ``issued_at``.
    made : mapping
        ``at`` and ``by``: the time, and the software with its version and engine.
    files : sequence of Listed
        Every other file of the bundle, but for the signature over this document.
    """
    return {
        "schema": SCHEMA,
        "version": version,
        "registry": dict(registry),
        "dossier": dossier,
        "card": dict(card),
        "made": dict(made),
        "files": [one.document() for one in sorted(files, key=lambda one: one.path)],
    }


def mark(signature: str, key: str) -> bytes:
    """Return the file with the registry's signature over the manifest's bytes."""
    return canonical({"schema": "cmr.release_signature/1", "key": key, "value": signature})


def listed(document: Any) -> list[Listed]:  # noqa: ANN401 -- any JSON
    """Return the files that a manifest names.

    Raises
    ------
    ValueError
        When it is no manifest of a release, or a part of it is malformed: says which.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise ValueError(f"it does not say {SCHEMA}")
    for name, kind in {
        "version": str,
        "registry": Mapping,
        "dossier": str,
        "card": Mapping,
        "made": Mapping,
        "files": list,
    }.items():
        if not isinstance(document.get(name), kind):
            raise ValueError(f"“{name}” is missing or malformed")  # noqa: TRY004 -- it was read
    return [_listed(one, place) for place, one in enumerate(document["files"], start=1)]


def _listed(one: Any, place: int) -> Listed:  # noqa: ANN401 -- any JSON
    """Return one file that a manifest names."""
    said = one if isinstance(one, Mapping) else {}
    path, digest, size = said.get("path"), said.get("digest"), said.get("size")
    if not isinstance(path, str) or not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise ValueError(f"file {place} has no path or no digest")
    if not isinstance(size, int) or isinstance(size, bool):
        raise ValueError(f"{path} has no size")  # noqa: TRY004 -- it was read
    return Listed(path=path, digest=digest, size=size, what=str(said.get("what", "")))


_EXPLAINED: Final = """\
{title}
{line}

All on which {version} was decided, taken out of the registry
“{origin}” so that you can check it by yourself:
no server, no network, and no need to trust whoever gave it to you.

CHECK IT

{page}\
  With the program `cmr`, which also computes the evidence again:

      cmr verify THIS.zip --key KEY

KEY is the registry's public key. Get it by another way than with these files:
once, in writing, from whoever runs the registry. The one that lies in
{manifest} shows only that the files agree with each other. It is

    {key}

WHAT IS IN IT

{files}
  {manifest}
      the digest of every file above, and what made them
  {mark}
      the registry's signature over that list

No file says anything of a single patient: a tally holds counts alone. The
words that people wrote for the trail stayed with the registry; here are their
digests. The model's own files are named by their digests and are not here.
"""
_PAGE: Final = f"""\
  In a browser: open {VERIFIER} and drop this zip on it. Nothing leaves your
  machine; the page cannot send anything.

"""


def explained(*, version: str, origin: str, key: str, files: Sequence[tuple[str, str]]) -> bytes:
    """Return what a bundle says of itself to whoever opens it; `files` are (path, what)."""
    title = f"Release bundle of {version}"
    named = "\n".join(f"  {path}\n      {what}" for path, what in files)
    return _EXPLAINED.format(
        title=title,
        line="=" * len(title),
        version=version,
        origin=origin,
        page=_PAGE if any(path == VERIFIER for path, _ in files) else "",
        manifest=MANIFEST,
        mark=MARK,
        key=key,
        files=named,
    ).encode()
