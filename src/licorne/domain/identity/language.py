"""The languages that Licorne speaks with people.

A new one needs a line here, its texts (`domain/notice/wording.py`) and its catalogue; the tests say
what is missing. ``docs/translating.md`` tells the whole way.
"""

import enum
from collections.abc import Mapping


class Language(enum.StrEnum):
    """The value is a language subtag (BCP 47)."""

    ENGLISH = "en"
    SPANISH = "es"

    @property
    def own_name(self) -> str:
        """What its speakers call it: whoever looks for it may read no other."""
        return _OWN_NAMES[self]


_OWN_NAMES: Mapping[Language, str] = {Language.ENGLISH: "English", Language.SPANISH: "Español"}


def parse_language(code: str | None) -> Language | None:
    """Read a language's code; nothing where it isn't one of ours."""
    try:
        return Language(code or "")
    except ValueError:
        return None
