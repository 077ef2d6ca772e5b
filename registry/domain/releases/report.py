"""Report: what checking found, sentence by sentence, and what it comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from registry.domain.releases.sentences import HEADINGS, HEADLINES, SENTENCES, Verdict


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was checked, or could not be.

    Attributes
    ----------
    id : str
        Which sentence.
    verdict : Verdict
    heading, text : str
    file : str or None
        The file concerned.
    """

    id: str
    verdict: Verdict
    heading: str
    text: str
    file: str | None

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "id": self.id,
            "verdict": self.verdict.value,
            "heading": self.heading,
            "file": self.file,
            "text": self.text,
        }


@dataclass(kw_only=True)
class Report:
    """Everything that checking found.

    `keyed` says whether a key of the reader's own was used, `signed` whether there was any.
    """

    findings: list[Finding] = field(default_factory=list)
    keyed: bool = False
    signed: bool = True

    def say(self, name: str, /, *, file: str | None = None, **facts: object) -> None:
        """Add a sentence, its facts filled in."""
        one = SENTENCES[name]
        told = {"file": file, **facts}
        text = one.text.format(**{key: _plain(value) for key, value in told.items()})
        self.findings.append(
            Finding(id=name, verdict=one.verdict, heading=one.heading, text=text, file=file)
        )

    def said(self, name: str) -> bool:
        """Tell whether a sentence was said."""
        return any(one.id == name for one in self.findings)

    @property
    def failures(self) -> list[Finding]:
        """What does not hold."""
        return [one for one in self.findings if one.verdict is Verdict.FAILS]

    @property
    def holds(self) -> bool:
        """Whether nothing was found against it."""
        return not self.failures

    @property
    def headline(self) -> str:
        """What it comes to, in one sentence."""
        count = len(self.failures)
        if count:
            things = "thing was" if count == 1 else "things were"
            return HEADLINES["fails"].format(count=count, things=things)
        left = sum(one.verdict is Verdict.OPEN for one in self.findings)
        name = "holds" if self.keyed else "agrees" if self.signed else "unsigned"
        return HEADLINES[name].format(open=left)

    def sections(self) -> Iterator[tuple[str, list[Finding]]]:
        """Yield heading and findings of every part that has any; failures first."""
        order = list(Verdict)
        for heading in HEADINGS:
            here = [one for one in self.findings if one.heading == heading]
            if here:
                yield heading, sorted(here, key=lambda one: order.index(one.verdict))

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "schema": "cmr.verification/1",
            "holds": self.holds,
            "by_own_key": self.keyed,
            "headline": self.headline,
            "findings": [one.document() for one in self.findings],
        }


def _plain(value: object) -> str:
    """Return a fact as it is printed on one line: numbers with commas, no control characters."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = str(value)
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return shown if len(shown) <= 300 else f"{shown[:299]}…"  # noqa: PLR2004 -- one line or two
