"""The passphrase that a sender speaks to a contact, or hands over on paper, to prove who opens.

Four generated words carry 44 bits. Online that is far beyond five tries before the lock; offline it
stands behind Argon2 and the installation's key (`sealing`). A sender may also set words of their
own. What a person types is compared without case, accents, spaces, hyphens and other signs: people
write down what they hear.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from licorne.domain.pickup.passphrase_words import PASSPHRASE_WORDS
from licorne.domain.translatable import translatable

WORDS_IN_A_PASSPHRASE = 4
FEWEST_SIGNIFICANT_CHARACTERS = 6
LONGEST_TYPED = 200  # characters
_BYTES_PER_WORD = 2
_WORD_COUNT = len(PASSPHRASE_WORDS)


class PassphraseRefusalReason(StrEnum):
    TOO_SHORT = "passphrase_too_short"
    TOO_LONG = "passphrase_too_long"


_SENTENCES = {
    PassphraseRefusalReason.TOO_SHORT: translatable(
        "That passphrase is too short. Use %(fewest)s or more letters or digits; two or three words"
        " are easy to say on the telephone.",
        fewest=FEWEST_SIGNIFICANT_CHARACTERS,
    ),
    PassphraseRefusalReason.TOO_LONG: translatable(
        "That passphrase is too long. Use at most %(most)s characters.", most=LONGEST_TYPED
    ),
}


class PassphraseRefused(Exception):
    """What a sender chose can't be a passphrase; `sentence` says why, `str()` the reason alone."""

    def __init__(self, reason: PassphraseRefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sentence = _SENTENCES[reason]


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase as it is shown to its sender, and as it is compared."""

    shown: str = field(repr=False, compare=False)

    @property
    def normalised(self) -> str:
        """What goes into the key derivation, for setting and for trying alike."""
        return normalised_passphrase(self.shown)


def generate_passphrase(random_bytes: Callable[[int], bytes]) -> Passphrase:
    """Draw four words; `random_bytes(n)` gives n bytes fit for keys."""
    drawn = random_bytes(WORDS_IN_A_PASSPHRASE * _BYTES_PER_WORD)
    # 65,536 is a multiple of 2,048, so the remainder favours no word.
    numbers = (
        int.from_bytes(drawn[start : start + _BYTES_PER_WORD], "big")
        for start in range(0, len(drawn), _BYTES_PER_WORD)
    )
    return Passphrase(" ".join(PASSPHRASE_WORDS[number % _WORD_COUNT] for number in numbers))


def parse_chosen_passphrase(typed: str) -> Passphrase:
    """Read a passphrase that a sender made up; raises PassphraseRefused."""
    if len(typed) > LONGEST_TYPED:
        raise PassphraseRefused(PassphraseRefusalReason.TOO_LONG)
    if len(normalised_passphrase(typed)) < FEWEST_SIGNIFICANT_CHARACTERS:
        raise PassphraseRefused(PassphraseRefusalReason.TOO_SHORT)
    return Passphrase(" ".join(typed.split()))


def normalised_passphrase(typed: str) -> str:
    """Reduce what was typed to its letters and digits, without case and accents.

    Never raises: whatever a contact types is a try, and a try that can't be right compares as
    what nobody could have set. Spaces go altogether, since "sun flower" is "sunflower" in speech.
    """
    if len(typed) > LONGEST_TYPED:
        return ""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", typed).casefold())
    return "".join(character for character in folded if character.isalnum())
