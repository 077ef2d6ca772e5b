"""Cards: whether the PDF is the one that was issued, and carries what the bundle holds."""

from collections.abc import Sequence
from typing import Any

from registry.domain.digests import digest_of
from registry.domain.releases.checking.given import Given, Inside, Seal
from registry.domain.releases.files import CARD, DOSSIER, SIGNOFFS, inside_path
from registry.domain.releases.report import Report
from registry.domain.trail import Act

NEEDED = (DOSSIER, SIGNOFFS)


def check(given: Given, inside: Inside | None) -> None:
    """Check the card against the trail and against the files beside it."""
    content = given.need(CARD)
    if content is None:
        return
    if not given.alone:
        _check_issued(given, content)
    if inside is None:
        given.report.say("card.unopened", why="this program opens no PDF")
    elif inside.problem is not None:
        given.report.say("card.unread", file=CARD, why=inside.problem)
    else:
        _check_inside(given, inside)
        check_seals(given.report, inside.seals)
        _check_sealed(given, inside)
    given.report.say("card.pages")


def _check_issued(given: Given, content: bytes) -> None:
    """Check that the trail says of these very bytes that they were issued over this dossier."""
    if given.events is None:
        return
    digest = digest_of(content)
    issued = [_after(event) for event in given.events if event["act"] == Act.CARD_ISSUED]
    signed = [_after(event) for event in given.events if event["act"] == Act.CARD_SIGNED]
    numbers = {one.get("card") for one in signed if one.get("pdf") == digest}
    mine = [
        one
        for one in issued
        if digest in {one.get("pdf"), one.get("sealed")} or one.get("card") in numbers
    ]
    if not mine:
        given.report.say("card.foreign", file=CARD, why="the trail names no card with these bytes")
    elif mine[-1].get("dossier") != given.digest:
        given.report.say("card.foreign", file=CARD, why="it was issued over another dossier")
    else:
        number = mine[-1].get("card")
        given.report.say("card.issued", number=number, version=given.manifest["version"])
        later = [one["card"] for one in issued if _number(one) > _number(mine[-1])]
        if later:
            given.report.say("card.later", number=max(later))


def _after(event: dict[str, Any]) -> dict[str, Any]:
    """Return what an act led to."""
    found = event["after"]
    return found if isinstance(found, dict) else {}


def _number(one: dict[str, Any]) -> int:
    """Return the number of a card that was issued."""
    number = one.get("card")
    return number if isinstance(number, int) else 0


def check_seals(report: Report, seals: Sequence[Seal]) -> None:
    """Say what the seals and signatures of the PDF's own kind are worth."""
    for one in seals:
        name = {None: "seal.open", True: "seal.trusted", False: "seal.untrusted"}[one.trusted]
        if not one.holds:
            name = "seal.broken"
        kind = "sealed" if one.certifies else "signed"
        report.say(name, file=CARD, kind=kind, who=one.who, at=one.at)
    if not seals:
        report.say("seal.none")
    elif not seals[-1].last:
        report.say("seal.more", file=CARD)


def _check_sealed(given: Given, inside: Inside) -> None:
    """Compare the seal with what the trail says of the card whose bytes the file begins with."""
    issued = [_after(event) for event in given.events or [] if event["act"] == Act.CARD_ISSUED]
    mine = [one for one in issued if one.get("pdf") == inside.rendered]
    if not mine or not inside.seals:
        return
    given.report.say("seal.rendered")
    number, named = mine[-1].get("card"), {one.get("certificate") for one in mine} - {None}
    for one in inside.seals:
        if one.certifies and one.certificate in named:
            given.report.say("seal.named", number=number)
        elif one.certifies:
            why = "the trail names another certificate" if named else "the trail knows of no seal"
            given.report.say("seal.foreign", file=CARD, who=one.who, why=f"{why} for card {number}")


def _check_inside(given: Given, inside: Inside) -> None:
    """Compare what the card carries inside with the files of the bundle."""
    for name in NEEDED:
        if name not in inside.files:
            given.report.say("card.lacks", file=CARD, name=name)
    if given.alone:
        return
    same, only = list[str](), list[str]()
    by_digest = {digest_of(content) for content in given.files.values()}
    for name, content in inside.files.items():
        beside = given.files.get(name, given.files.get(inside_path(name), content))
        if beside != content:
            given.report.say("card.differs", file=CARD, name=name)
        elif digest_of(content) in by_digest:
            same.append(name)
        else:
            only.append(name)
    if same:
        given.report.say("card.inside", names=", ".join(same))
    if only:
        given.report.say("card.only", names=", ".join(only))
