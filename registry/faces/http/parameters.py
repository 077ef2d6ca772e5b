"""Parameters: what stands in the paths of the API, described once."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

ModelName = Annotated[str, Path(description="The model's name.", examples=["heart-cad"])]
VersionNumber = Annotated[int, Path(description="The version's number.", examples=[2])]
DatasetName = Annotated[
    str, Path(description="The dataset's name.", examples=["hungary-angiography"])
]
DatasetNumber = Annotated[int, Path(description="The dataset version's number.", examples=[1])]
SiteName = Annotated[str, Path(description="The hospital's name.", examples=["Hungary"])]
SiteKeyName = Annotated[str, Path(description="The key's name.", examples=["21cc4ff8a0850322"])]
Login = Annotated[str, Path(description="The person's login.", examples=["c.moretti"])]
Digest = Annotated[
    str,
    Path(description="The SHA-256 by which it is named.", examples=["sha256:" + "4f" * 32]),
]
TokenId = Annotated[
    UUID, Path(description="The token's id.", examples=["b9a1f1c6-3f0e-4a3a-9d58-1a3e0a7d6c44"])
]
SessionId = Annotated[
    UUID, Path(description="The session's id.", examples=["0d0f2f0e-7a52-4c6f-9a53-0c1f3b6e2f10"])
]
JobId = Annotated[
    UUID, Path(description="The job's id.", examples=["7b83cbba-06f9-4e4d-87f5-fbe8fdcd3232"])
]
EvidenceId = Annotated[
    UUID, Path(description="The evidence's id.", examples=["f0c2d816-262b-4312-84a9-19f5700d35bf"])
]
ReviewId = Annotated[
    UUID, Path(description="The review's id.", examples=["27deb970-dc15-497a-9dda-31c877cd90c4"])
]
SignOffId = Annotated[
    UUID, Path(description="The sign-off's id.", examples=["c815587f-76d0-4f3e-a9f9-5239beb7c7b8"])
]
ConditionNumber = Annotated[
    int, Path(description="The condition's number in the decision.", examples=[1])
]
SigningId = Annotated[
    UUID, Path(description="The signing's id.", examples=["d2b0f0b5-9a3c-4a0e-8f53-0f6f9e3f3a11"])
]
EnrolmentId = Annotated[
    UUID, Path(description="The enrolment's id.", examples=["4c7d2f10-0b7e-4d5e-9f1c-6b0a3b8a5d42"])
]
PasskeyName = Annotated[str, Path(description="The passkey's name.", examples=["8d0f3c1ab2e44790"])]
DeploymentId = Annotated[
    UUID,
    Path(description="The deployment's id.", examples=["27deb970-dc15-497a-9dda-31c877cd90c4"]),
]
DeliveryId = Annotated[
    UUID, Path(description="The delivery's id.", examples=["c3f5b0f4-0a4e-4b0e-bb1f-6a4b5a7a9c55"])
]
WebhookName = Annotated[str, Path(description="The webhook's name.", examples=["quality-desk"])]
CommentNumber = Annotated[
    int, Path(description="The comment's number in the review.", examples=[1])
]
WaiverNumber = Annotated[int, Path(description="The waiver's number in the review.", examples=[1])]
CardNumber = Annotated[int, Path(description="The card's number, from 1.", examples=[1])]
ConsiderationNumber = Annotated[int, Path(description="Which of the thirteen.", examples=[4])]
PolicyName = Annotated[str, Path(description="The policy's name.", examples=["standard"])]
PolicyVersion = Annotated[int, Path(description="The policy's version.", examples=[1])]
HazardNumber = Annotated[int, Path(description="The hazard's number on the log.", examples=[3])]
HazardPlanNumber = Annotated[int, Path(description="The plan's number, from 1.", examples=[1])]
IncidentNumber = Annotated[int, Path(description="The incident's number.", examples=[1])]
HazardLogNumber = Annotated[int, Path(description="The issue's number, from 1.", examples=[1])]
CaseId = Annotated[
    UUID, Path(description="The case's id.", examples=["0c9c6f0e-2f5b-4f0c-9d55-8a6f2b1f7d10"])
]
