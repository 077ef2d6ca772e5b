"""Incidents: reporting what went wrong, and keeping the log of it."""

from typing import Any

from registry.domain import incidents as rules
from registry.domain.errors import BadInputError
from registry.domain.people import Action, may
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.shapes.incidents import IncidentFields, IncidentIn, IncidentRecordIn
from registry.store import deployments, hazards, incidents, models, people, records, sites, versions
from registry.store.incidents import IncidentRecordRow, IncidentRow
from registry.store.models import ModelRow


def report(work: Work, incident: IncidentIn) -> dict[str, Any]:
    """Report an incident and return it; a blinded report names its reporter in the log alone.

    Raises
    ------
    BadInputError
        When it claims more than it says: names the field.
    """
    by = work.require(Action.INCIDENT_REPORT)
    model = models.get(work.session, incident.model)
    document = _checked(work, model, incident)
    row = IncidentRow(
        id=work.new_id(),
        number=incidents.next_number(work.session),
        model_id=model.id,
        reported_by=by.id,
        reported_at=work.now(),
        blinded=incident.blinded,
    )
    work.session.add(row)
    work.session.flush()
    first = work.new_record(IncidentRecordRow, row.id, document, why="reported")
    if incident.blinded:
        first.recorded_by = None
    work.session.add(first)
    work.session.flush()
    work.record(
        Act.INCIDENT_REPORTED,
        subject=_subject(row),
        after={"model": model.name, **_facts(document)},
        blinded=incident.blinded,
    )
    return _described(work, row)


def supersede(work: Work, number: int, record: IncidentRecordIn) -> dict[str, Any]:
    """Record an incident anew, whole: another entry of its journal.

    Raises
    ------
    BadInputError
        When it claims more than it says: names the field.
    RuleBrokenError
        When it cannot come to that state from where it is.
    ConflictError
        When nothing changes.
    """
    work.require(Action.INCIDENT_RECORD)
    row = incidents.get(work.session, number)
    before = incidents.current(work.session, row.id).document
    rules.require_move(before["state"], record.state)
    document = _checked(work, models.by_id(work.session, row.model_id), record)
    places = {before["site"], document["site"]} - {None}
    work.require(Action.INCIDENT_RECORD, sites=places)
    newer = work.new_record(IncidentRecordRow, row.id, document, why=record.why)
    older = records.supersede(work.session, newer)
    work.session.flush()
    work.record(
        Act.INCIDENT_SUPERSEDED,
        subject=_subject(row),
        why=record.why,
        before=_facts(older.document),
        after=_facts(document),
    )
    return _described(work, row)


def listed(work: Work, model: str | None = None) -> list[dict[str, Any]]:
    """Return the incidents of a model, or all, by number."""
    work.require(Action.RECORD_READ)
    about = None if model is None else models.get(work.session, model).id
    return [_described(work, row) for row in incidents.listed(work.session, about)]


def show(work: Work, number: int) -> dict[str, Any]:
    """Return one incident, with its journal."""
    work.require(Action.RECORD_READ)
    return _described(work, incidents.get(work.session, number))


def _checked(work: Work, model: ModelRow, fields: IncidentFields) -> dict[str, Any]:
    """Return an incident's document, what it names found to be there.

    Raises
    ------
    BadInputError
        Names the field.
    """
    document = fields.model_dump(mode="json", exclude={"model", "blinded", "why"})
    rules.require_incident(document, now=work.now())
    if document["site"] is not None:
        document["site"] = sites.get(
            work.session, sites.known_as(work.session).get(document["site"], document["site"])
        ).name
    there = {
        "versions": {one.number for one in versions.of_model(work.session, model.id)},
        "hazards": {one.number for one in hazards.of_model(work.session, model.id)},
    }
    for field, known in there.items():
        unknown = sorted(set(document[field]) - known)
        if unknown:
            raise BadInputError(f"{model.name} has no {field[:-1]} {unknown[0]}.", field=field)
        document[field] = sorted(set(document[field]))
    document["deployments"] = _deployments(work, model, document["deployments"])
    return document


def _deployments(work: Work, model: ModelRow, said: list[str]) -> list[str]:
    """Return the deployments concerned, each by VERSION@SITE under the site's own name.

    Raises
    ------
    BadInputError
        Where the model was never proposed there.
    """
    known_as = sites.known_as(work.session)
    of_model = [
        deployments.facts_of(work.session, row)
        for version in versions.of_model(work.session, model.id)
        for row in deployments.listed(work.session, version_id=version.id)
    ]
    names = {one["deployment"]: f"{one['version']}@{one['site']}" for one in of_model}
    found = set()
    for place, one in enumerate(said, start=1):
        version, _, site = one.partition("@")
        name = names.get(one, f"{version}@{known_as.get(site, site)}")
        if name not in names.values():
            there = ", ".join(sorted(set(names.values()))) or "none"
            raise BadInputError(
                f"“{one[:60]}” is no deployment of {model.name}; there are: {there}.",
                field=f"deployments.{place}",
            )
        found.add(name)
    return sorted(found)


def _described(work: Work, row: IncidentRow) -> dict[str, Any]:
    """Return an incident with its journal, as far as whoever asks may know."""
    site = incidents.current(work.session, row.id).document["site"]
    keeps = may(work.actor, Action.INCIDENT_RECORD, sites=[] if site is None else [site])
    return {
        **incidents.described(work.session, row, named=keeps),
        "journal": [
            {
                "record": one.number,
                "at": instant_text(one.recorded_at),
                "by": None
                if one.recorded_by is None
                else people.name_of(work.session, one.recorded_by),
                "why": one.why,
            }
            for one in incidents.history(work.session, row.id)
        ],
    }


def _facts(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the trail keeps of an incident: no free text, which may say too much."""
    kept = ("versions", "site", "happened_on", "harm", "hazards", "state")
    return {key: document[key] for key in kept}


def _subject(row: IncidentRow) -> str:
    """Return how the trail names an incident."""
    return f"incident {row.number}"
