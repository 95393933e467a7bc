"""What screening must know about the sender and each recipient: fetched in one round trip."""

from dataclasses import dataclass
from datetime import timedelta

from licorne.domain.consent.ledger import Standing
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.phone_number import PhoneNumber

# Files that run when opened: what the big mail providers refuse, too.
_RUNNABLE = """
    ade adp apk appx bat cab chm cmd com cpl dll dmg ex exe hta ins iso isp jar js jse lib lnk
    mde msc msi msix msp mst nsh pif ps1 psm1 scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh xll
"""
REFUSED_FILE_TYPES = frozenset(_RUNNABLE.split())


@dataclass(frozen=True, slots=True)
class SenderFacts:
    organization_suspended: bool
    author_suspended: bool
    daily_quota: int
    used_today: int  # deliveries before this message
    default_expiry: timedelta
    retention: timedelta
    largest_message: int  # bytes of content
    refused_file_types: frozenset[str] = REFUSED_FILE_TYPES  # extensions, lower case, no dot
    consent_demanded: bool = False  # nobody is texted whose consent isn't recorded


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    number: PhoneNumber
    contact: ContactId | None  # none: not met before
    opted_out: bool
    consent: Standing = Standing.NONE  # to being texted that a message waits
