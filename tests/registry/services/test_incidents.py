"""Facts about the incident log, on both databases."""

import dataclasses
import json

import pytest
from sqlmodel import select

from registry.domain.errors import BadInputError, ForbiddenError, NotFoundError, RuleBrokenError
from registry.domain.people import Role
from registry.services import incidents
from registry.shapes.incidents import IncidentRecordIn
from registry.store import notices
from registry.store.audit import EntryRow
from tests.factories.incidents import incident_in, report
from tests.factories.people import Registry

CLOSED = {"state": "closed", "closed_on": "2026-11-23", "cause": "Atypical symptoms"}


def anew(**changes: object) -> IncidentRecordIn:
    """Return the report recorded anew."""
    said = incident_in().model_dump(exclude={"model", "blinded"})
    return IncidentRecordIn.model_validate({**said, "why": "The cause was found", **changes})


def trail(registry: Registry) -> list[dict[str, object]]:
    """Return the entries of the trail about incidents."""
    with registry.work(Role.AUDITOR) as work:
        rows = work.session.exec(select(EntryRow).order_by(EntryRow.seq)).all()  # type: ignore[arg-type]
    entries = [json.loads(row.body) for row in rows]
    return [one for one in entries if one["act"].startswith("incident.")]


class TestReport:
    """Reporting."""

    def test_blinded_reporter_is_named_in_the_log_alone(self, registry: Registry) -> None:
        """Who keeps the log knows; other readers, the journal and the trail do not."""
        made = report(registry, Role.ML_ENGINEER, blinded=True)
        assert made["reported_by"] is None
        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            kept = incidents.show(work, 1)
        assert kept["reported_by"]["name"] == "Ml Engineer"
        with registry.work(Role.AUDITOR) as work:
            (read,) = incidents.listed(work, "heart-cad")
        assert (read["reported_by"], read["journal"][0]["by"]) == (None, None)
        (entry,) = trail(registry)
        assert entry["actor"] == "withheld"
        officer = registry.people[Role.CLINICAL_SAFETY_OFFICER].id
        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            rows = notices.of_person(work.session, officer, limit=50)
        (told,) = (row.document for row in rows if row.act == "incident.reported")
        assert told["headline"] == "heart-cad: incident 1 was reported, harm: severe"
        person = str(registry.people[Role.ML_ENGINEER].id)
        assert person not in json.dumps([entry, told])

    def test_named_report_goes_by_the_sites_name(self, registry: Registry) -> None:
        """An alias becomes the site; the trail holds facts and no free text."""
        made = report(registry)
        assert (made["number"], made["site"]) == (1, "Hungary")
        assert made["reported_by"]["name"] == "Clinical Lead"
        (entry,) = trail(registry)
        assert "infarction" not in json.dumps(entry)
        assert report(registry)["number"] == 2
        for role in (Role.MODEL_OWNER, Role.ML_ENGINEER):  # of the model, of the version
            with registry.work(role) as work:
                rows = notices.of_person(work.session, registry.people[role].id, limit=50)
            assert [row.act for row in rows].count("incident.reported") == 2

    def test_what_it_names_must_be_there(self, registry: Registry) -> None:
        """Versions, hazards, deployments and sites."""
        with pytest.raises(BadInputError, match="no version 9"):
            report(registry, versions=[9])
        with pytest.raises(BadInputError, match="no hazard 1"):
            report(registry, hazards=[1])
        with pytest.raises(BadInputError, match="no deployment of heart-cad; there are: none"):
            report(registry, deployments=["heart-cad/1@Hungary"])
        with pytest.raises(NotFoundError, match="Atlantis"):
            report(registry, site="Atlantis")


class TestSupersede:
    """Keeping the log."""

    def test_closed_by_whoever_keeps_the_log(self, registry: Registry) -> None:
        """Nobody else; a closed incident may be opened again, and every record stays."""
        report(registry)
        with pytest.raises(ForbiddenError), registry.work(Role.CLINICAL_LEAD) as work:
            incidents.supersede(work, 1, anew(**CLOSED))
        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            closed = incidents.supersede(work, 1, anew(**CLOSED))
        assert [one["why"] for one in closed["journal"]] == ["reported", "The cause was found"]
        with (
            pytest.raises(RuleBrokenError, match="closed cannot become made safe"),
            registry.work(Role.CLINICAL_SAFETY_OFFICER) as work,
        ):
            incidents.supersede(work, 1, anew(state="made safe", made_safe_on="2026-11-23"))
        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            assert incidents.supersede(work, 1, anew(why="It came back"))["state"] == "open"

    def test_site_safety_officer_keeps_their_own_sites(self, registry: Registry) -> None:
        """A site's officer has no say about another hospital."""
        report(registry)
        officer = registry.people[Role.SITE_SAFETY_OFFICER]
        for site, may in (("Hungary", True), ("Cleveland", False)):
            posted = dataclasses.replace(
                officer, posts=frozenset({(Role.SITE_SAFETY_OFFICER, site)})
            )
            if may:
                with registry.work(posted) as work:
                    incidents.supersede(work, 1, anew(mitigation="The list is read twice"))
                continue
            with pytest.raises(ForbiddenError), registry.work(posted) as work:
                incidents.supersede(work, 1, anew(**CLOSED))
