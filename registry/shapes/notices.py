"""Notices: how what was told, its deliveries and mail addresses travel."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

KindWord = Literal["waits", "due", "lapses", "suspended", "decided", "changed", "test"]

_ACTOR: dict[str, Any] = {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Anna Kovács"}
_NOTICE: dict[str, Any] = {
    "schema": "cmr.notice/1",
    "id": "2a8e2f57-52a9-4a3c-8f43-6cb3a54cf0f8",
    "at": "2026-11-23T09:30:00.000000Z",
    "kind": "waits",
    "act": "review.opened",
    "subject": "heart-cad/2",
    "actor": _ACTOR,
    "why": "",
    "headline": "heart-cad/2: a review waits for your sign-off",
    "asks": "Read the dossier, then sign it, object, or abstain.",
    "due": None,
    "see": "cmr review show 27deb970-dc15-497a-9dda-31c877cd90c4",
    "page": "reviews/27deb970-dc15-497a-9dda-31c877cd90c4",
}
_DELIVERY: dict[str, Any] = {
    "id": "c3f5b0f4-0a4e-4b0e-bb1f-6a4b5a7a9c55",
    "notice": _NOTICE["id"],
    "kind": "waits",
    "headline": _NOTICE["headline"],
    "by": "mail",
    "to": "c.moretti",
    "status": "queued",
    "attempts": 2,
    "max_attempts": 16,
    "error": "The mail server mail.example.org did not take it (timed out).",
    "next_attempt": "2026-11-23T09:30:07Z",
    "asked_at": "2026-11-23T09:30:00Z",
    "delivered_at": None,
    "job": "7b83cbba-06f9-4e4d-87f5-fbe8fdcd3232",
}


class NoticeActorOut(BaseModel):
    """Who did what a notice tells."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ACTOR]})

    id: str = Field(description="The person's id, or “system”.")
    name: str = Field(description="The name as it is printed.")


class NoticeOut(BaseModel):
    """One notice, as everybody to whom it goes gets it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NOTICE]})

    schema_: str = Field(alias="schema", description="Name and number of this format.")
    id: UUID = Field(description="The notice's id, the same for every receiver.")
    at: datetime = Field(description="When the act was done.")
    kind: KindWord = Field(description="Why somebody is told.")
    act: str = Field(description="The act as the trail calls it.")
    subject: str = Field(description="What it was done to.")
    actor: NoticeActorOut = Field(description="Who did it.")
    why: str = Field(description="The reason given; empty where none was.")
    headline: str = Field(description="What happened, in a line.")
    asks: str = Field(description="What is asked of the reader.")
    due: str | None = Field(description="By which day, where the act names one.")
    see: str = Field(description="The command that shows what it is about.")
    page: str = Field(description="Where the API has it, below /api/v1.")


class DeliveryOut(BaseModel):
    """One notice on its way to one mailbox or webhook."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DELIVERY]})

    id: UUID = Field(description="Travels with it; the same however often it is sent.")
    notice: UUID = Field(description="Which notice it brings.")
    kind: KindWord = Field(description="Why somebody is told.")
    headline: str = Field(description="What happened, in a line.")
    by: Literal["mail", "webhook"] = Field(description="How it is brought.")
    to: str = Field(description="The person's login, or the webhook's name.")
    status: Literal["queued", "running", "done", "dead", "cancelled"] = Field(
        description="How far it is; “dead” was given up."
    )
    attempts: int = Field(description="How often it was tried.")
    max_attempts: int = Field(description="After so many attempts it is given up.")
    error: str | None = Field(description="Why the last attempt failed, if it did.")
    next_attempt: datetime | None = Field(description="When it is tried again, if it waits.")
    asked_at: datetime = Field(description="When the act was done.")
    delivered_at: datetime | None = Field(description="When it arrived, if it has.")
    job: UUID = Field(description="The job that does it.")


class AddressIn(BaseModel):
    """Where a person wants to get mail."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"address": "c.moretti@hospital.example", "login": "c.moretti"}]
        },
    )

    address: str | None = Field(description="The mail address; null for no mail.")
    login: str | None = Field(
        default=None, description="Whose it is, by those who enrol people; else one's own."
    )


class AddressOut(BaseModel):
    """Where a person gets mail."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "login": "c.moretti",
                    "name": "Carla Moretti",
                    "address": "c.moretti@hospital.example",
                }
            ]
        },
    )

    login: str = Field(description="The person's login.")
    name: str = Field(description="The name as it is printed.")
    address: str | None = Field(description="The mail address; null where there is none.")
