"""How long a practice keeps its own copy of what was written.

HIPAA itself asks for six years of the documents that it requires (45 CFR 164.316(b)(2)(i)); how
long medical records are kept is the States' law, often longer, and longer still for children. So
six years are the least and the default, and counsel says what more is needed.
"""

from licorne.domain.translatable import translatable

LEAST_YEARS = 6
MOST_YEARS = 50


class YearsRefused(Exception):
    """No time that a practice can choose; ``sentence`` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__("years_refused")
        self.sentence = sentence


TOO_FEW = translatable(
    "Keep messages for at least 6 years. HIPAA asks for that of a practice’s documents (45 CFR"
    " 164.316(b)(2)), and your State’s law may ask for more."
)
TOO_MANY = translatable(
    "Choose at most 50 years. For single people or conversations there is the legal hold."
)
UNREADABLE = translatable("Write a number of whole years, such as 6 or 10.")


def parse_years(text: str) -> int:
    """Read a retention time in whole years. Raises `YearsRefused`."""
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
        raise YearsRefused(UNREADABLE)
    years = int(typed)
    if years < LEAST_YEARS:
        raise YearsRefused(TOO_FEW)
    if years > MOST_YEARS:
        raise YearsRefused(TOO_MANY)
    return years
