"""What the notice says: the organization's own words around its name and the link, nothing else.

A wording is checked when it is saved (`wording_check`); `compose` then fills it for each notice.
The only placeholders are `{practice}` and `{link}`: a wording can't hold what it isn't given.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from licorne.domain.identity.language import Language
from licorne.domain.notice.gsm_alphabet import with_replacements
from licorne.domain.notice.practice_name import (
    LONGEST_PRACTICE_NAME,
    clean_practice_name,
    shortened_practice_name,
)
from licorne.domain.notice.segments import Encoding, segment

MOST_SEGMENTS = 2
LONGEST_LINK = 100  # characters; what every checked wording leaves room for
ROOM_KEPT_FOR_NAME = 24  # characters of the practice's name that every checked wording leaves
PRACTICE = "{practice}"
LINK = "{link}"
_PLACEHOLDER = re.compile(re.escape(PRACTICE) + "|" + re.escape(LINK))
_LINK_CHARACTERS = re.compile(r"[\x21-\x7e]+")  # visible ASCII


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A text ready to be sent, and what it costs."""

    text: str
    segments: int
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class NoticeWording:
    """The organization's template for the text that announces a message."""

    template: str

    def compose(self, practice_name: str, link: str) -> NoticeText:
        """Fill in name and link; the name gives way where two segments don't hold both.

        Characters that ordinary texts lack are replaced where something comes close (`’` → `'`).
        Raises ValueError for a link that isn't visible ASCII: links are made by Licorne.
        """
        if not _LINK_CHARACTERS.fullmatch(link):
            raise ValueError("a link is made of visible ASCII characters")
        composed = NoticeText("", 0, Encoding.GSM7)
        for name in _names_from_long_to_short(practice_name):
            text = self.filled(name, link)
            counted = segment(text)
            composed = NoticeText(text, counted.segments, counted.encoding)
            if counted.segments <= MOST_SEGMENTS:
                break
        return composed

    def filled(self, name: str, link: str) -> str:
        """Put name and link in as they are, whatever the length."""
        values = {PRACTICE: name, LINK: link}
        # In one pass, so that a practice called "{link}" stays a name.
        return _PLACEHOLDER.sub(
            lambda placeholder: values[placeholder.group()], with_replacements(self.template)
        )


DEFAULT_NOTICE = NoticeWording(
    "{practice} sent you a secure message: {link} Reply STOP to stop texts."
)
DEFAULT_NUDGE = NoticeWording(
    "A secure message from {practice} is still waiting for you: {link} Reply STOP to stop texts."
)


NOTICES: Mapping[Language, NoticeWording] = {
    Language.ENGLISH: DEFAULT_NOTICE,
    Language.SPANISH: NoticeWording(
        "Tiene un mensaje seguro de {practice}: {link} Responda STOP para dejar de recibir textos."
    ),
}
NUDGES: Mapping[Language, NoticeWording] = {
    Language.ENGLISH: DEFAULT_NUDGE,
    Language.SPANISH: NoticeWording(
        "Recordatorio: tiene un mensaje seguro de {practice} sin leer: {link}"
        " Responda STOP para dejar de recibir textos."
    ),
}


def wording_for(
    built_in: Mapping[Language, NoticeWording],
    own_words: str | None,
    practice_language: Language | None,
    contact_language: Language | None,
) -> NoticeWording:
    """Pick the wording for a person: the practice's own where it is in their language."""
    spoken = practice_language or Language.ENGLISH
    wanted = contact_language or spoken
    if own_words and wanted is spoken:
        return NoticeWording(own_words)
    return built_in[wanted]


def name_in_texts(practice_name: str) -> str:
    """The name as it stands in a text that has room for it."""
    plain = with_replacements(clean_practice_name(practice_name))
    return shortened_practice_name(plain, LONGEST_PRACTICE_NAME)


def _names_from_long_to_short(practice_name: str) -> Iterator[str]:
    name = name_in_texts(practice_name)
    yield name
    for room in range(len(name) - 1, 0, -1):
        yield shortened_practice_name(name, room)
