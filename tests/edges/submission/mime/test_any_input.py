"""Whatever comes in: a parsed message or a refusal, never a surprise; and what the standard
library's own reader understands of a well-made message, ours understands the same way."""

import email.generator
import io
import string
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from licorne.domain.message.attachment import safe_filename
from licorne.edges.submission.mime.flowed_text import unflow
from licorne.edges.submission.mime.html_text import html_to_text
from licorne.edges.submission.mime.mailbox_reading import AddressUnreadable, read_mailboxes
from licorne.edges.submission.mime.parse_message import parse_message, parse_short_text
from licorne.edges.submission.mime.parsed_submission import ParsedSubmission
from licorne.edges.submission.mime.refusals import SubmissionRefused
from licorne.edges.submission.mime.worker_protocol import (
    Read,
    assemble,
    decode_reply,
    encode_parsed,
)

SNIPPETS = st.sampled_from([
    b"From: ann@clinic.example\r\n", b"Subject: ", b"Content-Type: multipart/mixed; boundary=b\r\n",
    b'Content-Type: multipart/related; boundary=b; start="<x>"\r\n', b"Content-Type: text/html; charset=",
    b"Content-Type: multipart/signed; boundary=b\r\n", b"Content-Type: multipart/encrypted; boundary=b\r\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: application/pkcs7-mime; smime-type=", b"Content-Disposition: attachment; filename*0*=",
    b"utf-8''%C3", b"; filename*1*=%A4", b"Content-Transfer-Encoding: base64\r\n", b"Content-ID: <x>\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"=?utf-8?q?=C3=A4?=", b"=?utf-8?b?w6Q=?=", b"=?gb18030?b?gzbHOA==?=", b"=?utf-7?q?+AA0ACg-?=", b"\r\n--b\r\n", b"\r\n--b--\r\n",
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b"\xff\xfe", b'"', b"<", b">", b";", b"=", b"<p>", b"<!--",
    b"<script>", b"&#99999999999;", b"&#xD800;", b"begin 644 x\n", b"end\n", b"> ", b" \r\n", b"-- \r\n", b"utf-8\r\n",
    b"utf-16\r\n", b"hz\r\n", b"iso-2022-jp\r\n", b"gb18030\r\n", b"\x83\x36\xc7\x38", b"Date: Fri, 20 Nov 2026 10:00:00 -0600\r\n",
])  # fmt: skip
MAILS = st.lists(SNIPPETS | st.binary(max_size=20), max_size=40).map(b"".join)


def check(raw: bytes) -> None:
    try:
        parsed = parse_message(raw)
        short = parse_short_text(raw)
    except SubmissionRefused:
        return
    assert short is None or short == parsed
    reply = decode_reply(encode_parsed(parsed))
    assert isinstance(reply, Read)
    assert assemble(reply, [a.content for a in parsed.content.attachments]) == parsed


@settings(max_examples=400, deadline=None)
@given(MAILS)
def test_any_pieces_of_mail_are_read_or_refused(raw: bytes) -> None:
    check(raw)


@settings(max_examples=400, deadline=None)
@given(MAILS)
def test_any_pieces_behind_a_sound_start_are_read_or_refused(raw: bytes) -> None:
    check(b"From: ann@clinic.example\r\n" + raw)
    check(
        b"From: ann@clinic.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        + raw
    )


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    check(raw)


@settings(deadline=None)
@given(st.text(alphabet="<>/!-='\"& #x;pabcdiv\n123", max_size=300))
def test_any_html_becomes_text(source: str) -> None:
    assert "\x00" not in html_to_text(source)


@settings(deadline=None)
@given(st.text(alphabet=string.ascii_letters + " >-\n", max_size=300))
def test_flowed_text_loses_no_letter(text: str) -> None:
    def letters(of: str) -> str:
        return "".join(character for character in of if character.isalpha())

    assert letters(unflow(text, delete_space=False)) == letters(text)


@settings(deadline=None)
@given(st.text(alphabet='ab@<>()",;:\\[]. \t', max_size=60))
def test_any_address_header_is_read_or_refused(value: str) -> None:
    try:
        addresses = read_mailboxes(value)
    except AddressUnreadable:
        return
    assert all("@" in address and "\r" not in address for address in addresses)


WORDS = st.text(
    alphabet=string.ascii_letters + string.digits + " äßé日本😀,;:\"'()<>=?_%", max_size=120
)
LINES = st.lists(WORDS.map(str.rstrip), max_size=6).map("\n".join)
NAMES = st.text(alphabet=string.ascii_letters + " äé日😀'%=?", min_size=1, max_size=60)
FILES = st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=3)


@settings(max_examples=200, deadline=None)
@given(WORDS, LINES, st.none() | LINES, FILES)
def test_what_python_writes_is_read_back(
    subject: str, text: str, html: str | None, files: list[tuple[str, bytes]]
) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ann <ann@clinic.example>"
    message["Subject"] = subject
    message["Date"] = datetime.fromisoformat("2026-11-20T10:00:00+00:00")
    message.set_content(text)
    if html is not None:
        message.add_alternative(f"<p>{html}</p>", subtype="html")
    for name, content in files:
        message.add_attachment(
            content, maintype="application", subtype="pdf", filename=f"{name}.pdf"
        )
    written = io.BytesIO()
    email.generator.BytesGenerator(written, policy=SMTP).flatten(message)
    parsed: ParsedSubmission = parse_message(written.getvalue())
    assert (parsed.content.subject or "").split() == subject.split()
    assert parsed.content.text == text.rstrip() or (html and not text.strip())
    assert (parsed.content.html is None) is (html is None)
    if html is not None:
        assert parsed.content.html.strip() == f"<p>{html}</p>"  # type: ignore[union-attr]
    assert [a.content for a in parsed.content.attachments] == [content for _, content in files]
    if len({name for name, _ in files}) == len(files):
        expected = [safe_filename(f"{name}.pdf") for name, _ in files]
        assert [a.filename.casefold().split(" (")[0] for a in parsed.content.attachments] == [
            name.casefold().split(" (")[0] for name in expected
        ]
