"""Data: what a record says of datasets, protocols and the thirteen considerations."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from registry.domain.datasets import Use
from registry.domain.judgements import exhibits, protocols, records, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.protocols import sequence
from registry.services.cards.exports import findings
from registry.services.cards.exports.places import gathered, pointer
from reports.exports.record import NOT_RECORDED, Dataset, Place
from reports.exports.topics import CONSIDERATIONS, Topic

_NOT_KNOWN: Final = frozenset({"", "not recorded", "not stated", "unknown"})
_SOURCE: Final = ("source", "sites")
_TRAINING: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.TRAINING_SOURCE: _SOURCE,
    Topic.TRAINING_ELIGIBILITY: ("inclusion", "exclusion"),
    Topic.TRAINING_DEVICES: ("devices",),
    Topic.TRAINING_ANNOTATORS: ("annotators",),
    Topic.TRAINING_REFERENCE: ("reference_standard",),
}
_TESTING: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.TESTING_SOURCE: _SOURCE,
    Topic.TESTING_ELIGIBILITY: ("inclusion", "exclusion"),
    Topic.TESTING_DEVICES: ("devices",),
    Topic.TESTING_ANNOTATORS: ("annotators",),
}
_DEVELOPED: Final = frozenset({"training", "tuning", "development"})

Used = Callable[[frozenset[str]], bool]


def places(dossier: Document) -> dict[Topic, Place]:
    """Return what is said of data, protocols and considerations, topic by topic."""
    found: dict[Topic, Place] = {}
    for topics, used in ((_TRAINING, _trained), (_TESTING, _tested)):
        for topic, keys in topics.items():
            found[topic] = _of_datasets(dossier, keys, used)
    found |= {
        Topic.TRAINING_DATES: _dates(dossier, _trained),
        Topic.TESTING_DATES: _dates(dossier, _tested),
        Topic.EXTERNAL_SOURCE: _external(dossier, _of_datasets(dossier, _SOURCE, _outside)),
        Topic.EXTERNAL_DATES: _external(dossier, _dates(dossier, _outside)),
        Topic.TRAINING_COUNTS: gathered(
            (
                (f"{_name(one)}: {counts}", pointer("datasets", place, "partitions"))
                for place, one in _datasets(dossier, _trained)
                if (counts := _counts(one))
            ),
            otherwise=[pointer("datasets")],
        ),
        Topic.LEGAL_BASIS: _of_all(dossier, "legal_basis"),
        Topic.DATA_LICENCES: _of_all(dossier, "licence"),
    }
    return found | _considerations(dossier) | _protocols(dossier)


def datasets(dossier: Document) -> tuple[Dataset, ...]:
    """Return the dataset versions with what they were used for."""
    return tuple(
        Dataset(
            name=_name(one),
            title=one["title"],
            description=one["description"],
            use=wording.listed(_uses(dossier, one)) or "not said",
            facts=tuple((key, value) for key, value in _facts(one) if value),
            pointer=pointer("datasets", place),
        )
        for place, one in enumerate(dossier["datasets"])
    )


def _facts(one: Document) -> Iterator[tuple[str, str]]:
    yield "sites", ", ".join(one["sites"])
    yield "dates", records.span(one.get("from"), one.get("to"))
    for key in ("inclusion", "exclusion", "devices", "annotators", "reference_standard"):
        yield key.replace("_", " "), str(one.get(key) or "")
    yield "legal basis", str(one.get("legal_basis") or "")
    yield "licence", str(one.get("licence") or "")
    yield "source", str(one.get("source") or "")
    yield "partitions", _counts(one)
    if one.get("withdrawn"):
        yield "withdrawn", "yes"


def _name(one: Document) -> str:
    return f"{one['name']}/{one['number']}"


def _uses(dossier: Document, one: Document) -> list[str]:
    """Return for what a dataset version was used: as the version names it, and as evidence."""
    key = (one["name"], one["number"])
    uses = [d["use"] for d in dossier["version"]["datasets"] if (d["name"], d["number"]) == key]
    for evidence in dossier["evidence"]:
        named = evidence.get("dataset")
        if named and (named["name"], named["number"]) == key:
            uses.append(str(evidence["purpose"]))
    return list(dict.fromkeys(uses))


def _trained(uses: frozenset[str]) -> bool:
    """Tell whether the version was made with a dataset."""
    return bool(uses & _DEVELOPED)


def _tested(uses: frozenset[str]) -> bool:
    """Tell whether the version was tested on a dataset; it may have been made with it, too."""
    return bool(uses - _DEVELOPED)


def _outside(uses: frozenset[str]) -> bool:
    """Tell whether the version was tested on a dataset as on one of another source.

    A table that spans several datasets names none; then those declared for testing alone are meant.
    """
    return bool(uses & findings.EXTERNAL) or uses == {Use.TESTING}


def _datasets(dossier: Document, used: Used) -> Iterator[tuple[int, Document]]:
    """Yield the datasets that were used in a way; each with its place."""
    for place, one in enumerate(dossier["datasets"]):
        if used(frozenset(_uses(dossier, one))):
            yield place, one


def _external(dossier: Document, found: Place) -> Place:
    """Return what is said of external data; nothing where no evidence comes from any."""
    if any(one["purpose"] in findings.EXTERNAL for one in dossier["evidence"]):
        return found
    reason = findings.lacking(findings.EXTERNAL)
    return Place(text=None, pointers=(pointer("evidence"),), reason=reason)


def _of_datasets(dossier: Document, keys: tuple[str, ...], used: Used) -> Place:
    return gathered(
        (
            (f"{_name(one)}, {key.replace('_', ' ')}: {value}", pointer("datasets", place, key))
            for place, one in _datasets(dossier, used)
            for key in keys
            if (value := _value(one, key))
        ),
        otherwise=[pointer("datasets")],
    )


def _of_all(dossier: Document, key: str) -> Place:
    return gathered(
        (
            (f"{_name(one)}: {value}", pointer("datasets", place, key))
            for place, one in enumerate(dossier["datasets"])
            if (value := _value(one, key))
        ),
        otherwise=[pointer("datasets")],
    )


def _value(one: Document, key: str) -> str:
    """Return what is recorded; that something is not known counts as nothing."""
    value = one.get(key)
    text = ", ".join(value) if isinstance(value, list) else str(value or "")
    return "" if text.strip().lower() in _NOT_KNOWN else text


def _dates(dossier: Document, used: Used) -> Place:
    return gathered(
        (
            (f"{_name(one)}: {span}", pointer("datasets", place, "from"))
            for place, one in _datasets(dossier, used)
            if (span := records.span(one.get("from"), one.get("to")))
        ),
        otherwise=[pointer("datasets")],
    )


def _counts(one: Document) -> str:
    """Return exams and positives of each partition, as far as they are recorded."""
    words = []
    for partition, entry in sorted((one.get("partitions") or {}).items()):
        if entry.get("exams") is None:
            continue
        text = f"{partition}, {wording.counted(int(entry['exams']), 'exam')}"
        if entry.get("patients") is not None:
            text += f" of {wording.counted(int(entry['patients']), 'patient')}"
        if entry.get("positives") is not None:
            text += f", {int(entry['positives']):,} with the finding"
        words.append(text)
    return "; ".join(words)


def _considerations(dossier: Document) -> dict[Topic, Place]:
    """Return the thirteen: what is stated, the reason given for nothing, or that it is missing."""
    found: dict[Topic, Place] = {}
    by_number = {int(one["consideration"]): i for i, one in enumerate(dossier["statements"])}
    for number, topic in enumerate(CONSIDERATIONS, start=1):
        place = by_number.get(number)
        if place is None or dossier["statements"][place]["kind"] == "missing":
            where = ("statements",) if place is None else ("statements", place)
            found[topic] = Place(
                text=None, pointers=(pointer(*where),), reason="missing: nobody has said anything"
            )
            continue
        one = dossier["statements"][place]
        if one["kind"] == "not available":
            why = (one.get("reason") or "no reason given").strip().rstrip(".")
            where = (pointer("statements", place, "reason"),)
            found[topic] = Place(text=None, pointers=where, reason=why, declared=True)
        else:
            _, text, _ = records.consideration(one)
            found[topic] = Place(text=text, pointers=(pointer("statements", place, "text"),))
    return found


def _protocols(dossier: Document) -> dict[Topic, Place]:
    """Return what the protocols say, those of the evidence that weighs most first."""
    order = [one["protocol"] for one in exhibits.ranked(dossier)]
    numbered = list(enumerate(dossier["protocols"]))
    numbered.sort(key=lambda pair: order.index(pair[1]["digest"]))
    mine = {one["protocol"] for one in dossier["evidence"] if one["purpose"] in findings.EXTERNAL}
    outside = frozenset(place for place, one in numbered if one["digest"] in mine)

    def each(
        topic_words: Mapping[int, str], *keys: object, only: frozenset[int] | None = None
    ) -> Place:
        chosen = [place for place, _ in numbered if only is None or place in only]
        lacking = findings.lacking(findings.EVERYTHING if only is None else findings.EXTERNAL)
        return gathered(
            (
                (topic_words[place], pointer("protocols", place, *keys))
                for place in chosen
                if topic_words.get(place)
            ),
            reason=NOT_RECORDED if chosen else lacking,
            otherwise=[pointer("protocols")],
        )

    documents = {place: one["document"] for place, one in numbered}
    whole = {place: _protocol(dossier, one) for place, one in numbered}
    standards = {p: str(d.get("reference_standard") or "") for p, d in documents.items()}
    sampled = {p: f"{d['sampling']} patients" for p, d in documents.items() if d.get("sampling")}
    standard_at, sampling_at = ("document", "reference_standard"), ("document", "sampling")
    return {
        Topic.PROTOCOL: each(whole),
        Topic.EXTERNAL_PROTOCOL: each(whole, only=outside),
        Topic.REFERENCE_STANDARD: each(standards, *standard_at),
        Topic.EXTERNAL_REFERENCE: each(standards, *standard_at, only=outside),
        Topic.SAMPLING: each(sampled, *sampling_at),
        Topic.EXTERNAL_SAMPLING: each(sampled, *sampling_at, only=outside),
        Topic.OPERATING_POINT: each(
            {p: protocols.numbered(dossier, _point(d)) for p, d in documents.items()},
            *("document", "operating_point"),
        ),
        Topic.UNSCORED: each(
            {
                p: f"An exam without a score counts as {d['operating_point']['unscored']}"
                for p, d in documents.items()
                if (d.get("operating_point") or {}).get("unscored")
            },
            *("document", "operating_point", "unscored"),
        ),
        Topic.COSTS: each({p: _costs(d) for p, d in documents.items()}, "document", "costs"),
        Topic.SUBGROUPS: each(
            {p: _subgroups(d) for p, d in documents.items()}, "document", "subgroups"
        ),
        Topic.CRITERIA: each(
            {p: _criteria(d) for p, d in documents.items()}, "document", "criteria"
        ),
        Topic.INTERVALS: each(
            {p: _intervals(d) for p, d in documents.items()}, "document", "intervals"
        ),
    }


def _protocol(dossier: Document, one: Document) -> str:
    words = [f"“{one['document']['name']}”", wording.short(one["digest"])]
    signed = [str(mark["at"]) for mark in one["signatures"]]
    for evidence in dossier["evidence"]:
        if evidence["protocol"] == one["digest"]:
            order = sequence(str(one["registered"]["at"]), signed, evidence["submitted"]["at"])
            words.append(f"evidence {evidence['number']}: {order}")
    return "; ".join(words)


def _point(document: Document) -> str:
    point = document.get("operating_point") or {}
    if point.get("threshold") is None:
        return ""
    text = f"Positive when the score is {point.get('positive_when', '>=')} {point['threshold']}"
    return f"{text}; found as {point['origin']}" if point.get("origin") else text


def _costs(document: Document) -> str:
    unit = document.get("costs")
    if not unit:
        return ""
    text = f"A missed finding costs {unit['false_negative']:g}, a false alert "
    text += f"{unit['false_positive']:g} {unit.get('unit') or 'units'}"
    for before, key in (("set by ", "set_by"), ("on ", "set_on"), ("because ", "why")):
        text += f"; {before}{unit[key]}" if unit.get(key) else ""
    return text


def _subgroups(document: Document) -> str:
    names = [n for n in (document.get("subgroups") or {}) if n != "intersections"]
    crossed = (document.get("subgroups") or {}).get("intersections") or ()
    names += [" × ".join(pair) for pair in crossed]
    return wording.listed([wording.attribute(name) for name in names])


def _criteria(document: Document) -> str:
    found = []
    for one in document.get("criteria") or ():
        low = one.get("at_least")
        bound = f"at least {low:g}" if low is not None else f"at most {one['at_most']:g}"
        name = wording.label(one["metric"])
        found.append(f"{one['id']}: {name} {bound} over {one['over']}")
    return "; ".join(found)


def _intervals(document: Document) -> str:
    found = document.get("intervals") or {}
    if not found:
        return ""
    level = wording.percent(float(found.get("level", 0.95)), 0)
    return f"{level} intervals; AUROC by {found.get('auroc', 'the default method')}"
