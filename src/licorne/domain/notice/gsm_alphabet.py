"""The alphabet of ordinary text messages, and what to write instead of what it lacks.

3GPP TS 23.038 §6.2.1 and §6.2.1.1: 128 characters of one septet each, and ten more that are
reached through the escape and cost two. A single character outside both makes the whole text
UCS-2, which more than halves what fits.
"""

import unicodedata

# The escape itself (0x1B) stands for nothing that a person can write.
BASIC_CHARACTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION_CHARACTERS = frozenset("\f^{}\\[~]|€")
BASIC_SEPTETS = 1
EXTENSION_SEPTETS = 2

_LOOK_ALIKES = {
    "'": "‘’‚‛′ʼ`´＇",
    '"': "“”„‟″«»＂",
    "-": "‐‑‒–—―−•·",
    "...": "…",
    " ": "\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "": "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff",
    "\n": "\u2028\u2029",
    "TM": "™",
    "(R)": "®",
    "(c)": "©",
    "No.": "№",
    "oe": "œ",
    "OE": "Œ",
    "o": "º",
    "a": "ª",
    "l": "ł",
    "L": "Ł",
    "d": "đð",
    "D": "ĐÐ",
    "i": "ı",
    "x": "×",
}
_REPLACEMENTS = {
    character: replacement
    for replacement, characters in _LOOK_ALIKES.items()
    for character in characters
}


def septets_of(character: str) -> int | None:
    """How many septets the character takes; None if the alphabet lacks it."""
    if character in BASIC_CHARACTERS:
        return BASIC_SEPTETS
    if character in EXTENSION_CHARACTERS:
        return EXTENSION_SEPTETS
    return None


def replacement_for(character: str) -> str | None:
    """What to write instead of a character that the alphabet lacks: `’` → `'`, `á` → `a`.

    None where nothing comes close; a name in Greek small letters or Cyrillic isn't transliterated.
    """
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    decomposed = unicodedata.normalize("NFKD", character)
    stripped = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    is_in_alphabet = all(septets_of(letter) is not None for letter in stripped)
    return stripped if stripped and stripped != character and is_in_alphabet else None


def with_replacements(text: str) -> str:
    """Replace what the alphabet lacks wherever something comes close; leave the rest as it is."""
    composed = unicodedata.normalize("NFC", text)  # "e" + combining acute is "é", which it has
    return "".join(_or_replacement(character) for character in composed)


def _or_replacement(character: str) -> str:
    if septets_of(character) is not None:
        return character
    replacement = replacement_for(character)
    return character if replacement is None else replacement
