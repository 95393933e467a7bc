"""A time in which nobody looks after an inbox as usual, and what is said of it to who writes."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_WORDING = 500  # characters
LONGEST_ABSENCE = 400  # days


@dataclass(frozen=True, slots=True)
class Absence:
    """From a day to a day, both within it, in the practice's time zone."""

    from_day: date
    to_day: date
    wording: str

    def is_on(self, day: date) -> bool:
        return self.from_day <= day <= self.to_day


def day_there(now: datetime, time_zone: str) -> date:
    """Say which day it is in a time zone (IANA name); one that isn't known counts as UTC."""
    try:
        return now.astimezone(ZoneInfo(time_zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return now.date()
