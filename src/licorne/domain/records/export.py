"""Giving out a copy of what was written with somebody: what for, and in which form."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId


class ExportPurpose(enum.StrEnum):
    """What a copy is given out for; the audit trail keeps it."""

    PATIENT_ACCESS = "patient_access"  # 45 CFR 164.524
    COURT = "court"  # 45 CFR 164.512(e)
    OTHER = "other"


class ExportForm(enum.StrEnum):
    FILES = "files"  # a ZIP: a file a message, attachments, PDF, checksums
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class RecordExport:
    """One copy that was given out. Without ``ended_at`` it was broken off, or is under way."""

    organization: OrganizationId
    id: uuid.UUID
    contact: ContactId
    member: MemberId
    purpose: ExportPurpose
    form: ExportForm
    total: int  # messages
    done: int
    started_at: datetime
    ended_at: datetime | None
