"""A tree of parts → what the reader sees (text, formatted text) and what becomes an attachment.

Nothing that the sender put in is dropped: what isn't shown is attached.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import MAX_ATTACHMENTS, MAX_CONTENT_BYTES
from licorne.edges.submission.mime import sentences
from licorne.edges.submission.mime.attachment_naming import name_attachment
from licorne.edges.submission.mime.html_text import html_to_text
from licorne.edges.submission.mime.limits import MAX_TEXT_BYTES
from licorne.edges.submission.mime.parsed_submission import Remark
from licorne.edges.submission.mime.part_tree import Part
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused
from licorne.edges.submission.mime.text_reading import read_text
from licorne.edges.submission.mime.transfer_decoding import decode_transfer

_SHOWN_TYPES = frozenset({"text/plain", "text/html"})
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(frozen=True, slots=True)
class Body:
    """What a part has to show: text that a person wrote, formatted text, both or neither."""

    plain: str | None = None
    formatted: str | None = None

    @property
    def readable(self) -> str:
        """The text a person wrote; if there is none (or only blanks), what the HTML says."""
        if self.formatted is not None and not (self.plain or "").strip():
            return html_to_text(self.formatted)
        return self.plain or ""


class ContentChoice:
    """Walks the tree once; afterwards holds the body, the attachments and the remarks."""

    def __init__(self, raw: bytes, root: Part) -> None:
        """Walk; raises `SubmissionRefused` for too much text or too many or too large files."""
        self._raw = raw
        self._text_bytes = 0
        self._attached_bytes = 0
        self.attachments: list[Attachment] = []
        self.remarks: set[Remark] = set()
        self.body = self._walk(root, is_root=True)

    def _walk(self, part: Part, *, is_root: bool = False) -> Body:
        header = part.header
        if part.damaged:
            self.remarks.add(Remark.STRUCTURE_DAMAGED)
        if header.is_multipart:
            return self._walk_multipart(part)
        if header.media_type in _SMIME_TYPES and header.smime_type != "certs-only":
            return self._wrapped(part)
        # A message that is nothing but a text is shown even if the text has a name.
        is_file = header.disposition == "attachment" if is_root else header.is_named_or_attached
        if header.media_type in _SHOWN_TYPES and not is_file:
            return self._text(part)
        self._attach(part)
        return Body()

    def _walk_multipart(self, part: Part) -> Body:
        if not part.children:
            return self._text(part)  # no boundary found: show it as it stands
        match part.header.media_type:
            case "multipart/alternative":
                return _best(self._walk_all(part.children))
            case "multipart/related":
                return self._related(part)
            case "multipart/signed":
                self.remarks.add(Remark.SIGNATURE_UNCHECKED)
                body = self._walk(part.children[0])
                for signature in part.children[1:]:
                    self._attach(signature)
                return body
            case "multipart/encrypted":
                return self._encrypted(part)
            case _:
                return _in_sequence(self._walk_all(part.children))

    def _walk_all(self, parts: Sequence[Part]) -> list[Body]:
        return [self._walk(part) for part in parts]

    def _related(self, part: Part) -> Body:
        """RFC 2387: one root, and what it refers to by Content-ID."""
        wanted = part.header.related_root
        root = next(
            (child for child in part.children if wanted and child.header.content_id == wanted),
            part.children[0],
        )
        body = self._walk(root)
        for child in part.children:
            if child is not root:
                self._attach(child, within_related=True)
        return body

    def _encrypted(self, part: Part) -> Body:
        """RFC 3156 §4: a part that says "Version: 1", and the encrypted message."""
        secret = [c for c in part.children if c.header.media_type != "application/pgp-encrypted"]
        for child in secret or part.children:
            self._attach(child, name_if_none="encrypted.asc")
        self.remarks.add(Remark.ENCRYPTED_BY_SENDER)
        return Body(sentences.ENCRYPTED.format(filename=self.attachments[-1].filename))

    def _wrapped(self, part: Part) -> Body:
        """RFC 8551 §3.3, §3.5.2: the whole message inside one binary."""
        self._attach(part)
        filename = self.attachments[-1].filename
        if part.header.smime_type in {"signed-data", "compressed-data"}:
            self.remarks.add(Remark.SIGNATURE_UNCHECKED)
            return Body(sentences.SIGNED_AND_WRAPPED.format(filename=filename))
        self.remarks.add(Remark.ENCRYPTED_BY_SENDER)
        return Body(sentences.ENCRYPTED.format(filename=filename))

    def _text(self, part: Part) -> Body:
        is_html = part.header.media_type == "text/html"
        self._text_bytes += part.end - part.start
        if self._text_bytes > MAX_TEXT_BYTES:
            raise SubmissionRefused.because(
                RefusalReason.HTML_TOO_LONG if is_html else RefusalReason.TEXT_TOO_LONG
            )
        text = read_text(self._raw, part.header, part.start, part.end, self.remarks)
        return Body(formatted=text) if is_html else Body(plain=text)

    def _attach(
        self, part: Part, *, within_related: bool = False, name_if_none: str | None = None
    ) -> None:
        header = part.header
        if len(self.attachments) >= MAX_ATTACHMENTS:
            raise SubmissionRefused.because(RefusalReason.TOO_MANY_ATTACHMENTS)
        encoding = "" if header.is_multipart else header.transfer_encoding
        content, damaged = decode_transfer(self._raw, part.start, part.end, encoding)
        self._attached_bytes += len(content)
        if self._attached_bytes > MAX_CONTENT_BYTES:
            raise SubmissionRefused.because(RefusalReason.TOO_LARGE)
        if damaged:
            self.remarks.add(Remark.ENCODING_DAMAGED)
        shown_inside = header.content_id is not None and (
            within_related or header.disposition != "attachment"
        )
        name = name_attachment(self._raw, part, len(self.attachments) + 1)
        if name_if_none is not None and header.filename is None:
            name = name_if_none
        self.attachments.append(
            Attachment(name, header.media_type, content, shown_inside, header.content_id)
        )


def _best(bodies: Sequence[Body]) -> Body:
    """RFC 2046 §5.1.4: the same in several forms, the best one last; blank ones don't count."""
    plain = formatted = None
    for body in bodies:
        if body.plain is not None and (plain is None or body.plain.strip()):
            plain = body.plain
        if body.formatted is not None and (formatted is None or body.formatted.strip()):
            formatted = body.formatted
    return Body(plain, formatted)


def _in_sequence(bodies: Sequence[Body]) -> Body:
    """Several pieces of one text, as Apple's program makes them around a picture."""
    pieces = [body for body in bodies if body.plain is not None or body.formatted is not None]
    if len(pieces) == 1:
        return pieces[0]
    if not pieces:
        return Body()
    plain = None
    if any(piece.plain is not None for piece in pieces):
        plain = "\n\n".join(piece.readable.rstrip() for piece in pieces)
    formatted = None
    if any(piece.formatted is not None for piece in pieces):
        formatted = "\n".join(
            _as_html(piece.plain or "") if piece.formatted is None else piece.formatted
            for piece in pieces
        )
    return Body(plain, formatted)


def _as_html(plain: str) -> str:
    return f'<div style="white-space: pre-wrap">{html.escape(plain)}</div>'
