"""How many text messages a text takes, and why.

A text of one message holds 160 septets of the GSM alphabet or 70 UTF-16 units. A longer one is
sent in parts, each of which gives room to the header that joins them (3GPP TS 23.040 §9.2.3.24.1):
153 septets or 67 units remain. A character is never cut in two: neither the escape from its
character, nor the halves of a surrogate pair.
"""

from dataclasses import dataclass
from enum import StrEnum

from licorne.domain.notice.gsm_alphabet import replacement_for, septets_of


class Encoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class _Room:
    alone: int
    in_parts: int


_ROOM = {Encoding.GSM7: _Room(160, 153), Encoding.UCS2: _Room(70, 67)}


@dataclass(frozen=True, slots=True)
class ForcingCharacter:
    """A character that makes the text UCS-2, and what could stand there instead, if anything."""

    character: str
    replacement: str | None


@dataclass(frozen=True, slots=True)
class SegmentedText:
    """A text as carriers will send it; `units` are septets in GSM-7, UTF-16 units in UCS-2."""

    encoding: Encoding
    units: int
    parts: tuple[str, ...]
    forcing_characters: tuple[ForcingCharacter, ...]  # each once, in order of appearance

    @property
    def segments(self) -> int:
        return len(self.parts)

    @property
    def units_left(self) -> int:
        """How many more units fit before another segment begins."""
        room = _ROOM[self.encoding]
        if self.segments == 1:
            return room.alone - self.units
        used_in_last = sum(_units_of(character, self.encoding) for character in self.parts[-1])
        return room.in_parts - used_in_last


def segment(text: str) -> SegmentedText:
    """Split `text` into the parts a carrier sends; an empty text is one empty part."""
    forcing = tuple(
        ForcingCharacter(character, replacement_for(character))
        for character in dict.fromkeys(text)
        if septets_of(character) is None
    )
    encoding = Encoding.UCS2 if forcing else Encoding.GSM7
    units = sum(_units_of(character, encoding) for character in text)
    room = _ROOM[encoding]
    parts = (text,) if units <= room.alone else _parts(text, encoding, room.in_parts)
    return SegmentedText(encoding, units, parts, forcing)


def _parts(text: str, encoding: Encoding, room: int) -> tuple[str, ...]:
    parts: list[str] = []
    start = 0
    used = 0
    for position, character in enumerate(text):
        units = _units_of(character, encoding)
        if used + units > room:
            parts.append(text[start:position])
            start, used = position, 0
        used += units
    parts.append(text[start:])
    return tuple(parts)


def _units_of(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        septets = septets_of(character)
        assert septets is not None, "GSM-7 was chosen because every character is in its alphabet"
        return septets
    return 2 if ord(character) > 0xFFFF else 1
