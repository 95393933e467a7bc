"""Passwords that a guesser finds early: common ones, patterns, and what is known about the person.

Each question is about a password in its plain form (`plain_form`): lower case, without accents.
None of this is a rule of composition: any characters may be used, and a long password passes
whatever it is made of, so long as it isn't one thing that everybody tries.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import pairwise

from licorne.domain.pickup.common_passwords import COMMON_PASSWORDS, COMMON_WORDS

_MOST_DECORATION = 5  # characters around a word that don't make it another password: 99!, 2024!
_MOST_JUMPS = 3
_LONGEST_BLOCK = 6
_FEWEST_KNOWN_DIGITS = 6
_MOST_AROUND_NUMBER = 4
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2099
_ENDS = re.compile(r"^[^a-z]*|[^a-z]*$")
_LETTERS_FOR_DIGITS = (
    str.maketrans("@4301!$57", "aaeoiisst"),
    str.maketrans("@430|1$57", "aaeollsst"),
)
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop")
_NEIGHBOURS = frozenset(
    pair
    for row in _KEYBOARD_ROWS
    for left, right in pairwise(row)
    for pair in (left + right, right + left)
)


def plain_form(password: str) -> str:
    """Without case, accents and spaces at the ends, for comparison only."""
    decomposed = unicodedata.normalize("NFKD", password.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()


def is_common(plain: str) -> bool:
    """Whether it is one of the common passwords, or a common word in the usual disguises."""
    if plain in COMMON_PASSWORDS:
        return True
    return any(word in COMMON_WORDS or _is_doubled(word) for word in _words_within(plain))


def is_pattern(plain: str) -> bool:
    """Whether it repeats, counts, follows the alphabet or the keyboard, or is a date."""
    return _repeats_a_block(plain) or _jumps_in(plain) <= _MOST_JUMPS or _is_date(plain)


def is_made_of(plain: str, known_words: Collection[str]) -> bool:
    """Whether it is nothing but words known about the person and the practice, disguised or not."""
    return any(_consists_of(word, known_words) for word in _words_within(plain))


def shows_number(plain: str, number_digits: str) -> bool:
    """Whether it is little more than a piece of the phone number."""
    digits = re.sub(r"[^0-9]", "", plain)
    longest = max(len(plain) - _MOST_AROUND_NUMBER, _FEWEST_KNOWN_DIGITS)
    return any(
        digits[start : start + longest] in number_digits
        for start in range(len(digits) - longest + 1)
    )


def _words_within(plain: str) -> Iterator[str]:
    """The words that a password may be a disguise of, itself first."""
    bare = _without_decoration(plain)
    for candidate in (plain, bare):
        yield candidate
        for letters in _LETTERS_FOR_DIGITS:
            yield candidate.translate(letters)


def _without_decoration(plain: str) -> str:
    bare = _ENDS.sub("", plain)
    decoration = plain.replace(bare, "", 1) if bare else plain
    is_little = len(decoration) <= _MOST_DECORATION or _jumps_in(decoration) == 1
    return bare if bare and is_little else plain


def _is_doubled(word: str) -> bool:
    half, odd = divmod(len(word), 2)
    return not odd and word[:half] == word[half:] and word[:half] in COMMON_WORDS


def _consists_of(text: str, words: Collection[str]) -> bool:
    reached = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        reached[end] = any(
            len(word) <= end and reached[end - len(word)] and text.endswith(word, 0, end)
            for word in words
        )
    return bool(text) and reached[-1]


def _repeats_a_block(plain: str) -> bool:
    return any(
        plain == (plain[:length] * len(plain))[: len(plain)]
        for length in range(1, min(_LONGEST_BLOCK, len(plain) // 2) + 1)
    )


def _jumps_in(plain: str) -> int:
    """How often the next character couldn't be told from the one before; the first is a jump."""
    return min(len(plain), 1) + sum(not _follows(*pair) for pair in pairwise(plain))


def _follows(left: str, right: str) -> bool:
    both_count = left.isascii() and left.isalnum() and right.isascii() and right.isalnum()
    is_step = left == right or (both_count and abs(ord(left) - ord(right)) == 1)
    return is_step or left + right in _NEIGHBOURS or {left, right} == {"9", "0"}


def _is_date(plain: str) -> bool:
    digits = re.sub(r"[-./ ]", "", plain)
    if not re.fullmatch(r"[0-9]{8}", digits):
        return False
    year_last = (int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    year_first = (int(digits[4:6]), int(digits[6:]), int(digits[:4]))
    return any(_is_day_and_month(*date) for date in (year_last, year_first))


def _is_day_and_month(one: int, other: int, year: int) -> bool:
    is_calendar = 1 <= min(one, other) <= 12 and max(one, other) <= 31
    return is_calendar and _EARLIEST_YEAR <= year <= _LATEST_YEAR
