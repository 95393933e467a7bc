"""Times as members read them: in their language and the organization's time zone.

Near ones take fewer words.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time

from licorne.domain.identity.organization import Organization
from licorne.edges.web.language import current_language, locale_of
from licorne.edges.web.language import gettext as _

_DAYS_IN_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time: for machines, for a narrow list, for a line of text, and in full."""

    iso: str
    short: str
    line: str
    full: str


@dataclass(frozen=True, slots=True)
class TimeTeller:
    zone: tzinfo
    locale: Locale
    now: datetime

    @classmethod
    def of(cls, organization: Organization, now: datetime) -> "TimeTeller":
        locale = locale_of(current_language.get(), organization.region)
        return cls(_zone(organization.time_zone), locale, now)

    def tell(self, at: datetime) -> Moment:
        local = at.astimezone(self.zone)
        return Moment(
            iso=at.astimezone(UTC).isoformat(timespec="seconds"),
            short=self._short(local),
            line=self._line(local),
            full=format_datetime(local, "full", locale=self.locale),
        )

    def tell_if(self, at: datetime | None) -> Moment | None:
        return None if at is None else self.tell(at)

    @property
    def zone_name(self) -> str:
        return self.now.astimezone(self.zone).tzname() or "UTC"

    def _short(self, local: datetime) -> str:
        days = self._days_ago(local)
        if days == 0:
            return self._clock(local)
        if days == 1:
            return _("Yesterday")
        if 1 < days < _DAYS_IN_A_WEEK:
            return format_date(local, "EEE", locale=self.locale)
        if local.year == self.now.astimezone(self.zone).year:
            return format_skeleton("MMMd", local, locale=self.locale)
        return format_date(local, "short", locale=self.locale)

    def _line(self, local: datetime) -> str:
        days = self._days_ago(local)
        if days == 0:
            return _("Today, %(time)s") % {"time": self._clock(local)}
        if days == 1:
            return _("Yesterday, %(time)s") % {"time": self._clock(local)}
        same_year = local.year == self.now.astimezone(self.zone).year
        day = format_skeleton("MMMd" if same_year else "yMMMd", local, locale=self.locale)
        return f"{day}, {self._clock(local)}"

    def _clock(self, local: datetime) -> str:
        return format_time(local, "short", locale=self.locale).replace("\u202f", " ")

    def _days_ago(self, local: datetime) -> int:
        return (self.now.astimezone(self.zone).date() - local.date()).days


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
