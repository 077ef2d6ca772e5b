"""Signing: who signed the dossier, by what, and whether anybody was taken out or put in."""

import base64
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from registry.domain import proving
from registry.domain.digests import digest_of
from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.domain.proving import Proved, UnprovedError
from registry.domain.releases.checking.given import Given, moment
from registry.domain.releases.files import DOSSIER, SIGNED, SIGNOFFS
from registry.domain.reviews import SignOff
from registry.domain.signatures import BY_LOGIN, BY_PASSKEY
from registry.domain.trail import Act

Document = Mapping[str, Any]
SCHEMA: Final = "cmr.signatures/1"


def check_signoffs(given: Given) -> None:
    """Check every sign-off over the dossier, and that the trail knows of no other."""
    found = given.read(SIGNOFFS)
    if found is None:
        return
    if found.get("schema") != SCHEMA:
        given.report.say("file.shape", file=SIGNOFFS, why=f"it does not say {SCHEMA}")
    given.documents = list(found["signoffs"])
    for one in given.documents:
        _check_signoff(given, one)
    if not given.documents:
        given.report.say("sign.none")
    _check_told(given)


def _check_signoff(given: Given, one: Document) -> None:
    """Check one sign-off, and count it where it holds and stands."""
    said = one["statement"]
    about = {"who": who(said), "meaning": said["meaning"]}
    wrong = _altered(one, said)
    if wrong:
        given.report.say("sign.altered", file=SIGNOFFS, **about, why=wrong)
    if given.key is None:
        return
    try:
        proved = proving.verified(one, public=given.key.raw)
        withdrawn = _withdrawn(given, one)
    except UnprovedError as error:
        given.report.say("sign.fails", file=SIGNOFFS, **about, why=f"{error}".rstrip("."))
        return
    about["at"] = moment(said["at"])
    if said["digest"] != given.digest:
        given.report.say("sign.void", **about)
    elif withdrawn:
        given.report.say("sign.withdrawn", **about)
    else:
        _tell(given, proved, about)
        if said["meaning"] == Meaning.OBJECT:
            given.report.say("sign.against", who=about["who"], reasons=said["reasons"])
        given.signoffs.append(
            SignOff(
                person=UUID(said["signer"]["id"]),
                name=said["signer"]["name"],
                role=Role(said["role"]),
                meaning=Meaning(said["meaning"]),
                dossier=said["digest"],
            )
        )


def who(statement: Document) -> str:
    """Return who signed, and as what."""
    role = statement.get("role")
    return f"{statement['signer']['name']}, {role}" if role else str(statement["signer"]["name"])


def method(name: str) -> str:
    """Return by what a weaker signature was given, in words."""
    return "by a fresh login at the provider" if name == BY_LOGIN else "by password, given again"


def _tell(given: Given, proved: Proved, about: dict[str, str]) -> None:
    """Say of a sign-off that it holds, and how much it proves."""
    if proved.method == BY_PASSKEY:
        given.report.say("sign.passkey", **about, confirmed=proved.confirmed_by)
    else:
        given.report.say("sign.weaker", **about, method=method(proved.method))


def _altered(one: Document, said: Document) -> str:
    """Return in what the sign-off that is shown differs from the statement that was signed."""
    shown = {
        "the role": (one["role"], said["role"]),
        "the meaning": (one["meaning"], said["meaning"]),
        "the person": (one["person"]["id"], said["signer"]["id"]),
        "the name": (one["person"]["name"], said["signer"]["name"]),
        "the reasons": (one["reasons"] or None, said["reasons"]),
        "the dossier": (one["dossier"], said["digest"]),
    }
    return ", ".join(part for part, (here, signed) in shown.items() if here != signed)


def _withdrawn(given: Given, one: Document) -> bool:
    """Tell whether a sign-off was taken back, by a signature that holds.

    Raises
    ------
    UnprovedError
        When it is said to be, and nobody's signature shows it.
    """
    if not one.get("withdrawn_at"):
        return False
    if given.key is None or "withdrawal" not in one:
        raise UnprovedError("it is said to be withdrawn, and no signature shows that")
    taken = proving.verified(one["withdrawal"], public=given.key.raw).statement
    if taken["signer"]["id"] != one["statement"]["signer"]["id"]:
        raise UnprovedError("another person's signature stands for its withdrawal")
    if taken["meaning"] != f"withdrawal of: {one['statement']['meaning']}":
        raise UnprovedError("the signature beside it is about something else")
    return True


def _check_told(given: Given) -> None:
    """Compare the sign-offs with those that the trail knows over this dossier."""
    if given.events is None:
        return
    here = {str(one["signature"]) for one in given.documents}
    told = set()
    for event in given.events:
        after = event["after"] if isinstance(event["after"], dict) else {}
        if event["act"] != Act.REVIEW_SIGNED:
            continue
        told.add(str(after.get("signature")))
        if after.get("dossier") == given.digest and after.get("signature") not in here:
            given.report.say(
                "sign.removed",
                file=SIGNOFFS,
                who=f"somebody, {after.get('role')}",
                meaning=after.get("meaning"),
                where=f"entry {event['seq']} of the trail",
            )
    for one in given.documents:
        if str(one["signature"]) not in told:
            said = one["statement"]
            given.report.say("sign.untold", file=SIGNOFFS, who=who(said), meaning=said["meaning"])


def check_others(given: Given) -> None:
    """Check every other signature about the version, and the documents that were signed."""
    if given.alone or given.key is None:
        return
    found = given.read(SIGNED)
    if found is None:
        return
    if found.get("schema") != proving.SCHEMA:
        given.report.say("file.shape", file=SIGNED, why=f"it does not say {proving.SCHEMA}")
    if base64.b64decode(found["registry"]["public"]) != given.key.raw:
        given.report.say("file.shape", file=SIGNED, why="it brings another key")
    known = {str(one["signature"]) for one in given.documents}
    held, signed = 0, set[str]()
    for one in found["signatures"]:
        said = one["statement"]
        try:
            proving.verified(one, public=given.key.raw)
        except UnprovedError as error:
            given.report.say(
                "sign.other",
                file=SIGNED,
                who=who(said),
                meaning=said["meaning"],
                subject=said["subject"],
                why=f"{error}".rstrip("."),
            )
            continue
        signed.add(str(said["digest"]))
        held += str(one["signature"]) not in known
    if held:
        given.report.say("sign.others", count=held)
    _check_papers(given, signed)


def _check_papers(given: Given, signed: set[str]) -> None:
    """Check that each document beside the signatures is one that was signed or is cited."""
    dossier = given.read(DOSSIER) or {}
    cited = {
        part["digest"]
        for part in (dossier.get("hazards") or {}).values()
        if isinstance(part, dict) and "digest" in part
    }
    papers = {path: c for path, c in given.files.items() if path.startswith("signed/")}
    digests = {path: digest_of(content) for path, content in papers.items()}
    faulty = [path for path, digest in digests.items() if digest not in signed | cited]
    for path in faulty:
        given.report.say("sign.paper", file=path)
    if len(papers) > len(faulty):
        given.report.say("sign.papers", count=len(papers) - len(faulty))
    here = {digest_of(content) for content in given.files.values()}
    absent = signed - here
    if absent:
        given.report.say("sign.absent", count=len(absent))
