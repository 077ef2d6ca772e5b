"""Health: how a process says that it lives and can work."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class HealthOut(BaseModel):
    """What a probe is told."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ready"}]})

    status: Literal["alive", "ready"] = Field(description="Alive: it answers; ready: it can work.")
