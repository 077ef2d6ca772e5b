"""Datasets: how a dataset's provenance travels."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Counts(BaseModel):
    """How much one partition holds."""

    model_config = ConfigDict(extra="forbid")

    exams: int = Field(ge=0)
    patients: int | None = Field(default=None, ge=0)
    positives: int | None = Field(default=None, ge=0)


class DatasetRecordFields(BaseModel):
    """The provenance of a dataset version; what is not known is said in words."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    title: str = Field(min_length=1, max_length=160)
    description: str = Field(min_length=1)
    sites: list[str] = Field(min_length=1, description="Registered sites it came from.")
    from_: date | None = Field(default=None, alias="from", description="First day of collection.")
    to: date | None = Field(default=None, description="Last day of collection.")
    devices: str = Field(min_length=1, examples=["not recorded"])
    inclusion: str = Field(min_length=1)
    exclusion: str = Field(min_length=1)
    annotators: str = Field(min_length=1)
    reference_standard: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1, description="Consent, waiver or other legal basis.")
    licence: str = Field(min_length=1, examples=["CC BY 4.0"])
    source: str = Field(min_length=1)
    partitions: dict[str, Counts] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> "DatasetRecordFields":
        """Refuse a collection that ends before it begins."""
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError(f"“to” ({self.to}) lies before “from” ({self.from_})")
        return self


class DatasetIn(DatasetRecordFields):
    """A dataset version to register; it gets the next number of its name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(examples=["cleveland-1988"])


class DatasetRecordIn(DatasetRecordFields):
    """A dataset's provenance, corrected."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: str = Field(min_length=1)


class DatasetOut(DatasetRecordFields):
    """A dataset version as it is recorded now."""

    name: str
    number: int
    record: int = Field(description="Number of the record; 1 is the first.")
    patient_keys: int | None = Field(description="Patients that overlap can be checked for.")
    withdrawn: dict[str, Any] | None


class WithdrawalIn(BaseModel):
    """Why a dataset may no longer be used."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: str = Field(min_length=1, examples=["Consent was withdrawn by the custodian"])


class PatientsOut(BaseModel):
    """How many patients were taken over; no identifier is kept."""

    partition: str
    patients: int
