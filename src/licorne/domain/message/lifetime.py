"""How long a message may wait to be read, as programs and people write it.

Programs write ISO 8601 durations (``P7D``, ``PT12H``, ``P1DT6H``, ``P2W``); people at a command
line write ``7d``, ``12h``, ``30m`` or ``2w``. Years and months are refused: their length depends on
the day from which one counts. What is long enough or too long is policy and is not decided here.
"""

import re
from datetime import timedelta

from licorne.domain.translatable import translatable

_LONGEST_TEXT = 40
_DIGITS = r"[0-9]{1,9}"
_ISO = re.compile(
    rf"P(?:(?P<weeks>{_DIGITS})W|(?:(?P<days>{_DIGITS})D)?"
    rf"(?:T(?:(?P<hours>{_DIGITS})H)?(?:(?P<minutes>{_DIGITS})M)?(?:(?P<seconds>{_DIGITS})S)?)?)",
    re.ASCII,
)
_SHORT = re.compile(rf"({_DIGITS})\s*([mhdw])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class LifetimeUnreadable(Exception):
    """The text is no length of time that we read; ``sentence`` gives examples."""

    def __init__(self, sentence: str) -> None:
        super().__init__("lifetime_unreadable")
        self.sentence = sentence


_ISO_SENTENCE = translatable(
    "Write the time as an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as P7D"
    " or PT12H."
)
_SHORT_SENTENCE = translatable(
    "Write the time as a number and m, h, d or w, such as 30m, 12h, 7d or 2w."
)


def parse_iso_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration (§5.5.2.2) of fixed length. Raises `LifetimeUnreadable`."""
    found = _ISO.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    amounts = {} if found is None else {k: int(v) for k, v in found.groupdict().items() if v}
    if not amounts or text.endswith("T"):
        raise LifetimeUnreadable(_ISO_SENTENCE)
    return _timedelta(amounts, _ISO_SENTENCE)


def parse_typed_lifetime(text: str) -> timedelta:
    """Read what a person types: ``7d``; an ISO 8601 duration too. Raises `LifetimeUnreadable`."""
    typed = text.strip()[: _LONGEST_TEXT + 1]
    if typed.startswith("P"):
        return parse_iso_duration(typed)
    found = _SHORT.fullmatch(typed.lower())
    if found is None:
        raise LifetimeUnreadable(_SHORT_SENTENCE)
    return _timedelta({_UNITS[found[2]]: int(found[1])}, _SHORT_SENTENCE)


def _timedelta(amounts: dict[str, int], sentence: str) -> timedelta:
    try:
        return timedelta(**amounts)
    except OverflowError:
        raise LifetimeUnreadable(sentence) from None
