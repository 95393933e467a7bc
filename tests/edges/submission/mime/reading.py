"""Mails for the tests of reading, written as a person would read them."""

from licorne.edges.submission.mime.parse_message import parse_message
from licorne.edges.submission.mime.parsed_submission import ParsedSubmission


def mail(body: str | bytes, *headers: str, sender: str = "ann@clinic.example") -> bytes:
    """A mail with CR LF line ends from lines that were written without them."""
    lines = "\n".join([f"From: {sender}", *headers]).encode("utf-8", "surrogateescape")
    content = body.encode() if isinstance(body, str) else body
    return (lines + b"\n\n" + content).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def read(body: str | bytes, *headers: str) -> ParsedSubmission:
    return parse_message(mail(body, *headers))


def multipart(
    subtype: str, *parts: str, boundary: str = "=_b", preamble: str = ""
) -> tuple[str, str]:
    """The body of a multipart and its Content-Type header."""
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    header = f'Content-Type: multipart/{subtype}; boundary="{boundary}"'
    return f"{preamble}{inside}--{boundary}--\n", header


def part(content_type: str, body: str, *headers: str) -> str:
    return "\n".join([f"Content-Type: {content_type}", *headers, "", body])


def nested(subtype: str, *parts: str, boundary: str) -> str:
    body, header = multipart(subtype, *parts, boundary=boundary)
    return f"{header}\n\n{body}"
