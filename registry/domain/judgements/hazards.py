"""Hazards: each one with its cause, its harm, its ratings and what was shown of its controls."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.domain.hazards import exceeds, limit_of
from registry.domain.hazards.records import Status
from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE

UNRATED = "not rated"
NOT_ACCEPTED = "NOT ACCEPTED YET"
OF = 5  # ratings run from 1 to 5
HOW_TO_READ = (
    "Number of hazards. A residual rating counts once a control is shown to work on this version; "
    "until then the initial one does."
)


@dataclass(frozen=True, kw_only=True)
class Control:
    """One control, whether it is shown to work on this version, and by what."""

    text: str
    kind: str
    owner: str
    state: str
    shown: tuple[str, ...]
    tone: str

    @property
    def shown_words(self) -> str:
        """State and what shows it, as a sentence."""
        words = f"{self.state}: {'; '.join(self.shown)}" if self.shown else self.state
        return wording.sentence(words)


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """One hazard of the version.

    Attributes
    ----------
    number, name, status : int, str, str
    cause, harm : str
        By what it comes about, and what it does to a patient.
    initial, residual : str
        Severity, likelihood and rating, before and after the controls.
    counts_as : str
        The rating that counts, and why it is not the residual one.
    controls : tuple of Control
    handed : str
        To whom it was handed over, what they must do, and whether they accepted; else empty.
    accepted : bool
        That nobody must still accept it.
    tone : str
        Bad where it counts as more than is acceptable.
    """

    number: int
    name: str
    status: str
    cause: str
    harm: str
    initial: str
    residual: str
    counts_as: str
    controls: tuple[Control, ...]
    handed: str
    accepted: bool
    tone: str


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """How many hazards went from which initial rating to which one that counts.

    `rows` holds for each initial rating, the highest first, the counts by `columns`; `acceptable`
    is the highest rating that is.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    acceptable: int | None


def hazards(dossier: Document) -> tuple[Hazard, ...]:
    """Return the hazards of the version: those that count as most first."""
    part = dossier.get("hazards")
    if part is None:
        return ()
    limit = limit_of(part, None)
    order = sorted(part["hazards"], key=lambda one: (-_height(one["rating"]), one["number"]))
    return tuple(_hazard(dossier, one, limit) for one in order)


def matrix(dossier: Document) -> Matrix | None:
    """Return how ratings moved from initial to what counts; None without a hazard."""
    part = dossier.get("hazards")
    if part is None or not part["hazards"]:
        return None
    ratings, limit = [*range(OF, 0, -1)], limit_of(part, None)
    known = [(one["initial"]["rating"], one["rating"]) for one in part["hazards"]]
    columns: list[int | None] = [*ratings]
    rows: list[int | None] = [*ratings]
    if any(after is None for _, after in known):
        columns.insert(0, None)
    if any(before is None for before, _ in known):
        rows.insert(0, None)
    return Matrix(
        columns=tuple(
            f"{_word(one)}, too high" if exceeds(one, limit) else _word(one) for one in columns
        ),
        rows=tuple(
            (_word(row), tuple(known.count((row, column)) for column in columns))
            for row in rows
            if any(before == row for before, _ in known)
        ),
        acceptable=limit,
    )


def lede(dossier: Document) -> str:
    """Return what stands above the acceptable rating, or that nothing was looked for."""
    part = dossier.get("hazards")
    if part is None:
        return "NO HAZARD LOG: nobody recorded what can go wrong with this version."
    limit = limit_of(part, None)
    found = part["hazards"]
    if not found:
        return "The hazard log holds no hazard of this version: nothing was looked for."
    above = [one for one in found if exceeds(one["rating"], limit)]
    if not above:
        number = wording.counted(len(found), "hazard")
        return f"{number}; none counts as more than {limit}, which is acceptable under the plan."
    named = wording.listed([f"{one['number']} ({one['name']})" for one in above])
    subject = f"Hazard {named} counts" if len(above) == 1 else f"Hazards {named} count"
    return f"{subject} as more than {limit}, the highest rating that is acceptable."


def down(dossier: Document) -> tuple[Line, ...]:
    """Return what happens while the model is down or gives no score, as far as it is recorded."""
    lines = []
    evidence = exhibits.leading(dossier)
    point = exhibits.protocol(dossier, evidence).get("operating_point") if evidence else None
    if point:
        flagged = "flagged" if point.get("unscored") == "positive" else "not flagged"
        text = f"An exam without a score counts as {flagged}: every rate as deployed heeds it."
        lines.append(Line(label="No score", text=text))
    part = dossier.get("hazards") or {"hazards": ()}
    foreseen = [one for one in part["hazards"] if one.get("prompt") in _DOWN]
    for one in foreseen:
        controls = "; ".join(control["text"].rstrip(".") for control in one["controls"])
        text = f"Hazard {one['number']}, {one['name']}: {controls or 'no control is recorded'}."
        lines.append(Line(label="Model down", text=text))
    if not foreseen:
        text = "No hazard on the log is about the model being down. Each hospital lays down its "
        text += "downtime procedure in its site dossier, before the model runs there."
        lines.append(Line(label="Model down", text=text, tone=UNSURE))
    return tuple(lines)


_DOWN = frozenset({"downtime", "delay"})  # prompts about a model that gives no answer in time


def _hazard(dossier: Document, one: Document, limit: int | None) -> Hazard:
    above = exceeds(one["rating"], limit)
    counts = UNRATED.capitalize() if one["rating"] is None else f"Counts as {one['rating']}"
    counts += f" of {OF}" if one["rating"] is not None else ""
    if one["because"]:
        counts += f": {one['because']}"
    causes = "; ".join(cause.rstrip(".") for cause in one.get("causes") or ())
    return Hazard(
        number=int(one["number"]),
        name=str(one["name"]),
        status=_status(one),
        cause=wording.sentence(causes or "no cause recorded"),
        harm=wording.sentence(one.get("harm") or "no harm recorded"),
        initial=_rated(one["initial"]),
        residual="none stated" if one["residual"] is None else _rated(one["residual"]),
        counts_as=wording.sentence(counts),
        controls=tuple(_control(dossier, control) for control in one["controls"]),
        handed=_handed(one),
        accepted=not _handed(one) or bool(one["transfer"].get("accepted_by")),
        tone=BAD if above else GOOD if one["status"] == Status.CLOSED else PLAIN,
    )


def _status(one: Document) -> str:
    """Return who must still act, in a word, and that nothing is done where nothing is."""
    text = wording.capital(str(one["status"]))
    if not one["controls"]:
        why = (one.get("justification") or "").strip()
        text += f"; no control: {wording.inside(why)}" if why else "; no control"
    return text


def _handed(one: Document) -> str:
    """Return to whom a hazard was handed over, and on what terms."""
    handed = one.get("transfer")
    if one["status"] != Status.TRANSFERRED or handed is None:
        return ""
    by = handed.get("accepted_by")
    accepted = f"accepted by {by}" if by else NOT_ACCEPTED
    return f"Handed to {handed['to']}: {handed['must_do'].rstrip('.')} ({accepted})."


def _control(dossier: Document, control: Document) -> Control:
    links = tuple(_link(dossier, link) for link in control["verification"])
    state, tone = "not shown to work", UNSURE
    if not control["implemented"]:
        state = "not implemented"
    elif control["verified"]:
        state, tone = "shown on this version", GOOD
    return Control(
        text=wording.sentence(control["text"]),
        kind=str(control["kind"]),
        owner=str(control["owner"]),
        state=state,
        shown=links,
        tone=tone,
    )


def _link(dossier: Document, link: Document) -> str:
    """Return what shows that a control works, or why it shows nothing any longer."""
    if link.get("evidence") is not None:
        number = exhibits.number(dossier, str(link["evidence"]))
        source = "evidence of another version" if number is None else f"evidence {number}"
        if link.get("criterion"):
            source += f", criterion “{link['criterion']}”"
    elif link.get("document") is not None:
        source = f"document {wording.short(str(link['document']))}"
    else:
        source = f"statement {link.get('statement')} of version {link.get('version')}"
    text = f"{wording.inside(str(link['what']).rstrip('.'))} ({source})"
    return f"{text}: {link['problem']}" if link.get("problem") else text


def _rated(risk: Document) -> str:
    """Return a risk as its words and its rating."""
    rating = UNRATED if risk["rating"] is None else str(risk["rating"])
    return f"{risk['severity']} × {risk['likelihood']} = {rating}"


def _height(rating: int | None) -> int:
    return OF + 1 if rating is None else rating


def _word(rating: int | None) -> str:
    return UNRATED if rating is None else str(rating)


def plan(dossier: Document) -> Iterator[Line]:
    """Yield which plan declares what is acceptable, who approved it, and what policy asks."""
    part = dossier.get("hazards")
    if part is None:
        return
    found = part["plan"]
    by = found["approved"]
    text = f"Plan {found['number']}; acceptable is {found['acceptable_rating']} of {OF} or lower; "
    if by is None:
        text += "NOT APPROVED"
    else:
        registered = f" ({by['registration']})" if by.get("registration") else ""
        text += f"approved {wording.day(by['at'])} by {by['by']['name']}, {by['role']}{registered}"
    text += f"; to be reviewed by {wording.day(found['review_by'])}."
    yield Line(label="Risk management plan", text=text, tone=UNSURE if by is None else PLAIN)
