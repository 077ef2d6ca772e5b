"""Datasets: how a dataset's provenance travels."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

_RECORD: dict[str, Any] = {
    "title": "Patients referred for angiography, Cleveland",
    "description": "Consecutive referrals; the published extract of ten findings",
    "sites": ["Cleveland"],
    "from": "1981-05-01",
    "to": "1984-09-30",
    "devices": "not recorded",
    "inclusion": "referred for coronary angiography",
    "exclusion": "not recorded",
    "annotators": "the cardiologists who read the angiogram; number not recorded",
    "reference_standard": "invasive angiography, a major vessel narrowed by more than 50 %",
    "legal_basis": "published without names by the donors",
    "licence": "CC BY 4.0",
    "source": "UCI Heart Disease, doi:10.24432/C52P4X",
    "partitions": {"development": {"exams": 304, "patients": 304, "positives": 139}},
}


class Counts(BaseModel):
    """How much one partition holds."""

    model_config = ConfigDict(extra="forbid")

    exams: int = Field(ge=0, description="Exams.")
    patients: int | None = Field(default=None, ge=0, description="Patients, where known.")
    positives: int | None = Field(default=None, ge=0, description="Exams with the condition.")


class DatasetRecordFields(BaseModel):
    """The provenance of a dataset version; what is not known is said in words."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    title: str = Field(min_length=1, max_length=160, description="What it is called in print.")
    description: str = Field(min_length=1, description="What it holds.")
    sites: list[str] = Field(min_length=1, description="Registered sites it came from.")
    from_: date | None = Field(default=None, alias="from", description="First day of collection.")
    to: date | None = Field(default=None, description="Last day of collection.")
    devices: str = Field(min_length=1, description="With what the exams were made.")
    inclusion: str = Field(min_length=1, description="Who is in it.")
    exclusion: str = Field(min_length=1, description="Who was left out.")
    annotators: str = Field(min_length=1, description="Who set the labels.")
    reference_standard: str = Field(min_length=1, description="By what the labels were set.")
    legal_basis: str = Field(min_length=1, description="Consent, waiver or other legal basis.")
    licence: str = Field(min_length=1, description="Under what licence it stands.")
    source: str = Field(min_length=1, description="Where it came from.")
    partitions: dict[str, Counts] = Field(
        min_length=1, description="How much each partition holds."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "DatasetRecordFields":
        """Refuse a collection that ends before it begins."""
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError(f"“to” ({self.to}) lies before “from” ({self.from_})")
        return self


class DatasetIn(DatasetRecordFields):
    """A dataset version to register; it gets the next number of its name."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "cleveland-angiography", **_RECORD}]},
    )

    name: str = Field(description="By what everybody names it.")


class DatasetRecordIn(DatasetRecordFields):
    """A dataset's provenance, corrected."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{**_RECORD, "why": "The licence was missing"}]},
    )

    why: str = Field(min_length=1, description="Why the record is corrected.")


class DatasetOut(DatasetRecordFields):
    """A dataset version as it is recorded now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "cleveland-angiography",
                    "number": 1,
                    **_RECORD,
                    "record": 1,
                    "patient_keys": 304,
                    "withdrawn": None,
                }
            ]
        }
    )

    name: str = Field(description="By what everybody names it.")
    number: int = Field(description="Its number, counted from 1.")
    record: int = Field(description="Number of the record; 1 is the first.")
    patient_keys: int | None = Field(description="Patients that overlap can be checked for.")
    withdrawn: dict[str, Any] | None = Field(description="By whom, when and why, if it was.")


class DatasetWithdrawalIn(BaseModel):
    """Why a dataset may no longer be used."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "Consent was withdrawn by the custodian"}]},
    )

    why: str = Field(min_length=1, description="The reason, kept with the record.")


class PatientsOut(BaseModel):
    """How many patients were taken over; no identifier is kept."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"partition": "development", "patients": 304}]}
    )

    partition: str = Field(description="The partition they belong to.")
    patients: int = Field(description="How many there are.")


class DependentOut(BaseModel):
    """One way in which a version rests on a dataset."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "heart-cad/2",
                    "stage": "approved",
                    "rests": "training",
                    "how": "came from heart-cad/1, which was trained on it",
                }
            ]
        }
    )

    version: str = Field(description="The version, as model/number.")
    stage: str = Field(description="Where it stands.")
    rests: Literal["training", "evidence"] = Field(description="What of it rests on the data.")
    how: str = Field(description="How, in words.")
