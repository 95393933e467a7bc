"""From texts in a row to what a page shows: one handset per number, the liveliest first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.phone_number import PhoneNumber
from licorne.ports.demo_phone import PhoneText

MOST_HANDSETS = 24
MOST_TEXTS = 20  # of one handset
_LINK = re.compile(r"https?://[^\s<>\"]+")
_SENTENCE_END = ".,;:!?)"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: plain, or a link."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    pieces: tuple[Piece, ...]
    at: datetime  # in this machine's time zone, which in a demo is the person's
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Handset:
    number: str  # E.164
    shown_number: str
    bubbles: tuple[Bubble, ...]  # oldest first
    earlier: int  # texts that are not shown


@dataclass(frozen=True, slots=True)
class PhoneView:
    handsets: tuple[Handset, ...]
    more: int  # handsets that are not shown


def phone_view(texts: Iterable[PhoneText]) -> PhoneView:
    """Group texts, given oldest first, by the number that got them."""
    of_number: dict[str, list[PhoneText]] = {}
    for text in texts:
        of_number.setdefault(text.to, []).append(text)
    liveliest = sorted(of_number.items(), key=lambda entry: entry[1][-1].at, reverse=True)
    handsets = tuple(
        _handset(number, received, is_liveliest=place == 0)
        for place, (number, received) in enumerate(liveliest[:MOST_HANDSETS])
    )
    return PhoneView(handsets, max(0, len(liveliest) - MOST_HANDSETS))


def _handset(number: str, received: list[PhoneText], *, is_liveliest: bool) -> Handset:
    shown = received[-MOST_TEXTS:]
    bubbles = tuple(
        Bubble(
            pieces=pieces_of(text.text),
            at=text.at.astimezone(),
            is_newest=is_liveliest and text is shown[-1],
        )
        for text in shown
    )
    return Handset(number, _shown(number), bubbles, len(received) - len(shown))


def pieces_of(text: str) -> tuple[Piece, ...]:
    """Cut a text at its links; a full stop after a link isn't part of it."""
    pieces: list[Piece] = []
    end = 0
    for found in _LINK.finditer(text):
        link = found.group().rstrip(_SENTENCE_END)
        if found.start() > end:
            pieces.append(Piece(text[end : found.start()]))
        pieces.append(Piece(link, link))
        end = found.start() + len(link)
    if end < len(text):
        pieces.append(Piece(text[end:]))
    return tuple(pieces)


def _shown(number: str) -> str:
    try:
        return PhoneNumber.from_e164(number).international
    except ValueError:  # a file that somebody else put there
        return number
