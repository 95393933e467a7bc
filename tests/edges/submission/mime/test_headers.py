"""The header of a mail: what it says, what is refused (threat 17), what it costs."""

import contextlib
import time
from datetime import UTC, datetime

import pytest
from tests.edges.submission.mime.reading import mail, multipart, part, read

from licorne.edges.submission.mime.parse_message import parse_message
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused


def refusal_of(raw: bytes) -> RefusalReason | None:
    with pytest.raises(SubmissionRefused) as refused:
        parse_message(raw)
    assert 500 <= refused.value.code < 600
    assert refused.value.enhanced.startswith("5.")
    assert refused.value.sentence.endswith(".")
    return refused.value.reason


def test_the_usual_header_is_read() -> None:
    headers = parse_message(
        mail(
            "Hello",
            "To: Bob <bob@x.example>, 2114367789@secure.text",
            "To: carol@x.example",
            "Cc: =?utf-8?q?Ren=C3=A9?= <rene@x.example>",
            "Subject: Your",
            "\tresults",
            "Message-ID: <abc.1@clinic.example>",
            "Date: Fri, 20 Nov 2026 10:00:00 -0600",
            sender='"Smith, Dr. Ann" <ann@clinic.example>',
        )
    ).headers
    assert headers.from_address == "ann@clinic.example"
    assert headers.to == "Bob <bob@x.example>, 2114367789@secure.text, carol@x.example"
    assert headers.cc == "René <rene@x.example>"
    assert headers.subject == "Your results"
    assert headers.message_id == "abc.1@clinic.example"
    assert headers.date == datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_all_but_from_may_be_missing() -> None:
    parsed = read("")
    assert parsed.headers.subject is None
    assert parsed.headers.date is None
    assert parsed.headers.message_id is None
    assert parsed.content.subject is None
    assert parsed.content.text == ""


@pytest.mark.parametrize(
    "header",
    [
        "Subject: =?utf-8?q?Hi=0D=0ABcc:_eve@x.example?=",
        "Subject: =?utf-8?b?SGkNCkJjYzogZXZlQHguZXhhbXBsZQ==?=",
        "Subject: =?utf-8?Q?a=0Ab?=",
        "Subject: =?utf-8?Q?a=0Db?=",
        "Subject: =?utf-8?Q?a=00b?=",
        "Subject: =?utf-8?q?a=0D?= =?utf-8?q?=0Ab?=",
        "Subject: plain =?iso-8859-1?q?a=0D=0Ab?= plain",
        "Subject: =?utf-16?b?DQAKAA==?=",
        "Subject: =?x-unknown?q?a=0D=0Ab?=",
        "Subject: =?utf-8*en?q?a=0D=0Ab?=",
        "Subject: =?utf-8?q?a b=0D=0Ac d?=",
        'To: "=?utf-8?q?a=0D=0ABcc:_eve?=" <bob@x.example>',
        "To: =?utf-8?q?=0A?= <bob@x.example>",
        "Cc: (=?utf-8?q?=0A?=) bob@x.example",
        "X-Anything: =?utf-8?q?=0D=0ABcc:_eve@x.example?=",
        "Message-ID: <=?utf-8?q?=0A?=@x>",
        "Content-Type: text/plain; name*=utf-8''a%0D%0Ab",
        "Content-Type: text/plain; name*0*=utf-8''a%0d; name*1*=%0ab",
        'Content-Type: text/plain; name="=?utf-8?q?a=0Ab?="',
        "Content-Disposition: inline; filename*=''%00",
        "Subject: bare \r carriage return",
        "Subject: zero \x00 byte",
    ],
)
def test_threat_17_a_hidden_line_break_in_any_header_is_refused(header: str) -> None:
    # Not through mail(): it would make a line end of the bare carriage return.
    raw = f"From: ann@clinic.example\r\n{header}\r\n\r\nHello\r\n".encode()
    assert refusal_of(raw) is RefusalReason.LINE_BREAK_IN_HEADER


def test_threat_17_a_hidden_line_break_in_the_from_name_is_refused() -> None:
    raw = b"From: =?utf-8?q?a=0D=0ABcc:_eve@x.example?= <ann@clinic.example>\r\n\r\n"
    assert refusal_of(raw) is RefusalReason.LINE_BREAK_IN_HEADER


def test_threat_17_a_hidden_line_break_in_the_header_of_a_part_is_refused() -> None:
    file = part("text/plain", "x", "Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab")
    body, header = multipart("mixed", file)
    assert refusal_of(mail(body, header)) is RefusalReason.LINE_BREAK_IN_HEADER


def test_an_encoded_word_without_a_line_break_is_no_reason_to_refuse() -> None:
    assert read("x", "Subject: =?utf-8?q?a=20=3D0D=3D0A_b?=").content.subject == "a =0D=0A b"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: x\r\n\r\nHello", RefusalReason.FROM_MISSING),
        (b"\r\nHello", RefusalReason.FROM_MISSING),
        (b"", RefusalReason.FROM_MISSING),
        (b"From: \r\n\r\n", RefusalReason.FROM_MISSING),
        (b"From: undisclosed:;\r\n\r\n", RefusalReason.FROM_MISSING),
        (b"From: a@x.example\r\nFrom: b@x.example\r\n\r\n", RefusalReason.FROM_REPEATED),
        (b"From: a@x.example\r\nFROM : b@x.example\r\n\r\n", RefusalReason.FROM_REPEATED),
        (b"From: a@x.example, b@x.example\r\n\r\n", RefusalReason.FROM_REPEATED),
        (b"From: <a@x.example> <b@x.example>\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b'From: "a@x.example\r\n\r\n', RefusalReason.FROM_UNREADABLE),
        (b"From: a b@x.example\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b"From: Ann\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b"From: <>\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b"From: <a@x.example\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b"From: (a@x.example\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b"From: a@b@x.example\r\n\r\n", RefusalReason.FROM_UNREADABLE),
        (b"From: a@x.example\r\nSubject: 1\r\nsubject: 2\r\n\r\n", RefusalReason.HEADER_REPEATED),
        (
            b"From: a@x.example\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
            RefusalReason.HEADER_REPEATED,
        ),
        (b"From: a@x.example\r\nno header at all\r\n\r\n", RefusalReason.HEADER_UNREADABLE),
        (b"From: a@x.example\r\n: empty name\r\n\r\n", RefusalReason.HEADER_UNREADABLE),
        (b" From: a@x.example\r\n\r\n", RefusalReason.HEADER_UNREADABLE),
        (
            b"From: a@x.example\r\nX: " + b"x" * 65_536 + b"\r\n\r\n",
            RefusalReason.HEADER_TOO_LARGE,
        ),
        (b"From: a@x.example\r\n" + b"X: y\r\n" * 11_000, RefusalReason.HEADER_TOO_LARGE),
        (b"From: a@x.example\r\n" + b"X:\r\n" * 1_001 + b"\r\n", RefusalReason.HEADER_TOO_LARGE),
        (
            b"From: a@x.example\r\nSubject: " + b"x" * 999 + b"\r\n\r\n",
            RefusalReason.SUBJECT_TOO_LONG,
        ),
    ],
)
def test_a_header_that_two_readers_could_read_differently_is_refused(
    raw: bytes, reason: RefusalReason
) -> None:
    assert refusal_of(raw) is reason


def test_headers_of_just_under_64_kb_are_taken() -> None:
    fields = "".join(f"X-{n}: {'y' * 985}\r\n" for n in range(65))
    raw = f"From: a@x.example\r\n{fields}\r\nHello".encode()
    assert 64_000 < len(raw) < 65_536
    assert parse_message(raw).content.text == "Hello"


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("a@x.example", "a@x.example"),
        ("<a@x.example>", "a@x.example"),
        ("Ann <a@x.example>", "a@x.example"),
        ('"Ann, <b@y.example>" <a@x.example>', "a@x.example"),
        ("=?utf-8?q?b=40y.example=2C?= <a@x.example>", "a@x.example"),
        ("a@x.example (Ann (really), b@y.example)", "a@x.example"),
        ("(b@y.example) Ann <a@x.example> (x)", "a@x.example"),
        ("<@relay.example,@r2.example:a@x.example>", "a@x.example"),
        ("Team: a@x.example;", "a@x.example"),
        ('"a b"@x.example', '"a b"@x.example'),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("Ann\r\n\t<a@x.example>", "a@x.example"),
        ("Jörg <jörg@bücher.example>", "jörg@bücher.example"),
        ("Dr. O'Neil <o'neil+x@x.example>", "o'neil+x@x.example"),
        ("a@x.example,", "a@x.example"),
    ],
)
def test_the_one_address_of_from_is_found(value: str, address: str) -> None:
    raw = f"From: {value}\r\n\r\nHello".encode()
    assert parse_message(raw).headers.from_address == address


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?utf-8?q?Caf=C3=A9?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k=?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k?=", "Café"),
        ("=?iso-8859-1?q?Caf=E9?= =?utf-8?q?_=E2=82=AC?=", "Café €"),
        ("=?utf-8?b?8J+Y?= =?utf-8?b?gA==?=", "😀"),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        ("a=?utf-8?q?b?=c", "abc"),
        ("=?utf-8?q?with spaces?=", "with spaces"),
        ("=?utf-8?q?why??=", "why?"),
        ("=?iso-2022-jp?b?GyRCRnxLXDhsGyhC?=", "日本語"),
        ("=?gb2312?b?1tDOxA==?=", "中文"),
        ("=?x-unknown?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?q?Caf=E9?=", "Café"),
        ("=?utf-8?x?Caf?=", "=?utf-8?x?Caf?="),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("Café", "Café"),
        ("  spaced   out ", "spaced out"),
        ("=?utf-8?q?tab=09and=1Bescape?=", "tab andescape"),
        ("=?utf-8?q??=", None),
    ],
)
def test_a_subject_is_decoded_however_it_was_written(value: str, subject: str | None) -> None:
    parsed = read("x", f"Subject: {value}")
    assert parsed.content.subject == subject
    assert parsed.headers.subject == subject


def test_a_subject_in_raw_latin_1_is_read() -> None:
    raw = b"From: a@x.example\r\nSubject: Caf\xe9\r\n\r\n"
    assert parse_message(raw).content.subject == "Café"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0000", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("20 Nov 2026 10:00 -0130 (local)", datetime(2026, 11, 20, 11, 30, tzinfo=UTC)),
        ("Fri, 20 Nov 26 05:00:00 EST", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 10:00:60 GMT", datetime(2026, 11, 20, 10, 0, 59, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 10:00:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("Fri, 31 Nov 2026 10:00:00 +0000", None),
        ("1 Jan 0001 00:00:00 +2359", None),
        ("1 Jan 2026 00:00:00 +9999", None),
        ("1 Foo 2026 00:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read_or_left_out(value: str, date: datetime | None) -> None:
    assert read("x", f"Date: {value}").headers.date == date


@pytest.mark.parametrize(
    "value",
    [
        "=?a?q?" * 10_000,
        "=?utf-8?q?" + "x" * 60_000,
        "?" * 60_000,
        "=?utf-8?q?a?= " * 4_000,
        "\\" * 60_000,
        "(" * 60_000,
        '"' * 60_001,
        "<" * 60_000,
        "a," * 30_000,
        " \r\n" * 20_000,
        ";" * 60_000,
        "a=" * 30_000,
    ],
    ids=range(12),
)
@pytest.mark.parametrize(
    "name", ["Subject", "To", "From", "Content-Type", "Content-Disposition", "Date"]
)
def test_no_header_takes_long_to_read(name: str, value: str) -> None:
    raw = f"{name}: {value}\r\n\r\nHello".encode()
    if name != "From":
        raw = b"From: a@x.example\r\n" + raw
    started = time.process_time()
    with contextlib.suppress(SubmissionRefused):
        parse_message(raw)
    assert time.process_time() - started < 2
