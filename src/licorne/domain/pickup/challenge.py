"""The passphrase of one delivery: how often it may be tried, and where it stands."""

import enum

MOST_TRIES = 5


class ChallengeState(enum.StrEnum):
    NONE = "none"
    WAITING = "waiting"
    PROVED = "proved"
    LOCKED = "locked"  # a member can set a new passphrase


def tries_left(tries: int) -> int:
    return max(0, MOST_TRIES - tries)
