"""Protocols: what was fixed before a table was measured, by whom, and when the first one came."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from registry.domain.judgements import wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE
from registry.domain.protocols import SIGNATURES, sequence

BEFORE = "registered and signed before this evidence was submitted"
NOT_STATED = "not stated"
_PRICES = (
    ("a missed finding", "false_negative"),
    ("a false alert", "false_positive"),
    ("a found one", "true_positive"),
    ("a cleared one", "true_negative"),
)


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """One protocol: its name, its digest, what it fixed, and who signed it when.

    Attributes
    ----------
    name, digest : str
    facts : tuple of Line
        What it says, in the order of its parts.
    signed : tuple of Line
        Each signature, or that a role has not signed, in its tone.
    first : Line
        In which order signatures and the first table came.
    """

    name: str
    digest: str
    facts: tuple[Line, ...]
    signed: tuple[Line, ...]
    first: Line


def fixed(dossier: Document) -> tuple[Fixed, ...]:
    """Return every protocol under which something of the dossier was measured."""
    return tuple(_fixed(dossier, one) for one in dossier["protocols"])


def lede(dossier: Document) -> str:
    """Return whether every protocol was signed before its first table; those that were not."""
    found = fixed(dossier)
    if not found:
        return "Nothing was measured against a protocol: nothing was fixed beforehand."
    late = [f"“{one.name}”" for one in found if one.first.tone != GOOD]
    if not late:
        return "Every protocol was registered and signed before its first table was submitted."
    verb = "was" if len(late) == 1 else "were"
    text = f"{wording.listed(late)} {verb} not both registered and signed before the first table."
    return wording.capital(text)


def order(dossier: Document, evidence: Document) -> str:
    """Return in which order the protocol of a piece of evidence was registered, signed, used."""
    protocol = next(one for one in dossier["protocols"] if one["digest"] == evidence["protocol"])
    return sequence(
        str(protocol["registered"]["at"]),
        [str(signature["at"]) for signature in protocol["signatures"]],
        str(evidence["submitted"]["at"]),
    )


def _fixed(dossier: Document, protocol: Document) -> Fixed:
    document = protocol["document"]
    return Fixed(
        name=str(document.get("name") or "unnamed"),
        digest=str(protocol["digest"]),
        facts=tuple(replace(one, text=numbered(dossier, one.text)) for one in _facts(document)),
        signed=tuple(_signed(protocol)),
        first=_first(dossier, protocol),
    )


def numbered(dossier: Document, text: str) -> str:
    """Return a text that names evidence of the dossier by its number, never by its id."""
    for one in dossier["evidence"]:
        text = text.replace(str(one["id"]), f"evidence {one['number']}")
    return text


def _signed(protocol: Document) -> Iterator[Line]:
    """Yield who registered it, each signature, and each role whose signature is not there."""
    registered = protocol["registered"]
    text = f"{registered['by']['name']}, {wording.moment(registered['at'])}."
    yield Line(label="Registered", text=text)
    for one in protocol["signatures"]:
        text = f"{one['name']}, {one['role']}, {wording.moment(one['at'])}"
        yield Line(label="Signed", text=f"{text}, for {one['meaning']}.", tone=GOOD)
    given = {one["role"] for one in protocol["signatures"]}
    for role, meaning in SIGNATURES.items():
        if role.value not in given:
            text = f"The {role.value} has not signed for {meaning}."
            yield Line(label="Not signed", text=text, tone=UNSURE)


def _first(dossier: Document, protocol: Document) -> Line:
    """Return in which order it was signed and the first table measured against it came."""
    mine = [one for one in dossier["evidence"] if one["protocol"] == protocol["digest"]]
    if not mine:
        return Line(label="First table", text="None in this dossier.")
    first = min(mine, key=lambda one: str(one["submitted"]["at"]))
    said = order(dossier, first)
    text = f"Evidence {first['number']}, {wording.moment(first['submitted']['at'])}: {said}."
    return Line(label="First table", text=text, tone=GOOD if said == BEFORE else BAD)


def _facts(document: Document) -> Iterator[Line]:
    """Yield what a protocol fixed, part by part; what it leaves open is said so."""
    yield _plain("Purpose", document.get("purpose"))
    sampling = document.get("sampling")
    unselected = sampling in {"consecutive", "random"}
    yield Line(
        label="Patients entered",
        text=wording.sentence(str(sampling or NOT_STATED)),
        tone=PLAIN if unselected else UNSURE,
    )
    yield _plain("Reference standard", document.get("reference_standard"))
    yield _plain("Score", document.get("score_kind"))
    yield Line(label="Operating point", text=_point(document))
    yield Line(label="Costs", text=_costs(document.get("costs")))
    yield Line(label="Population", text=_population(document.get("population")))
    yield Line(label="Minimum evidence", text=_minimum(document.get("minimum") or {}))
    yield Line(label="Intervals", text=_intervals(document))
    yield Line(label="Subgroups", text=_groups(document.get("subgroups") or {}))
    explored = document.get("exploratory") or {}
    if _groups(explored) != _NO_GROUPS:
        text = f"{_groups(explored)} Not specified beforehand; no gate rests on it."
        yield Line(label="Exploratory", text=text, tone=UNSURE)
    beside = document.get("comparators") or {}
    if beside:
        named = [
            f"{wording.attribute(key)} ({one.get('version') or 'no version'})"
            for key, one in beside.items()
        ]
        yield Line(label="Compared with", text=wording.sentence(wording.listed(named)))


def _plain(label: str, value: object) -> Line:
    text = wording.sentence(str(value)) if value else f"{wording.capital(NOT_STATED)}."
    return Line(label=label, text=text, tone=PLAIN if value else UNSURE)


def _point(document: Document) -> str:
    """Return the operating points: what is flagged, by what rule, and the fail-safe."""
    top = document.get("operating_point") or {}
    findings = document.get("findings") or {}
    if not findings:
        return wording.sentence(_threshold(top))
    own = [f"{name}: {_threshold({**top, **one})}" for name, one in findings.items()]
    return wording.sentence("; ".join(own))


def _threshold(point: Document) -> str:
    """Return one operating point in words."""
    if point.get("threshold") is None:
        return "none: no threshold was fixed, and no rate is defined"
    sign = str(point.get("positive_when", ">=")).replace(">=", "≥")
    text = f"flagged when the score is {sign} {point['threshold']:.4g}"
    if point.get("rule"):
        text += f", found by the rule “{str(point['rule']).partition(' in ')[0]}”"
        text += f": {point['origin']}" if point.get("origin") else ""
    if point.get("threshold_probability") is not None:
        text += f"; priced at a risk of {point['threshold_probability']:.4g}"
    return f"{text}; unscored counts as {point.get('unscored', 'negative')}"


def _costs(costs: Document | None) -> str:
    """Return the cost matrix: each outcome, who set it, when and why."""
    if not costs:
        return "None set."
    unit = costs.get("unit") or "units"
    prices = [f"{what} {costs[key]:g}" for what, key in _PRICES if costs.get(key) is not None]
    text = f"{wording.capital(wording.listed(prices))} ({unit})"
    severe = costs.get("by_severity") or {}
    if severe:
        levels = [f"{level} {price:g}" for level, price in severe.items()]
        text += f"; a missed one by severity: {wording.listed(levels)}"
    by = costs.get("set_by")
    on = f" on {wording.day(str(costs['set_on']))}" if costs.get("set_on") else ""
    text += f". Set by {by}{on}" if by else ". Who set them is not recorded"
    return f"{text}: {wording.sentence(costs['why'])}" if costs.get("why") else f"{text}."


def _population(population: Document | None) -> str:
    if not population:
        return "Not declared."
    text = f"Prevalence {wording.percent(population['prevalence'])}"
    if population.get("range"):
        low, high = (wording.percent(end) for end in population["range"])
        text += f", judged over {low} to {high}"
    return wording.sentence(f"{text}; {population.get('source') or 'source not recorded'}")


def _minimum(minimum: Document) -> str:
    """Return below how much evidence a verdict is insufficient."""
    least = [f"{minimum.get(key, 0):,}" for key in ("positives", "negatives")]
    words = [f"{least[0]} with and {least[1]} without the finding in a stratum"]
    widths = minimum.get("max_width") or {}
    words += [
        f"the interval of {wording.inside(wording.label(metric))} at most {width:g} wide"
        for metric, width in widths.items()
    ]
    if minimum.get("calibration_events"):
        words.append(f"{minimum['calibration_events']:,} events for calibration")
    return wording.sentence("; ".join(words))


def _intervals(document: Document) -> str:
    """Return the level and the methods of the intervals, and how several are allowed for."""
    how = document.get("intervals") or {}
    words = [f"{100 * float(how.get('level', 0.95)):g}%"]
    if how.get("auroc"):
        words.append(f"AUROC by {how['auroc']}")
    if how.get("replicates"):
        seed = f", seed {how['seed']}" if how.get("seed") is not None else ""
        words.append(f"bootstrap of {how['replicates']:,}{seed}")
    if how.get("between_sites"):
        words.append(f"between sites {how['between_sites']}")
    anybody = any(one.get("needs") == "any" for one in document.get("criteria") or ())
    words.append(
        "no adjustment where every stratum must hold"
        + ("; simultaneous intervals where any will do" if anybody else "")
    )
    return wording.sentence("; ".join(words))


_NO_GROUPS = "None declared."


def _groups(groups: Document) -> str:
    """Return the attributes by which groups are formed, and which are crossed."""
    names = [wording.attribute(name) for name in groups if name != "intersections"]
    crossed = [
        " × ".join(wording.attribute(name) for name in pair)
        for pair in groups.get("intersections") or ()
    ]
    words = wording.listed(names)
    if crossed:
        words += f"{'; ' if words else ''}crossed: {wording.listed(crossed)}"
    return wording.sentence(words) if words else _NO_GROUPS
