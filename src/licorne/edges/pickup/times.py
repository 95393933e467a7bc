"""Times as contacts read them: in full, in their language and the practice's time zone."""

from datetime import UTC, date, datetime, tzinfo
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
    day, time = _written(at.replace(second=0, microsecond=0), organization.time_zone, locale)
    return _("%(date)s at %(time)s") % {"date": day, "time": time}


def told_day(day: date, organization: Organization) -> str:
    """Write a day, such as "Saturday, November 21, 2026"."""
    locale = locale_of(current_language.get(), organization.region)
    written: str = format_date(day, "full", locale=locale)
    return written


@lru_cache(4096)
def _written(at: datetime, time_zone: str, locale: Locale) -> tuple[str, str]:
    local = at.astimezone(_zone(time_zone))
    day: str = format_date(local, "full", locale=locale)
    time: str = format_time(local, "short", locale=locale)
    return day, time.replace("\u202f", " ")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
