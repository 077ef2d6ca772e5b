"""Checking: what holds of a release and what does not, in words, from its files alone.

Whatever is malformed is a finding: nothing that somebody put into a file makes the check fail.
"""

from collections.abc import Mapping, Sequence

from registry.domain.releases.checking import cards, decisions, evidence, lists, signing, trails
from registry.domain.releases.checking.cards import check_seals
from registry.domain.releases.checking.given import Asked, Given, Inside, Seal, guarded
from registry.domain.releases.files import (
    CARD,
    CARD_SIGNED,
    CHECKPOINT,
    DECISION,
    DOSSIER,
    MANIFEST,
    SIGNED,
    SIGNOFFS,
    STANDING,
)
from registry.domain.releases.report import Report

__all__ = ["Asked", "Fault", "Inside", "Seal", "check_bundle", "check_card", "check_seals"]

Fault = tuple[str, str, Mapping[str, object]]
"""Something wrong with the container: which sentence, of which file, and its facts."""


def check_bundle(
    files: Mapping[str, bytes],
    *,
    asked: Asked,
    faults: Sequence[Fault] = (),
    inside: Inside | None = None,
) -> Report:
    """Check a release bundle.

    Parameters
    ----------
    files : mapping
        Its files by path, as they could be read.
    asked : Asked
        What the reader knows and demands.
    faults : sequence of Fault
        What was found wrong with the zip or folder itself.
    inside : Inside or None
        What the card carries inside; None where nothing here can open a PDF.
    """
    report = Report()
    for name, file, facts in faults:
        report.say(name, file=file, **facts)
    given = Given(files=files, asked=asked, report=report)
    guarded(given, MANIFEST, lists.check)
    if given.key is None:
        return report
    _check_all(given, inside)
    return report


def check_card(pdf: bytes, *, asked: Asked, inside: Inside) -> Report:
    """Check a single card from what it carries inside; the trail and the evidence are not there."""
    report = Report()
    files = {**inside.files, CARD: pdf}
    given = Given(files=files, asked=asked, report=report, alone=True, key=asked.key)
    guarded(given, CARD_SIGNED, lists.find_key)
    lists.check_key(given)
    _check_all(given, inside)
    return report


def _check_all(given: Given, inside: Inside | None) -> None:
    """Check every part; one that is damaged leaves the others to be checked."""
    guarded(given, CHECKPOINT, trails.check)
    guarded(given, CARD, lambda one: cards.check(one, inside))
    guarded(given, SIGNOFFS, signing.check_signoffs)
    guarded(given, SIGNED, signing.check_others)
    guarded(given, DECISION, decisions.check)
    guarded(given, STANDING, decisions.check_standing)
    guarded(given, DOSSIER, evidence.check)
