"""Why a message is refused, in SMTP's terms and in the sender's."""

from enum import Enum
from typing import Self

from licorne.domain.message.content import ContentRefusal


class RefusalReason(Enum):
    """Reply code (RFC 5321 §4.2), enhanced code (RFC 3463) and the sentence for the person."""

    LINE_BREAK_IN_HEADER = (
        554,
        "5.6.0",
        (
            "A header of this message hides a line break, which is how forged headers are smuggled "
            "in. Write the subject, names and file names again by hand and send it once more."
        ),
    )
    HEADER_UNREADABLE = (
        554,
        "5.6.0",
        "The headers of this message are damaged. Send it again as a new message.",
    )
    HEADER_TOO_LARGE = (
        552,
        "5.3.4",
        "The headers of this message are larger than 64 KB. Send it again as a new message.",
    )
    HEADER_REPEATED = (
        554,
        "5.6.0",
        (
            "This message has a header twice that may be there only once. "
            "Send it again as a new message."
        ),
    )
    FROM_MISSING = (554, "5.6.0", "This message doesn't say who it is from.")
    FROM_REPEATED = (
        554,
        "5.6.0",
        "This message says more than once who it is from. Send it from one address.",
    )
    FROM_UNREADABLE = (
        554,
        "5.6.0",
        "The From address of this message can't be read. Check the address in your mail program.",
    )
    TOO_COMPLEX = (
        554,
        "5.6.0",
        (
            "This message is built in too complicated a way to be read safely. "
            "Send it again as a new message with the files attached."
        ),
    )
    TOO_LARGE = (552, "5.3.4", ContentRefusal.TOO_LARGE.value)
    TOO_MANY_ATTACHMENTS = (554, "5.6.0", ContentRefusal.TOO_MANY_ATTACHMENTS.value)
    SUBJECT_TOO_LONG = (554, "5.6.0", ContentRefusal.SUBJECT_TOO_LONG.value)
    TEXT_TOO_LONG = (554, "5.6.0", ContentRefusal.TEXT_TOO_LONG.value)
    HTML_TOO_LONG = (554, "5.6.0", ContentRefusal.HTML_TOO_LONG.value)
    BUSY = (451, "4.3.2", "Too many messages are being read at this moment. Try again soon.")
    READER_FAILED = (451, "4.3.0", "This message could not be read just now. Try again soon.")

    def __init__(self, code: int, enhanced: str, sentence: str) -> None:
        self.code = code
        self.enhanced = enhanced
        self.sentence = sentence


class SubmissionRefused(Exception):
    """A message is not taken: `code` 5xx for good, 4xx for now."""

    def __init__(
        self, code: int, enhanced: str, sentence: str, reason: RefusalReason | None = None
    ) -> None:
        """Keep SMTP's codes and the sentence; `reason` is what the log may say."""
        super().__init__(reason.name if reason else f"{code} {enhanced}")
        self.code = code
        self.enhanced = enhanced
        self.sentence = sentence
        self.reason = reason

    @classmethod
    def because(cls, reason: RefusalReason) -> Self:
        """Build the refusal that belongs to a reason."""
        return cls(reason.code, reason.enhanced, reason.sentence, reason)

    @classmethod
    def for_content(cls, refusal: ContentRefusal) -> Self:
        """Say a refusal of the domain in SMTP's terms."""
        return cls.because(RefusalReason[refusal.name])
