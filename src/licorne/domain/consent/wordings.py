"""What is explained before somebody agrees, in versions: a ledger's entry names the one that was.

A version's words never change; better words are a new version. Counsel should read them.
"""

from collections.abc import Mapping

from licorne.domain.consent.ledger import Purpose
from licorne.domain.translatable import translatable

CURRENT: Mapping[Purpose, str] = {
    Purpose.NOTICES: "notices-1",
    Purpose.REMINDERS: "reminders-1",
    Purpose.ALERTS: "alerts-1",
    Purpose.MARKETING: "marketing-1",
}
_ABOUT_TEXTS = translatable(
    "Ordinary text messages aren’t encrypted: others may be able to read them. Message and data"
    " rates may apply. You can stop at any time by answering STOP or telling us. Your care doesn’t"
    " depend on your answer."
)
_WORDINGS: Mapping[str, str] = {
    "notices-1": translatable(
        "We send you a text when a secure message from us waits for you. The text holds a link"
        " and our name, nothing about your health."
    ),
    "reminders-1": translatable(
        "We send you texts that remind you of appointments and of prescriptions that are ready."
    ),
    "alerts-1": translatable(
        "We send you texts when something can’t wait, such as a closed office or a changed time."
    ),
    "marketing-1": translatable(
        "We send you texts about services and offers of ours. You needn’t agree to get care."
    ),
}


def wording(version: str) -> tuple[str, ...]:
    """Give a version's paragraphs, to read out or to show. Raises ``KeyError``."""
    return (_WORDINGS[version], _ABOUT_TEXTS)
