"""The words on the pages: English in the source, other languages from catalogues (gettext).

``_("…")`` in code and templates looks the sentence up in the language of the request that is being
answered; so does a sentence of the core, which brings its placeholders along
(`domain/translatable.py`). Catalogues lie in ``locale/<language>/LC_MESSAGES/licorne.po`` and are
read as they are: nothing is compiled beforehand, so nothing can be stale.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from licorne.domain.identity.language import Language, parse_language
from licorne.domain.translatable import Sentence

SOURCE_LANGUAGE = Language.ENGLISH
CATALOGUE_FOLDER = Path(__file__).parent / "locale"

current_language: ContextVar[Language] = ContextVar("current_language", default=SOURCE_LANGUAGE)


def catalogue_path(language: Language) -> Path:
    return CATALOGUE_FOLDER / language.value / "LC_MESSAGES" / "licorne.po"


@cache
def words_of(language: Language) -> NullTranslations:
    """Load one language's words (some 0.1 s, once per process); English needs no catalogue."""
    if language is SOURCE_LANGUAGE:
        return NullTranslations()
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language.value)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def locale_of(language: Language, region: str) -> Locale:
    """Give what CLDR knows of writing times and numbers in a language, in a country of it."""
    try:
        return Locale(language.value, territory=region)
    except UnknownLocaleError:
        return Locale(language.value)


def direction_of(language: Language) -> str:
    """Say which way it is written, as HTML's ``dir`` wants it."""
    return str(locale_of(language, "US").text_direction)


def language_asked_for(accept_language: str) -> Language | None:
    """Pick the best of ours for an Accept-Language header (RFC 9110 §12.5.4), if any is in it."""
    return _best_of(accept_language[:200])


@lru_cache(256)
def _best_of(accept_language: str) -> Language | None:
    wanted: list[tuple[float, int, str]] = []
    for place, entry in enumerate(accept_language.split(",")):
        tag, _, weight = entry.partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, tag.strip()))
        except ValueError:
            continue
    ordered = [tag for _, _, tag in sorted(wanted) if tag]
    ours = [language.value for language in Language]
    return parse_language(negotiate_locale(ordered, ours, sep="-"))


def speak(*wishes: Language | None) -> None:
    """Answer the rest of this request in the first language that is wished for, else in English."""
    current_language.set(next((wish for wish in wishes if wish is not None), SOURCE_LANGUAGE))


@contextmanager
def speaking(language: Language | None) -> Iterator[None]:
    """Speak another language for a while, outside of requests; none is English."""
    before = current_language.set(language or SOURCE_LANGUAGE)
    try:
        yield
    finally:
        current_language.reset(before)


def gettext(sentence: str) -> str:
    """Give a sentence in the language of the request that is being answered."""
    words = words_of(current_language.get())
    if not isinstance(sentence, Sentence):
        return words.gettext(sentence)
    if sentence.plural is None:
        said = words.gettext(sentence.template)
    else:
        said = words.ngettext(sentence.template, sentence.plural, sentence.num)
    return said % _translated(sentence) if sentence.values else said


def ngettext(singular: str, plural: str, count: int) -> str:
    return words_of(current_language.get()).ngettext(singular, plural, count)


def _translated(sentence: Sentence) -> dict[str, object]:
    return {
        name: gettext(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
