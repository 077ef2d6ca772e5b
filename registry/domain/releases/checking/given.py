"""Given: the files that are checked, what the reader asked, and what is known of them so far."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.domain.digests import digest_of
from registry.domain.notes import PublicKey
from registry.domain.releases.files import DOSSIER
from registry.domain.releases.report import Report
from registry.domain.reviews import SignOff


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the reader knows and demands.

    Attributes
    ----------
    key : PublicKey or None
        The registry's key as the reader has it.
    outside : sequence of str
        Checkpoints that the reader kept.
    witnesses : sequence of PublicKey
        Of whom a co-signature is demanded.
    program : str
        The name and release of the program that checks.
    how : str
        How one gives a key: "with --key".
    """

    key: PublicKey | None = None
    outside: Sequence[str] = ()
    witnesses: Sequence[PublicKey] = ()
    program: str = ""
    how: str = "with --key"


@dataclass(frozen=True, kw_only=True)
class Seal:
    """One signature of the PDF's own kind, as a PDF library finds it.

    Attributes
    ----------
    who : str
        Whose certificate it is.
    certificate : str
        The SHA-256 of that, as the trail writes digests.
    at : str
        When, as it says, and by whose clock.
    certifies : bool
        Whether it is a seal, after which nothing but further signatures may follow.
    holds : bool
        Whether what it covers is unchanged, and only signatures followed.
    last : bool
        Whether it covers the file to its end.
    trusted : bool or None
        Whether a certificate that the reader named vouches for it; None where none was named.
    """

    who: str
    certificate: str
    at: str
    certifies: bool
    holds: bool
    last: bool
    trusted: bool | None


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What a card carries: the files attached and its seals, or why they cannot be read.

    `rendered` is the digest of the bytes before the first seal was added.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    problem: str | None = None
    seals: Sequence[Seal] = ()
    rendered: str | None = None


@dataclass(kw_only=True)
class Given:
    """What is checked.

    Attributes
    ----------
    files : mapping
        Path → bytes.
    asked : Asked
    report : Report
    alone : bool
        Whether it is a single card, so that parts of a bundle are not expected.
    key : PublicKey or None
        By which it is checked: the reader's, else that of the bundle.
    manifest : dict
    events : list of dict or None
        The trail's entries that lead to the checkpoint; None where none was checked.
    signoffs : list of SignOff
        Those whose signatures hold, void and withdrawn ones left out.
    documents : list of dict
        Every sign-off as it is shown.
    missed : set of str
        Files that were said to be missing.
    """

    files: Mapping[str, bytes]
    asked: Asked
    report: Report
    alone: bool = False
    key: PublicKey | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] | None = None
    signoffs: list[SignOff] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)

    def need(self, path: str) -> bytes | None:
        """Return a file; say that it is missing where it ought to be there."""
        found = self.files.get(path)
        if found is None and path not in self.missed:
            self.missed.add(path)
            self.report.say("file.needed", file=path)
        return found

    def read(self, path: str) -> dict[str, Any] | None:
        """Return the JSON object in a file that ought to be there; None, having said so, else."""
        content = self.need(path)
        return None if content is None else self.parsed(path, content)

    def parsed(self, path: str, content: bytes) -> dict[str, Any] | None:
        """Return the JSON object that a file holds; None, having said so, where it holds none."""
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.report.say("file.shape", file=path, why="it is no JSON object")
            return None
        return found

    @property
    def digest(self) -> str:
        """The digest of the dossier's bytes."""
        return digest_of(self.files.get(DOSSIER, b""))


def guarded(given: Given, path: str, check: Callable[[Given], None]) -> None:
    """Run a check; whatever a malformed file makes of it is said, and is no error of ours."""
    try:
        check(given)
    except Exception as error:  # noqa: BLE001 -- whatever stands in a file is a finding
        given.report.say("file.shape", file=path, why=f"{type(error).__name__}, {error}")


def moment(text: object) -> str:
    """Return a time as it is printed: 2026-11-30 20:27."""
    return str(text)[:16].replace("T", " ")


def version_of(dossier: Mapping[str, Any]) -> str:
    """Return the version that a dossier is about, such as ``heart-cad/2``."""
    return f"{dossier['version']['model']}/{dossier['version']['number']}"
