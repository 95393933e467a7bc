"""The header of a submitted message → what the product needs of it, or a refusal."""

import re
from datetime import UTC, datetime, timedelta

from licorne.edges.submission.mime.encoded_words import decode_header_text, read_raw_text
from licorne.edges.submission.mime.header_fields import HeaderFields
from licorne.edges.submission.mime.mailbox_reading import AddressUnreadable, read_mailboxes
from licorne.edges.submission.mime.parsed_submission import SubmissionHeaders
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

# RFC 5322 §3.6 allows each once; two readers of a repeated one could read different messages.
_ONLY_ONCE = frozenset({
    b"subject", b"date", b"sender", b"message-id", b"mime-version", b"content-type",
    b"content-transfer-encoding", b"content-disposition",
})  # fmt: skip
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,990})>")
# RFC 5322 §3.3 with the obsolete zones (§4.3) and two-digit years.
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9}\s*,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*[\s-]+(\d{2,4})\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|[A-Za-z]{1,5})?"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_AMERICAN_ZONES = {
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
}


def read_submission_headers(header: HeaderFields) -> SubmissionHeaders:
    """Check what may be there only once, and read what is needed.

    Raises `SubmissionRefused` for a From that is missing, repeated, unreadable or of several
    people. Everything else may be missing.
    """
    if header.repeated & _ONLY_ONCE:
        raise SubmissionRefused.because(RefusalReason.HEADER_REPEATED)
    return SubmissionHeaders(
        from_address=_read_from(header.every(b"from")),
        to=_joined_text(header.every(b"to")),
        cc=_joined_text(header.every(b"cc")),
        subject=_text(header.first(b"subject")),
        message_id=_read_message_id(header.first(b"message-id")),
        date=read_date(header.first(b"date")),
    )


def _read_from(values: list[bytes]) -> str:
    if not values:
        raise SubmissionRefused.because(RefusalReason.FROM_MISSING)
    if len(values) > 1:
        raise SubmissionRefused.because(RefusalReason.FROM_REPEATED)
    try:
        addresses = read_mailboxes(read_raw_text(values[0]))
    except AddressUnreadable:
        raise SubmissionRefused.because(RefusalReason.FROM_UNREADABLE) from None
    if not addresses:
        raise SubmissionRefused.because(RefusalReason.FROM_MISSING)
    if len(addresses) > 1:
        raise SubmissionRefused.because(RefusalReason.FROM_REPEATED)
    return addresses[0]


def _text(value: bytes | None) -> str | None:
    if value is None:
        return None
    text = " ".join(decode_header_text(value).split())
    return (text if text.isprintable() else _CONTROLS.sub("", text)) or None


def _joined_text(values: list[bytes]) -> str | None:
    return ", ".join(text for text in map(_text, values) if text) or None


def _read_message_id(value: bytes | None) -> str | None:
    match = _MESSAGE_ID.search(read_raw_text(value)) if value else None
    return match[1] if match else None


def read_date(value: bytes | None) -> datetime | None:
    """Read a Date header as UTC; None if there is none or it is no date."""
    match = _DATE.match(value.decode("latin-1")) if value else None
    if match is None:
        return None
    day, month_name, year, hour, minute, second, zone = match.groups()
    month = _MONTHS.get(month_name.lower())
    if month is None:
        return None
    try:
        local = datetime(
            _full_year(year),
            month,
            int(day),
            int(hour),
            int(minute),
            min(int(second or 0), 59),  # a leap second is :60
            tzinfo=UTC,
        )
        return local - _offset(zone)
    except (ValueError, OverflowError):
        return None


def _full_year(digits: str) -> int:
    """RFC 5322 §4.3: two digits below 50 are of this century, two or three others of the last."""
    year = int(digits)
    if len(digits) > 3:
        return year
    return 2000 + year if len(digits) == 2 and year < 50 else 1900 + year


def _offset(zone: str | None) -> timedelta:
    """RFC 5322 §4.3: a zone that isn't known counts as -0000."""
    if zone and zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[3:5])
        if hours > 23 or minutes > 59:
            raise ValueError
        offset = timedelta(hours=hours, minutes=minutes)
        return -offset if zone[0] == "-" else offset
    return timedelta(hours=_AMERICAN_ZONES.get(zone.lower(), 0) if zone else 0)
