"""Part 0 of every message: what was written, and the list of what was attached.

One JSON document (UTF-8, keys sorted, no spaces), so that the same body always gives the same
bytes and any language can read it. It is only ever seen sealed. Part of the sealed format,
version 1; a reader refuses what it doesn't know instead of guessing.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

BODY_VERSION = 1
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class BodyUnreadable(ValueError):
    """The bytes aren't a body document of a version we know."""


@dataclass(frozen=True, slots=True)
class AttachmentEntry:
    """One line of the manifest. ``part`` counts from 1; ``size`` is the plain size in bytes."""

    part: int
    filename: str
    content_type: str
    size: int
    inline: bool
    content_id: str | None


@dataclass(frozen=True, slots=True)
class BodyDocument:
    """``text`` is always there; ``html`` is what came from outside, not cleaned yet."""

    subject: str | None
    text: str
    html: str | None
    attachments: tuple[AttachmentEntry, ...] = ()

    def encode(self) -> bytes:
        document = {
            "version": BODY_VERSION,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "attachments": [asdict(entry) for entry in self.attachments],
        }
        # Lone surrogates from broken mail can't be UTF-8; they become "?" and not an error.
        return _ENCODER.encode(document).encode("utf-8", errors="replace")

    @classmethod
    def decode(cls, encoded: bytes) -> "BodyDocument":
        """Read it back. Raises `BodyUnreadable`."""
        try:
            document: dict[str, Any] = json.loads(encoded)
            version = document.pop("version")
            entries = tuple(AttachmentEntry(**entry) for entry in document.pop("attachments"))
            body = cls(attachments=entries, **document)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BodyUnreadable("not a body document") from error
        if version != BODY_VERSION:
            raise BodyUnreadable("body document of another version")
        return body
