"""What a text from a phone asks for: to stop, to start again, for help, or something else.

The words are those that carriers and 47 CFR 64.1200(a)(10) name, and their Spanish kin. A word
counts alone, in any case, with spaces around it and a final mark. Where more follows a word for
stopping, a person has to read it: nothing is sent to the number meanwhile.
"""

import enum
import re
import unicodedata
from dataclasses import dataclass

from licorne.domain.identity.language import Language


class Said(enum.StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    HOLD = "hold"  # begins with a word for stopping, and goes on
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Understood:
    """``language``: that of the word, where it is a word of one language only."""

    said: Said
    language: Language | None = None


_ENGLISH = {
    Said.STOP: ("stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke",
                "optout", "opt out", "remove"),
    Said.START: ("start", "unstop"),
    Said.HELP: ("help", "info"),
}  # fmt: skip
_SPANISH = {
    Said.STOP: ("alto", "parar", "pare", "detener", "deten", "cancelar", "baja", "terminar",
                "no mas"),
    Said.START: ("comenzar", "empezar", "iniciar", "reanudar"),
    Said.HELP: ("ayuda",),
}  # fmt: skip
_WORDS = {
    word: Understood(said, language)
    for language, families in ((Language.ENGLISH, _ENGLISH), (Language.SPANISH, _SPANISH))
    for said, words in families.items()
    for word in words
}
_FOREIGN_TO_BOTH = re.compile(r"[^a-z ]+")
_JOINING = re.compile(r"[\s\-_]+")
_UNSEEN = frozenset({"Mn", "Me", "Cf"})  # accents, variation selectors, zero-width spaces
_AROUND = "\"'“”‘’«»()[]<>¡¿!?.,;:…*"


def understand(text: str) -> Understood:
    """Read a text; STOP and its kin win over everything that could be read beside them."""
    plain = _JOINING.sub(" ", _plain(text)).strip(" " + _AROUND)
    plain = _JOINING.sub(" ", plain).strip()
    known = _WORDS.get(plain)
    if known is not None:
        return known
    first = _begins_with_stop(plain)
    return Understood(Said.OTHER) if first is None else Understood(Said.HOLD, first.language)


def _plain(text: str) -> str:
    """Give the letters without case, accents, width and what can't be seen."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in spread if unicodedata.category(letter) not in _UNSEEN)


def _begins_with_stop(plain: str) -> Understood | None:
    words = _FOREIGN_TO_BOTH.sub(" ", plain).split()
    for count in (2, 1):
        known = _WORDS.get(" ".join(words[:count]))
        if known is not None and known.said is Said.STOP:
            return known
    return None
