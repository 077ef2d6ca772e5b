"""Signatures: every place where the registry keeps what a person signed, and what is said there.

Each act keeps its signature in its own table; this is the one list of them all, so that what was
signed about a subject is found wherever it stands.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from registry.domain.bundles import naming
from registry.store.conditions import ConditionExtensionRow
from registry.store.delegations import DelegationRow
from registry.store.deployments import DeploymentMoveRow, SiteSignOffRow
from registry.store.emergencies import EmergencyReviewRow, EmergencyRow
from registry.store.hazard_plans import HazardApprovalRow
from registry.store.protocols import ProtocolSignatureRow
from registry.store.reviews import (
    ConditionClosureRow,
    DecisionRow,
    Signed,
    SignOffRow,
    SignOffWithdrawalRow,
)
from registry.store.safety_cases import SafetyCaseSignatureRow
from registry.store.suspensions import SuspensionRow
from registry.store.waivers import WaiverSignatureRow

ROWS: tuple[type[Signed | ProtocolSignatureRow], ...] = (
    ProtocolSignatureRow,
    SignOffRow,
    SignOffWithdrawalRow,
    DecisionRow,
    ConditionClosureRow,
    ConditionExtensionRow,
    WaiverSignatureRow,
    DelegationRow,
    SuspensionRow,
    HazardApprovalRow,
    SafetyCaseSignatureRow,
    SiteSignOffRow,
)
"""Where a row is a signature: its statement and what proves it are columns."""
HOLDERS: tuple[type[DeploymentMoveRow | EmergencyRow | EmergencyReviewRow], ...] = (
    DeploymentMoveRow,
    EmergencyRow,
    EmergencyReviewRow,
)
"""Where a row holds a signature as one document, `signed`."""


def about(session: Session, subject: str) -> list[dict[str, Any]]:
    """Return every signature whose statement names a subject or a digest, oldest first.

    Parameters
    ----------
    subject : str
        A whole word of the statement's subject, such as ``heart-cad/2``, or the digest signed.
    """
    named = naming(subject)
    found = [
        one
        for one in _kept(session, subject)
        if named.search(one["statement"]["subject"]) or one["statement"]["digest"] == subject
    ]
    return sorted(found, key=lambda one: (one["statement"]["at"], one["signature"]))


def _kept(session: Session, subject: str) -> Iterator[dict[str, Any]]:
    """Yield the signatures that may be meant; the database looks for the letters alone."""
    for row in ROWS:
        said = col(row.statement)
        query = select(said, col(row.signature), col(row.key), col(row.method)).where(
            _says(said["subject"], said["digest"], subject)
        )
        for statement, signature, key, method in session.exec(query):
            yield {"statement": statement, "signature": signature, "key": key, "method": method}
    for holder in HOLDERS:
        held = col(holder.signed)
        whole = select(held).where(
            _says(held["statement", "subject"], held["statement", "digest"], subject)
        )
        yield from (one for one in session.exec(whole) if one is not None)


def _says(named: Any, digest: Any, subject: str) -> ColumnElement[bool]:  # noqa: ANN401 -- SQLAlchemy's JSON paths
    """Return that a statement's subject has the letters, or that its digest is the one."""
    return or_(named.as_string().contains(subject, autoescape=True), digest.as_string() == subject)
