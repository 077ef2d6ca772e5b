"""Data: what a record says of datasets, protocols and the thirteen considerations."""

from collections.abc import Iterator, Mapping
from typing import Final

from registry.domain.judgements import exhibits, records, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.protocols import sequence
from registry.services.cards.exports.places import NO_EVIDENCE, gathered, pointer
from reports.exports.record import NOT_RECORDED, Dataset, Place
from reports.exports.topics import CONSIDERATIONS, Topic

_NOT_KNOWN: Final = frozenset({"", "not recorded", "not stated", "unknown"})
_TRAINING: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.TRAINING_SOURCE: ("source", "sites"),
    Topic.TRAINING_ELIGIBILITY: ("inclusion", "exclusion"),
    Topic.TRAINING_DEVICES: ("devices",),
    Topic.TRAINING_ANNOTATORS: ("annotators",),
    Topic.TRAINING_REFERENCE: ("reference_standard",),
}
_TESTING: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.TESTING_SOURCE: ("source", "sites"),
    Topic.TESTING_ELIGIBILITY: ("inclusion", "exclusion"),
    Topic.TESTING_DEVICES: ("devices",),
    Topic.TESTING_ANNOTATORS: ("annotators",),
}
_DEVELOPED: Final = frozenset({"training", "tuning", "development"})


def places(dossier: Document) -> dict[Topic, Place]:
    """Return what is said of data, protocols and considerations, topic by topic."""
    found: dict[Topic, Place] = {}
    for topics, testing in ((_TRAINING, False), (_TESTING, True)):
        for topic, keys in topics.items():
            found[topic] = _of_datasets(dossier, keys, testing=testing)
    found |= {
        Topic.TRAINING_DATES: _dates(dossier, testing=False),
        Topic.TESTING_DATES: _dates(dossier, testing=True),
        Topic.TRAINING_COUNTS: gathered(
            (
                (f"{_name(one)}: {counts}", pointer("datasets", place, "partitions"))
                for place, one in _datasets(dossier, testing=False)
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


def _datasets(dossier: Document, *, testing: bool) -> Iterator[tuple[int, Document]]:
    """Yield the datasets that the version was tested on, or made with; each with its place.

    A dataset may be both, and then stands under both.
    """
    for place, one in enumerate(dossier["datasets"]):
        uses = set(_uses(dossier, one))
        if (uses - _DEVELOPED) if testing else (uses & _DEVELOPED):
            yield place, one


def _of_datasets(dossier: Document, keys: tuple[str, ...], *, testing: bool) -> Place:
    return gathered(
        (
            (f"{_name(one)}, {key.replace('_', ' ')}: {value}", pointer("datasets", place, key))
            for place, one in _datasets(dossier, testing=testing)
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


def _dates(dossier: Document, *, testing: bool) -> Place:
    return gathered(
        (
            (f"{_name(one)}: {span}", pointer("datasets", place, "from"))
            for place, one in _datasets(dossier, testing=testing)
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

    def each(topic_words: Mapping[int, str], *keys: object) -> Place:
        return gathered(
            (
                (topic_words[place], pointer("protocols", place, *keys))
                for place, _ in numbered
                if topic_words.get(place)
            ),
            reason=NOT_RECORDED if numbered else NO_EVIDENCE,
            otherwise=[pointer("protocols")],
        )

    documents = {place: one["document"] for place, one in numbered}
    return {
        Topic.PROTOCOL: each({place: _protocol(dossier, one) for place, one in numbered}),
        Topic.REFERENCE_STANDARD: each(
            {p: str(d.get("reference_standard") or "") for p, d in documents.items()},
            *("document", "reference_standard"),
        ),
        Topic.SAMPLING: each(
            {p: f"{d['sampling']} patients" for p, d in documents.items() if d.get("sampling")},
            *("document", "sampling"),
        ),
        Topic.OPERATING_POINT: each(
            {p: _point(d) for p, d in documents.items()}, "document", "operating_point"
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
