"""What is wrong with a wording, before anybody gets it: findings with a sentence each.

A blocking finding keeps the wording from being saved. An advisory one is shown and may stand: a
practice called Lakeside Oncology can decide to keep its name in its texts, but must know what the
name tells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from licorne.domain.notice.gsm_alphabet import septets_of, with_replacements
from licorne.domain.notice.health_words import find_health_words
from licorne.domain.notice.practice_name import clean_practice_name, shortened_practice_name
from licorne.domain.notice.segments import segment
from licorne.domain.notice.wording import (
    LINK,
    LONGEST_LINK,
    MOST_SEGMENTS,
    PRACTICE,
    ROOM_KEPT_FOR_NAME,
    NoticeWording,
    name_in_texts,
)
from licorne.domain.translatable import Sentence, translatable, translatable_plural

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_STOP = re.compile(r"\bstop\b", re.IGNORECASE)
_OTHER_LINK = re.compile(r"(?:https?://|\bwww\.)\S*", re.IGNORECASE)
_LINK_APART = re.compile(r"(?<!\S)" + re.escape(LINK) + r"(?!\S)")
_NAMES_A_PERSON = re.compile(r"patient|name|recipient|contact|first|last|person", re.IGNORECASE)


class WordingFault(StrEnum):
    """Stable names of what can be found."""

    NO_PRACTICE = "no_practice"
    NO_LINK = "no_link"
    LINK_TWICE = "link_twice"
    LINK_TOUCHES_TEXT = "link_touches_text"
    LINK_AFTER_STOP = "link_after_stop"
    OTHER_LINK = "other_link"
    NAMES_A_PERSON = "names_a_person"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    STRAY_BRACE = "stray_brace"
    HEALTH_WORD = "health_word"
    RARE_CHARACTER = "rare_character"
    RARE_CHARACTER_IN_NAME = "rare_character_in_name"
    TOO_LONG = "too_long"
    NAME_TELLS_TOO_MUCH = "name_tells_too_much"
    NAME_SHORTENED = "name_shortened"


_ADVISORY = frozenset({WordingFault.NAME_TELLS_TOO_MUCH, WordingFault.NAME_SHORTENED})
_SENTENCES = {
    WordingFault.NO_PRACTICE: translatable(
        "The text doesn't say who writes. Put {practice} where the name goes."
    ),
    WordingFault.NO_LINK: translatable("The text has no link. Put {link} where the link goes."),
    WordingFault.LINK_TWICE: translatable(
        "The link stands in the text more than once. Keep one {link}."
    ),
    WordingFault.LINK_TOUCHES_TEXT: translatable(
        "Phones take signs next to a link for a part of it. Put a space before and after {link}."
    ),
    WordingFault.LINK_AFTER_STOP: translatable(
        'Some phones don\'t make a link of what follows "STOP". Put {link} before it.'
    ),
    WordingFault.OTHER_LINK: translatable(
        'The text has another link, "%(detail)s". Keep only {link}: carriers stop texts with other'
        " links, and people can't tell them from a fraud."
    ),
    WordingFault.NAMES_A_PERSON: translatable(
        'The text would name the person ("%(detail)s"). Anybody who sees the phone can read a text:'
        " leave the name out."
    ),
    WordingFault.UNKNOWN_PLACEHOLDER: translatable(
        '"%(detail)s" can\'t be filled in. Only {practice} and {link} can stand in braces.'
    ),
    WordingFault.STRAY_BRACE: translatable(
        "A brace stands alone. Write {practice} and {link}, and no other braces."
    ),
    WordingFault.HEALTH_WORD: translatable(
        'The word "%(detail)s" can tell something about the person\'s health, and anybody who sees'
        " the phone can read a text. Leave it out."
    ),
    WordingFault.RARE_CHARACTER: translatable(
        'Ordinary texts have no "%(detail)s", and with it far less fits into one.'
        " Write it another way."
    ),
    WordingFault.RARE_CHARACTER_IN_NAME: translatable(
        'Ordinary texts have no "%(detail)s", which is in the practice\'s name.'
        " Give the practice a name for texts in plain letters."
    ),
    WordingFault.NAME_TELLS_TOO_MUCH: translatable(
        'The practice\'s name says "%(detail)s", which tells what kind of care the person gets.'
        " Think about a plainer name for texts."
    ),
    WordingFault.NAME_SHORTENED: translatable(
        'The practice\'s name is long. In texts it will be "%(detail)s".'
    ),
}


@dataclass(frozen=True, slots=True)
class WordingFinding:
    """One thing found in a wording or in the practice's name."""

    fault: WordingFault
    detail: str = ""  # the word, character or length that it is about

    @property
    def blocking(self) -> bool:
        return self.fault not in _ADVISORY

    @property
    def sentence(self) -> str:
        if self.fault is WordingFault.TOO_LONG:
            return translatable_plural(
                "The text is too long: with a long link it takes more than two text messages."
                " Leave out about one character.",
                "The text is too long: with a long link it takes more than two text messages."
                " Leave out about %(num)s characters.",
                int(self.detail),
            )
        words = _SENTENCES[self.fault]
        return Sentence(words, {"detail": self.detail}) if self.detail else words


def check_wording(wording: NoticeWording, practice_name: str) -> tuple[WordingFinding, ...]:
    """Everything found in the wording for this practice, what blocks first."""
    found = (
        *_placeholder_findings(wording.template),
        *_link_findings(wording.template),
        *_word_findings(wording.template),
        *_length_findings(wording, practice_name),
        *check_practice_name(practice_name),
    )
    return tuple(sorted(found, key=lambda finding: not finding.blocking))


def check_practice_name(practice_name: str) -> tuple[WordingFinding, ...]:
    """What the name tells or costs when it stands in a text."""
    name = name_in_texts(practice_name)
    found = [
        WordingFinding(WordingFault.RARE_CHARACTER_IN_NAME, rare.character)
        for rare in segment(name).forcing_characters[:1]
    ]
    # The whole name is searched: what shortening hides today, a shorter wording shows tomorrow.
    found += [
        WordingFinding(WordingFault.NAME_TELLS_TOO_MUCH, health_word.word)
        for health_word in find_health_words(practice_name)
    ]
    if name != with_replacements(clean_practice_name(practice_name)):
        found.append(WordingFinding(WordingFault.NAME_SHORTENED, name))
    return tuple(found)


def _placeholder_findings(template: str) -> Iterator[WordingFinding]:
    if PRACTICE not in template:
        yield WordingFinding(WordingFault.NO_PRACTICE)
    for placeholder in _PLACEHOLDER.finditer(template):
        if placeholder.group() in {PRACTICE, LINK}:
            continue
        is_about_practice = "practice" in placeholder.group(1).lower()
        if _NAMES_A_PERSON.search(placeholder.group(1)) and not is_about_practice:
            yield WordingFinding(WordingFault.NAMES_A_PERSON, placeholder.group())
        else:
            yield WordingFinding(WordingFault.UNKNOWN_PLACEHOLDER, placeholder.group())
    if not {"{", "}"}.isdisjoint(_PLACEHOLDER.sub("", template)):
        yield WordingFinding(WordingFault.STRAY_BRACE)


def _link_findings(template: str) -> Iterator[WordingFinding]:
    links = template.count(LINK)
    if links == 0:
        yield WordingFinding(WordingFault.NO_LINK)
    if links > 1:
        yield WordingFinding(WordingFault.LINK_TWICE)
    if len(_LINK_APART.findall(template)) < links:
        yield WordingFinding(WordingFault.LINK_TOUCHES_TEXT)
    stop = _STOP.search(template)
    if stop and links and template.index(LINK) > stop.start():
        yield WordingFinding(WordingFault.LINK_AFTER_STOP)
    for other in _OTHER_LINK.finditer(template):
        yield WordingFinding(WordingFault.OTHER_LINK, other.group())


def _word_findings(template: str) -> Iterator[WordingFinding]:
    own_words = _PLACEHOLDER.sub(" ", template)
    for health_word in find_health_words(own_words):
        yield WordingFinding(WordingFault.HEALTH_WORD, health_word.word)
    for rare in segment(with_replacements(own_words)).forcing_characters:
        yield WordingFinding(WordingFault.RARE_CHARACTER, rare.character)


def _length_findings(wording: NoticeWording, practice_name: str) -> Iterator[WordingFinding]:
    shortest_name = shortened_practice_name(name_in_texts(practice_name), ROOM_KEPT_FOR_NAME)
    filled = wording.filled(shortest_name, "x" * LONGEST_LINK)
    # Rare characters have findings of their own; here they count like those that replace them.
    counted = segment("".join("x" if septets_of(c) is None else c for c in filled))
    if counted.segments > MOST_SEGMENTS:
        excess = sum(segment(part).units for part in counted.parts[MOST_SEGMENTS:])
        yield WordingFinding(WordingFault.TOO_LONG, str(excess))
