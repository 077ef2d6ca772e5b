"""Recalling: what was approved at a site on a day, by whom, and on what evidence."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.domain import as_of
from registry.domain.as_of import Approval, Day, Told
from registry.domain.people import Action
from registry.services.audit.reading import events
from registry.services.work import Work
from registry.store import sites

SCHEMA = "cmr.as_of/1"


def recall(work: Work, *, site: str, on: date) -> dict[str, Any]:
    """Return what was approved at a site on a day, told from the trail and what it names.

    The day is the site's own. What ended that day, or only began, was approved on it and says so.

    Raises
    ------
    NotFoundError
        When there is no such site, or a document that the trail names is not kept any more.
    IntegrityError
        When such a document is not what its digest says.
    """
    work.require(Action.RECORD_READ)
    row = sites.get(work.session, site)
    zone = sites.current(work.session, row.id).document["time_zone"]
    day = Day.at(on, zone)
    told = as_of.tell(events(work, *as_of.READ), until=day.end)
    found = [
        _described(work, one, told, on=on, site=site)
        for one in told.approvals
        if day.holds(one.since, one.until) and site in _read(work, one.dossier)["scope"]["sites"]
    ]
    return {
        "schema": SCHEMA,
        "site": site,
        "on": on.isoformat(),
        "time_zone": zone,
        "approved": [one for one in found if not one["lapsed"]],
        "lapsed": [one for one in found if one["lapsed"]],
        "deployments": [
            {
                "deployment": name,
                "state": event["after"]["state"],
                "since": event["at"],
                "entry": event["seq"],
            }
            for name, event in told.deployments.items()
            if name.endswith(f" at {site}")
        ],
    }


def _described(
    work: Work, approval: Approval, told: Told, *, on: date, site: str
) -> dict[str, Any]:
    """Return one approval with what it rested on."""
    dossier = _read(work, approval.dossier)
    event = told.decisions[approval.dossier]
    decision = _read(work, event["after"]["decision"])
    closed = told.closed.get(event["after"]["review"], set())
    return {
        "version": approval.version,
        "lapsed": as_of.lapsed(decision, on),
        "since": approval.since,
        "until": approval.until,
        "ended_as": approval.ended_as,
        "dossier": approval.dossier,
        "rung": dossier["scope"]["rung"],
        "use": dossier["scope"]["use"],
        "population": dossier["scope"]["population"],
        "decision": {
            "digest": event["after"]["decision"],
            "outcome": decision["outcome"],
            "reasons": decision["reasons"],
            "by": decision["decided"]["by"]["name"],
            "at": decision["decided"]["at"],
            "valid_until": decision["valid_until"],
        },
        "conditions": [
            {
                "number": one["number"],
                "text": one["text"],
                "when": one["when"],
                "due": one["due"],
                "closed": one["number"] in closed,
            }
            for one in decision["conditions"]
            if one["site"] == site
        ],
        "waivers": as_of.waivers_of(decision, on),
        "signers": as_of.signers_of(decision),
        "evidence": as_of.evidence_of(dossier),
        "entries": {
            "decision": event["seq"],
            "standing": approval.by,
            "end": approval.ended_by,
        },
    }


def _read(work: Work, digest: str) -> Mapping[str, Any]:
    """Return a document by its digest, checked against it."""
    document: Mapping[str, Any] = json.loads(work.artifacts.read(digest))
    return document
