"""The practice's name as a text message has room for it."""

import re
import unicodedata

LONGEST_PRACTICE_NAME = 60  # characters; names longer than this push the link out of sight
_LEGAL_FORM = re.compile(
    r"[,\s]+(?:p\.?l\.?l\.?c|l\.?l\.?[cp]|p\.?[cas]|inc|ltd|corp|gmbh|pty|limited|incorporated"
    r"|corporation)\.?$",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:[\s,;:&+/(\-]+|(?:(?<=\s)|^)(?:and|of|the|for|at|in|de|und|et|y))$", re.IGNORECASE
)


def clean_practice_name(name: str) -> str:
    """One line of visible characters: no line breaks, no invisible or direction-changing marks."""
    spaced = " ".join(name.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def shortened_practice_name(name: str, room: int) -> str:
    """Bring the name to at most `room` characters so that it still reads as a name.

    Its legal form goes first, then whole words from the end, then letters of a single long word.
    """
    shorter = clean_practice_name(name)
    while len(shorter) > room and (legal_form := _LEGAL_FORM.search(shorter)):
        shorter = shorter[: legal_form.start()]
    if len(shorter) <= room:
        return shorter
    words = _without_dangling_end(shorter[: room + 1].rpartition(" ")[0])
    return words or shorter[: max(room - 1, 0)] + "."


def _without_dangling_end(name: str) -> str:
    if name.count("(") > name.count(")"):
        name = name[: name.rindex("(")]
    while dangling := _DANGLING.search(name):
        name = name[: dangling.start()]
    return name
