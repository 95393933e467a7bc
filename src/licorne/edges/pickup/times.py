"""Times as contacts read them: in full, in their language and the practice's time zone."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_time

from licorne.domain.identity.organization import Organization
from licorne.edges.web.language import current_language, locale_of
from licorne.edges.web.language import gettext as _


def told(at: datetime, organization: Organization) -> str:
    """Write a time, such as "Saturday, November 21, 2026 at 2:05 PM"."""
    locale = locale_of(current_language.get(), organization.region)
    date, time = _written(at.replace(second=0, microsecond=0), organization.time_zone, locale)
    return _("%(date)s at %(time)s") % {"date": date, "time": time}


@lru_cache(4096)
def _written(at: datetime, time_zone: str, locale: Locale) -> tuple[str, str]:
    local = at.astimezone(_zone(time_zone))
    date: str = format_date(local, "full", locale=locale)
    time: str = format_time(local, "short", locale=locale)
    return date, time.replace("\u202f", " ")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
