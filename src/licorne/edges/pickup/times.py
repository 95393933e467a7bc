"""Times as contacts read them: in full, in the practice's time zone."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime

from licorne.domain.identity.organization import Organization
from licorne.edges.web.language import Language


def told(at: datetime, organization: Organization, language: Language) -> str:
    """Write a time, such as "Saturday, November 21, 2026 at 2:05 PM"."""
    return _told(at.replace(second=0, microsecond=0), organization.time_zone, language.tag)


@lru_cache(4096)
def _told(at: datetime, time_zone: str, language_tag: str) -> str:
    written: str = format_datetime(
        at.astimezone(_zone(time_zone)),
        "EEEE, MMMM d, y 'at' h:mm a" if language_tag == "en" else "full",
        locale=language_tag.replace("-", "_"),
    )
    return written.replace("\u202f", " ")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
