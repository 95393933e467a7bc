"""A correspondence as files that programs read: one JSON document a message, and one about all.

What they hold is promised in ``schema/``; a field is added, never taken away or given another
meaning within a version.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from licorne.application.keeping.export_correspondence import Begun
from licorne.application.receiving.read_thread import Readable, Unreadable
from licorne.application.receiving.read_written import WrittenMessage
from licorne.domain.message.thread import Direction
from licorne.domain.sealing.body_document import AttachmentEntry

VERSION = 1
SCHEMAS = Path(__file__).parent / "schema"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class KeptAttachment:
    """An attachment as it lies in the archive."""

    entry: AttachmentEntry
    file: str
    sha256: str


def message_document(
    number: int, written: WrittenMessage, attachments: tuple[KeptAttachment, ...]
) -> bytes:
    """Write one message; times are UTC (RFC 3339)."""
    facts, content = written.facts, written.content
    readable = content if isinstance(content, Readable) else None
    return _json(
        {
            "format": "licorne-message",
            "version": VERSION,
            "number": number,
            "id": str(facts.message),
            "delivery": str(facts.delivery),
            "conversation": str(written.thread),
            "direction": "from_practice" if facts.direction is Direction.OUT else "from_patient",
            "written_at": _time(facts.created_at),
            "author": {"kind": facts.author.kind.value, "name": written.author},
            "sent_by": facts.source.value,
            "subject": readable.subject if readable else None,
            "text": readable.text if readable else None,
            "html": readable.html if readable else None,
            "unreadable": content.why if isinstance(content, Unreadable) else None,
            "attachments": [
                {
                    "file": one.file,
                    "name": one.entry.filename,
                    "type": one.entry.content_type,
                    "size": one.entry.size,
                    "inline": one.entry.inline,
                    "content_id": one.entry.content_id,
                    "sha256": one.sha256,
                }
                for one in attachments
            ],
            "state": facts.state.value,
            "first_read_at": _time_if(facts.first_read_at),
            "recalled_at": _time_if(facts.recalled_at),
            "patient_copy_ended_at": _time_if(facts.contact_copy_ended_at),
            "practice_copy_ended_at": _time_if(facts.practice_copy_ended_at),
            "story": [
                {"state": event.state, "at": _time(event.at), "detail": event.detail}
                for event in written.story
            ],
        }
    )


def correspondence_document(
    begun: Begun,
    practice: str,
    by: str,
    conversations: dict[str, str],
    messages: int,
    digest: str,
) -> bytes:
    """Write what the copy is: whose, for what, by whom, and how much of it there is."""
    export, person = begun.export, begun.contact
    return _json(
        {
            "format": "licorne-correspondence",
            "version": VERSION,
            "id": str(export.id),
            "practice": practice,
            "person": {"name": person.name, "number": person.number.e164},
            "made_at": _time(export.started_at),
            "made_by": by,
            "purpose": export.purpose.value,
            "messages": messages,
            "messages_sha256": digest,
            "destroyed": begun.extent.destroyed,
            "with_earlier_holders_of_the_number": begun.extent.elsewhere,
            "conversations": [
                {"id": thread, "with": owner} for thread, owner in conversations.items()
            ],
        }
    )


def schema_files() -> dict[str, bytes]:
    """Give the JSON Schemas (2020-12) that the documents keep to, by their names."""
    return {path.name: path.read_bytes() for path in sorted(SCHEMAS.glob("*.json"))}


def attachment_file(number: int, entry: AttachmentEntry) -> str:
    """Name an attachment's file: what any system can write, and never outside its folder."""
    kept = "".join(
        letter if letter.isalnum() or letter in " -_.()" else "_" for letter in entry.filename
    )
    stem = kept.strip(". ")[-_LONGEST_NAME:].strip(". ") or "file"
    return f"attachments/{number:05}/{entry.part}-{stem}"


def _json(document: dict[str, object]) -> bytes:
    # Lone surrogates of broken mail can't be UTF-8; they become "?" and not an error.
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", errors="replace")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time_if(at: datetime | None) -> str | None:
    return None if at is None else _time(at)
