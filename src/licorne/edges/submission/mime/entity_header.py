"""What the header of a message or of one of its parts says about the body that follows it."""

import re
from dataclasses import dataclass

from licorne.edges.submission.mime.charsets import decode_text
from licorne.edges.submission.mime.header_fields import HeaderFields
from licorne.edges.submission.mime.parameters import read_parametrized

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class EntityHeader:
    """MIME's facts about one entity (RFC 2045, 2183, 2392, 3676), decoded and in lower case.

    `filename` is what the sender's program wrote, not yet made safe.
    """

    media_type: str
    charset: str | None
    boundary: str | None
    flowed: bool
    delete_space: bool
    smime_type: str | None
    related_root: str | None
    disposition: str
    filename: str | None
    transfer_encoding: str
    content_id: str | None

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    @property
    def is_named_or_attached(self) -> bool:
        """Whether the sender meant a file, not a piece of the text."""
        return self.disposition == "attachment" or self.filename is not None


def read_entity_header(header: HeaderFields, default_type: str = "text/plain") -> EntityHeader:
    """Gather the MIME fields; a missing or senseless type is the default (RFC 2045 §5.2)."""
    declared = read_parametrized(header.first(b"content-type"))
    content_id = header.first(b"content-id")
    media_type = declared.value if _MEDIA_TYPE.fullmatch(declared.value) else default_type
    placed = read_parametrized(header.first(b"content-disposition"))
    return EntityHeader(
        media_type=media_type,
        charset=_lower(declared.get("charset")),
        boundary=declared.get("boundary"),
        flowed=_lower(declared.get("format")) == "flowed",
        delete_space=_lower(declared.get("delsp")) == "yes",
        smime_type=_lower(declared.get("smime-type")),
        related_root=declared.get("start"),
        disposition=placed.value,
        filename=placed.get("filename") or declared.get("name"),
        transfer_encoding=_token(header.first(b"content-transfer-encoding")),
        content_id=decode_text(content_id, "utf-8").text if content_id else None,
    )


def _lower(value: str | None) -> str | None:
    return value.strip().lower() if value else None


def _token(value: bytes | None) -> str:
    if value is None:
        return ""
    return value.partition(b";")[0].partition(b"(")[0].strip(b' \t"').decode("latin-1").lower()
