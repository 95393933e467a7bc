"""What a message says: subject, text, formatted text and attachments, within limits.

Every edge builds this type, so the limits hold for mail, for the API and for pages alike.
"""

import re
from dataclasses import dataclass
from enum import Enum

from licorne.domain.message.attachment import Attachment, with_distinct_filenames
from licorne.domain.translatable import translatable

MAX_CONTENT_BYTES = 50 * 1024 * 1024
MAX_ATTACHMENTS = 50
MAX_SUBJECT_CHARACTERS = 998  # RFC 5322 §2.1.1: the longest line there is
MAX_TEXT_CHARACTERS = 1_000_000
MAX_HTML_CHARACTERS = 4_000_000

# Tab and line feed are the only controls that mean something to a reader; the rest, and a
# surrogate that no encoding can carry, would only surprise whoever prints or stores the text.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class ContentRefusal(Enum):
    """Why a content is refused; the value is the sentence for the person who sends it."""

    TOO_LARGE = translatable("The message is larger than 50 MB. Send fewer or smaller files.")
    TOO_MANY_ATTACHMENTS = translatable(
        "The message has more than 50 attachments. Send it in several messages."
    )
    SUBJECT_TOO_LONG = translatable("The subject is longer than 998 characters. Shorten it.")
    TEXT_TOO_LONG = translatable(
        "The text is longer than 1,000,000 characters. Shorten it, or send it as an attached file."
    )
    HTML_TOO_LONG = translatable(
        "The formatted text is larger than 4,000,000 characters. "
        "Send it as plain text or as an attached file."
    )


class ContentRefused(Exception):
    """A content breaks a limit. `sentence` can be shown to the sender as it is."""

    def __init__(self, reason: ContentRefusal) -> None:
        """Keep the reason for programs and its sentence for people."""
        super().__init__(reason.name)
        self.reason = reason
        self.sentence = reason.value


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that gets sealed for the reader.

    `text` is always there (perhaps empty) and is what is shown first; `html` is what the sender
    wrote, untrusted: it must be cleaned before it is shown. The constructor normalises line ends,
    removes control characters, keeps attachment names apart, and raises `ContentRefused` when a
    limit is broken.
    """

    subject: str | None
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        """Normalise, then hold the limits."""
        if len(self.attachments) > MAX_ATTACHMENTS:
            raise ContentRefused(ContentRefusal.TOO_MANY_ATTACHMENTS)
        _require(self.text, MAX_TEXT_CHARACTERS, ContentRefusal.TEXT_TOO_LONG)
        _require(self.html, MAX_HTML_CHARACTERS, ContentRefusal.HTML_TOO_LONG)
        _require(self.subject, MAX_SUBJECT_CHARACTERS, ContentRefusal.SUBJECT_TOO_LONG)
        object.__setattr__(self, "subject", _one_line(self.subject))
        object.__setattr__(self, "text", _lines(self.text))
        if self.html is not None:
            object.__setattr__(self, "html", _lines(self.html))
        if self.attachments:
            object.__setattr__(self, "attachments", with_distinct_filenames(self.attachments))
        if self._could_be_too_large() and self.size > MAX_CONTENT_BYTES:
            raise ContentRefused(ContentRefusal.TOO_LARGE)

    @property
    def size(self) -> int:
        """Bytes in all: the texts in UTF-8 and the attachments."""
        texts = sum(len(part.encode()) for part in (self.subject, self.text, self.html) if part)
        return texts + sum(attachment.size for attachment in self.attachments)

    def _could_be_too_large(self) -> bool:
        """Spare a short message the encoding of its texts: four bytes is the longest character."""
        characters = len(self.subject or "") + len(self.text) + len(self.html or "")
        return bool(self.attachments) or 4 * characters > MAX_CONTENT_BYTES


def _require(text: str | None, limit: int, refusal: ContentRefusal) -> None:
    if text is not None and len(text) > limit:
        raise ContentRefused(refusal)


def _one_line(subject: str | None) -> str | None:
    if subject is None:
        return None
    if subject.isprintable() and "  " not in subject:
        return subject.strip() or None
    return _SPACES.sub(" ", subject).strip() or None


def _lines(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.replace("\n", "").isprintable():  # nearly always, and five times as fast to find out
        return text
    return _UNWANTED.sub("", text)
