"""Whom to tell of a breach, and by when: 45 CFR 164.404 to 164.412 as pure functions.

Every notice is due without unreasonable delay; the dates here are only the last ones allowed. A
breach counts as discovered on the first day on which it is known, or would have been with
reasonable diligence (164.404(a)(2)).
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SIXTY_DAYS = timedelta(days=60)  # calendar days
LARGE = 500  # individuals


class Whom(enum.StrEnum):
    INDIVIDUALS = "individuals"
    MEDIA = "media"
    HHS = "hhs"  # the Secretary of Health and Human Services
    COVERED_ENTITY = "covered_entity"  # for which this organization worked


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody to tell, at the latest on ``due_on``. ``place``: the State, for its media."""

    whom: Whom
    due_on: date
    rule: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Breach:
    """What the clocks depend on.

    ``affected`` is none while nobody knows: it is then treated as large, the earlier date.
    ``states`` are those of which more than 500 residents are affected. ``delayed_until``: a law
    enforcement official asked to wait (164.412).
    """

    discovered_on: date
    affected: int | None = None
    states: Sequence[str] = ()
    as_associate: bool = False
    delayed_until: date | None = None

    @property
    def is_large(self) -> bool:
        return self.affected is None or self.affected >= LARGE


def duties(breach: Breach) -> tuple[Duty, ...]:
    """Say who has to be told at the latest when, the earliest first."""
    last = _no_earlier(breach.discovered_on + SIXTY_DAYS, breach.delayed_until)
    if breach.as_associate:
        # The covered entity then tells the others (164.410(b)); unless a contract gives that on.
        return (Duty(Whom.COVERED_ENTITY, last, "45 CFR 164.410(b)"),)
    told = [Duty(Whom.INDIVIDUALS, last, "45 CFR 164.404(b)")]
    told += [Duty(Whom.MEDIA, last, "45 CFR 164.406", place=state) for state in breach.states]
    if breach.is_large:
        told.append(Duty(Whom.HHS, last, "45 CFR 164.408(b)"))
    else:
        year_end = date(breach.discovered_on.year, 12, 31)
        after_year = _no_earlier(year_end + SIXTY_DAYS, breach.delayed_until)
        told.append(Duty(Whom.HHS, after_year, "45 CFR 164.408(c)"))
    return tuple(told)


def days_left(duty: Duty, today: date) -> int:
    """Count the days until a duty's last day; negative once it is past."""
    return (duty.due_on - today).days


def _no_earlier(due: date, until: date | None) -> date:
    return due if until is None else max(due, until)
