"""A name for a file that came without one: what a person would call it, with its extension."""

from licorne.domain.message.attachment import safe_filename
from licorne.edges.submission.mime.encoded_words import decode_header_text
from licorne.edges.submission.mime.entity_header import EntityHeader
from licorne.edges.submission.mime.header_fields import read_part_header
from licorne.edges.submission.mime.part_tree import Part
from licorne.edges.submission.mime.refusals import SubmissionRefused

# Not the system's table: the same message gets the same names on every machine.
_EXTENSION_OF_TYPE = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/dicom": ".dcm",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "application/rtf": ".rtf",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/rtf": ".rtf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
_NAME_OF_TYPE = {
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "application/pgp-encrypted": "encryption-version.txt",
    "application/pgp-signature": "signature.asc",
    "application/pgp-keys": "public-key.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "text/calendar": "invitation.ics",
}
ATTACHED_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global"})


def name_attachment(raw: bytes, part: Part, number: int) -> str:
    """The sender's name for it, else one made from its type; made safe by `Attachment`."""
    given = _given_name(part.header)
    media_type = part.header.media_type
    if media_type in ATTACHED_MESSAGE_TYPES:
        name = given or _subject_of(raw, part) or f"message-{number}"
        return name if name.lower().endswith(".eml") else name[:200] + ".eml"
    if given:
        return given
    if media_type in _NAME_OF_TYPE:
        return _NAME_OF_TYPE[media_type]
    kind = "image" if media_type.startswith("image/") else "attachment"
    return f"{kind}-{number}{_EXTENSION_OF_TYPE.get(media_type, '.bin')}"


def _given_name(header: EntityHeader) -> str | None:
    if header.filename is None:
        return None
    return safe_filename(header.filename, fallback="") or None


def _subject_of(raw: bytes, part: Part) -> str | None:
    try:
        subject = read_part_header(raw, part.start, part.end).first(b"subject")
    except SubmissionRefused:
        return None  # the attached message is kept as it is; only its name is looked for here
    return safe_filename(decode_header_text(subject), fallback="") or None if subject else None
