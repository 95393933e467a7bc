"""Sentences that people read: said where they are known, translated where they are shown.

The core speaks English and knows no other language. What it says to people is marked here, so that
extraction finds it (GNU gettext manual §4.7, "Special Cases of Translatable Strings"). An edge that
has a person before it translates (`edges/web/language.gettext`); one that answers a program or an
operator (SMTP, commands, logs) takes the sentence as it is.
"""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """A sentence with what fills it. As text it is the English, filled in.

    A value may be a sentence itself, and is translated, too. The placeholders are ``%(name)s``.
    """

    __slots__ = ("num", "plural", "template", "values")

    template: str
    plural: str | None
    num: int
    values: Mapping[str, object]

    def __new__(
        cls,
        template: str,
        values: Mapping[str, object] | None = None,
        plural: str | None = None,
        num: int = 1,
    ) -> Self:
        english = template if plural is None or num == 1 else plural
        self = super().__new__(cls, english % values if values else english)
        self.template = template
        self.plural = plural
        self.num = num
        self.values = values or {}
        return self


def translatable(sentence: str, **values: object) -> str:
    """Mark a sentence, a literal, for translation; ``values`` fill its placeholders."""
    return Sentence(sentence, values) if values else sentence


def translatable_plural(singular: str, plural: str, num: int, **values: object) -> str:
    """Mark a sentence whose form depends on a number, which fills ``%(num)s``."""
    return Sentence(singular, {"num": num, **values}, plural, num)
