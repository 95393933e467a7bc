"""Make the characters of a typed phone number plain ASCII where that changes no meaning.

Arabic, Devanagari, full-width and other decimal digits become 0-9; the dashes and spaces of other
scripts become - and space; the invisible marks that contact apps paste along go. Anything else
stays as it is, for the parser to refuse: a superscript 2 is not a digit of a phone number.
"""

import unicodedata

_MARKS = "+().-/ "
# It shows the digits in another order than they are in; whoever sends it means to deceive.
_RIGHT_TO_LEFT_OVERRIDE = "\u202e"


def plain_characters(typed: str) -> str:
    return "".join(_plain_character(character) for character in typed)


def _plain_character(character: str) -> str:
    if character.isascii():
        return " " if character == "\t" else character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Cf" and character != _RIGHT_TO_LEFT_OVERRIDE:
        return ""
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    is_letter = folded.isascii() and folded.isalpha()
    return folded if len(folded) == 1 and (is_letter or folded in _MARKS) else character
