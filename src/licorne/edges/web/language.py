"""The words on the pages: English in the source, other languages from catalogues (gettext).

``_("…")`` in code and templates looks the sentence up in the language of the request being
answered. Catalogues lie in ``locale/<language>/LC_MESSAGES/licorne.po``; ``docs`` say how to
extract, update and compile them with Babel.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.support import Translations

SOURCE_LANGUAGE = "en"
CATALOGUE_FOLDER = Path(__file__).parent / "locale"
DOMAIN = "licorne"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages can be written in; ``tag`` is what ``<html lang>`` says (BCP 47)."""

    tag: str
    direction: str
    words: NullTranslations


@cache
def language(code: str) -> Language:
    """Load one language; one without a catalogue gives the English source."""
    locale = Locale.parse(code)
    words = Translations.load(CATALOGUE_FOLDER, [code], DOMAIN)
    return Language(code.replace("_", "-"), locale.text_direction, words)


@cache
def available_languages() -> tuple[str, ...]:
    catalogues = CATALOGUE_FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return (SOURCE_LANGUAGE, *sorted(catalogue.parts[-3] for catalogue in catalogues))


def language_name(code: str) -> str:
    """Give a language's name in itself, as those look for it who speak it."""
    locale = Locale.parse(code)
    return locale.get_display_name(locale) or code


current_language: ContextVar[Language] = ContextVar("current_language")


def negotiated_language(accept_language: str) -> Language:
    """Pick the best language that we have for an Accept-Language header (RFC 9110 §12.5.4)."""
    return language(_best_code(accept_language[:200]))


@lru_cache(256)
def _best_code(accept_language: str) -> str:
    wanted: list[tuple[float, int, str]] = []
    for place, entry in enumerate(accept_language.split(",")):
        tag, _, weight = entry.partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, tag.strip()))
        except ValueError:
            continue
    ordered = [tag for _, _, tag in sorted(wanted) if tag]
    return negotiate_locale(ordered, available_languages(), sep="-") or SOURCE_LANGUAGE


def gettext(sentence: str) -> str:
    """Give a sentence in the language of the request that is being answered."""
    return _words().gettext(sentence)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _words().ngettext(singular, plural, count)


def _words() -> NullTranslations:
    return current_language.get(language(SOURCE_LANGUAGE)).words
