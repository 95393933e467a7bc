"""What the reader sees of a mail, and what becomes an attachment."""

import base64
import quopri

import pytest
from tests.edges.submission.mime.reading import mail, multipart, nested, part, read

from licorne.edges.submission.mime.parse_message import parse_message
from licorne.edges.submission.mime.parsed_submission import ParsedSubmission, Remark

PDF = base64.encodebytes(b"%PDF-1.7 \x00\xff").decode()
PNG = base64.encodebytes(b"\x89PNG\r\n\x1a\n....").decode()
BASE64 = "Content-Transfer-Encoding: base64"


def files(parsed: ParsedSubmission) -> list[str]:
    return [attachment.filename for attachment in parsed.content.attachments]


@pytest.mark.parametrize(
    ("body", "headers", "text", "remarks"),
    [
        ("Hello\n", [], "Hello", set()),
        ("", [], "", set()),
        ("a\n\n  b \n\n", [], "a\n\n  b", set()),
        ("Grüße", ["Content-Type: text/plain; charset=utf-8"], "Grüße", set()),
        (
            "Gr=C3=BC=\n=C3=9Fe =3D =XY",
            [
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: QUOTED-PRINTABLE",
            ],
            "Grüße = =XY",
            set(),
        ),
        (
            "R3LDvMOfZQ==\n",
            ["Content-Type: text/plain; charset=utf-8", BASE64],
            "Grüße",
            set(),
        ),
        (b"Gr\xfc\xdfe", ["Content-Type: text/plain; charset=iso-8859-1"], "Grüße", set()),
        (
            b"\x93Gr\xfc\xdfe\x94 \x80",
            ["Content-Type: text/plain; charset=iso-8859-1"],
            "“Grüße” €",
            set(),
        ),
        (b"Gr\xfc\xdfe", [], "Grüße", {Remark.CHARSET_GUESSED}),
        (
            b"Gr\xfc\xdfe",
            ["Content-Type: text/plain; charset=utf-8"],
            "Grüße",
            {Remark.CHARSET_GUESSED},
        ),
        ("Grüße", [], "Grüße", {Remark.CHARSET_GUESSED}),
        (
            "Grüße",
            ["Content-Type: text/plain; charset=iso-8859-1"],
            "Grüße",
            {Remark.CHARSET_GUESSED},
        ),
        (
            "Grüße",
            ["Content-Type: text/plain; charset=x-klingon"],
            "Grüße",
            {Remark.CHARSET_GUESSED},
        ),
        (
            "日本語 text \udcff bad",
            ["Content-Type: text/plain; charset=utf-8"],
            "日本語 text \ufffd bad",
            {Remark.CHARSET_GUESSED},
        ),
        (
            "日本語".encode("iso-2022-jp"),
            ["Content-Type: text/plain; charset=ISO-2022-JP"],
            "日本語",
            set(),
        ),
        (
            "日本語".encode("shift_jis"),
            ["Content-Type: text/plain; charset=Shift_JIS"],
            "日本語",
            set(),
        ),
        ("中文".encode("gbk"), ["Content-Type: text/plain; charset=gb2312"], "中文", set()),
        ("привет".encode("koi8-r"), ["Content-Type: text/plain; charset=koi8-r"], "привет", set()),
        ("café".encode("utf-16"), ["Content-Type: text/plain; charset=utf-16"], "café", set()),
        ("\ufeffHello", ["Content-Type: text/plain; charset=utf-8"], "Hello", set()),
        (
            "Hello",
            ["Content-Type: text/plain; charset=unicode_escape"],
            "Hello",
            {Remark.CHARSET_GUESSED},
        ),
        (
            "a\\x41",
            ["Content-Type: text/plain; charset=unicode_escape"],
            "a\\x41",
            {Remark.CHARSET_GUESSED},
        ),
        ("Hello", ["Content-Type: text"], "Hello", set()),
        ("Hello", ["Content-Type: ;;;"], "Hello", set()),
        ("Hello", ['Content-Type: text/plain; charset="utf-8'], "Hello", set()),
        ("Hello", ["Content-Type: text/plain (plain) ; charset=us-ascii (ASCII)"], "Hello", set()),
        ("Hello", ["Content-Type: text/plain; name=hello.txt"], "Hello", set()),
        ("Hello", ["Content-Transfer-Encoding: x-odd"], "Hello", {Remark.ENCODING_DAMAGED}),
        ("nul\x00 and \x1b[31mcolour", [], "nul and [31mcolour", set()),
        (
            "\udcff" * 3,
            ["Content-Type: text/plain; charset=utf-8"],
            "ÿÿÿ",
            {Remark.CHARSET_GUESSED},
        ),
    ],
)
def test_a_text_is_read_whatever_it_says_about_itself(
    body: str | bytes, headers: list[str], text: str, remarks: set[Remark]
) -> None:
    content = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
    parsed = read(content, *headers)
    assert parsed.content.text == text
    assert parsed.remarks == remarks
    assert parsed.content.html is None
    assert parsed.content.attachments == ()


@pytest.mark.parametrize(
    ("encoded", "decoded", "damaged"),
    [
        ("aGVsbG8=", b"hello", False),
        ("aGVs\nbG8=\n\n", b"hello", False),
        ("aGVsbG8", b"hello", True),
        ("aGVs!!b*G8=", b"hello", False),
        ("aGVsbG8=\n-- \nA list's footer", b"hello", True),
        ("aGVsbG8=aGVsbG8=", b"hellohello", True),
        ("aGVsbG8=\naGVsbG8=\n", b"hellohello", True),
        ("aGVsbG8=x", b"hello", True),
        ("====", b"", False),
        ("!!!!", b"", False),
    ],
)
def test_base64_is_read_with_junk_and_broken_padding(
    encoded: str, decoded: bytes, *, damaged: bool
) -> None:
    parsed = read(encoded, "Content-Type: application/pdf", BASE64)
    assert parsed.content.attachments[0].content.startswith(decoded)
    assert (Remark.ENCODING_DAMAGED in parsed.remarks) is damaged


def test_uuencode_is_read() -> None:
    parsed = read(
        "begin 644 x.bin\n%:&5L;&\\\n`\nend\n",
        "Content-Type: application/octet-stream; name=x.bin",
        "Content-Transfer-Encoding: x-uuencode",
    )
    assert parsed.content.attachments[0].content == b"hello"


@pytest.mark.parametrize(
    ("lines", "delsp", "text"),
    [
        ("one \ntwo \nthree", False, "one two three"),
        ("one \ntwo", True, "onetwo"),
        ("one\ntwo", False, "one\ntwo"),
        (" From me\n >no quote", False, "From me\n>no quote"),
        ("> quoted \n> on\nmine", False, "> quoted on\nmine"),
        (">> deep \n> less \nmine", False, ">> deep \n> less \nmine"),
        ("text \n-- \nAnn", False, "text \n-- \nAnn"),
        ("-- \nAnn", False, "-- \nAnn"),
        ("a \n\nb \nc", False, "a \nb c"),
        ("", False, ""),
        ("end with space ", False, "end with space"),
    ],
)
def test_format_flowed_becomes_paragraphs(lines: str, text: str, *, delsp: bool) -> None:
    flag = "; delsp=yes" if delsp else ""
    assert read(lines, f"Content-Type: text/plain; format=flowed{flag}").content.text == text


def test_the_text_is_preferred_and_the_html_kept() -> None:
    body, header = multipart(
        "alternative", part("text/plain", "Hello"), part("text/html", "<p>Hello <b>you</b></p>")
    )
    parsed = read(body, header)
    assert parsed.content.text == "Hello"
    assert parsed.content.html == "<p>Hello <b>you</b></p>"
    assert parsed.remarks == set()


@pytest.mark.parametrize("plain", ["", "  \n\n"])
def test_a_blank_text_beside_html_is_no_text(plain: str) -> None:
    body, header = multipart(
        "alternative", part("text/plain", plain), part("text/html", "<p>Hi</p>")
    )
    assert read(body, header).content.text == "Hi"


def test_html_alone_gives_a_text_that_reads_well() -> None:
    html = """<html><head><title>x</title><style>p{}</style></head><body><!-- no -->
      <h1>Your   visit</h1><p>Dear Ann,<br>see <a href="https://x.example/plan">the plan</a>,
      <a href="https://x.example">x.example</a>.</p><ul><li>one<li>two &amp; three</ul>
      <table><tr><td>Mon<td>9&nbsp;am</table><img src="cid:x" alt="Map"><script>no()</script>
      <pre>  a
  b</pre><blockquote>quoted</blockquote>1 < 2</body></html>"""
    assert read(html, "Content-Type: text/html").content.text == (
        "Your visit\n\nDear Ann,\nsee the plan (https://x.example/plan), x.example.\n\n- one\n"
        "- two & three\n\nMon 9 am\n[Map]\n\n  a\n  b\n\nquoted\n\n1 < 2"
    )


def test_html_tells_its_charset_itself_if_the_mail_does_not() -> None:
    html = b'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>' + "да".encode(
        "koi8-r"
    )
    parsed = read(html, "Content-Type: text/html")
    assert parsed.content.text == "да"


def test_a_signed_mail_is_shown_and_its_signature_kept() -> None:
    body, header = multipart(
        "signed",
        part("text/plain", "Signed words"),
        part("application/pkcs7-signature; name=smime.p7s", PDF, BASE64),
    )
    parsed = read(body, header)
    assert parsed.content.text == "Signed words"
    assert files(parsed) == ["smime.p7s"]
    assert parsed.remarks == {Remark.SIGNATURE_UNCHECKED}


@pytest.mark.parametrize(
    ("smime_type", "words", "remark"),
    [
        ("enveloped-data", "encrypted", Remark.ENCRYPTED_BY_SENDER),
        ("authEnveloped-data", "encrypted", Remark.ENCRYPTED_BY_SENDER),
        ("signed-data", "signature", Remark.SIGNATURE_UNCHECKED),
    ],
)
def test_what_smime_wraps_is_attached_and_the_text_says_so(
    smime_type: str, words: str, remark: Remark
) -> None:
    parsed = read(
        PDF,
        f"Content-Type: application/pkcs7-mime; smime-type={smime_type}; name=smime.p7m",
        BASE64,
    )
    assert words in parsed.content.text
    assert "“smime.p7m”" in parsed.content.text
    assert files(parsed) == ["smime.p7m"]
    assert parsed.remarks == {remark}


def test_what_pgp_encrypted_is_attached_and_the_text_says_so() -> None:
    body, header = multipart(
        "encrypted",
        part("application/pgp-encrypted", "Version: 1"),
        part("application/octet-stream", "-----BEGIN PGP MESSAGE-----"),
    )
    parsed = read(body, header)
    assert "“encrypted.asc”" in parsed.content.text
    assert files(parsed) == ["encrypted.asc"]
    assert parsed.remarks == {Remark.ENCRYPTED_BY_SENDER}


def test_invitations_and_winmail_are_kept() -> None:
    body, header = multipart(
        "mixed",
        nested(
            "alternative",
            part("text/plain", "Come"),
            part("text/calendar; method=REQUEST", "BEGIN:VCALENDAR"),
            boundary="i",
        ),
        part("application/ms-tnef; name=winmail.dat", PDF, BASE64),
    )
    parsed = read(body, header)
    assert parsed.content.text == "Come"
    assert files(parsed) == ["invitation.ics", "winmail.dat"]


def test_a_mail_that_was_cut_off_is_still_shown() -> None:
    body = (
        "--=_b\nContent-Type: text/plain\n\nHello\n--=_b\nContent-Type: application/pdf; name=a.pdf\n"
        + BASE64
        + "\n\naGVs"
    )
    parsed = read(body, 'Content-Type: multipart/mixed; boundary="=_b"')
    assert parsed.content.text == "Hello"
    assert parsed.content.attachments[0].content == b"hel"
    assert parsed.remarks == {Remark.STRUCTURE_DAMAGED}


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: multipart/mixed",
        "Content-Type: multipart/mixed; boundary=",
        "Content-Type: multipart/mixed; boundary=nowhere",
        f"Content-Type: multipart/mixed; boundary={'x' * 300}",
    ],
)
def test_a_multipart_without_its_boundary_is_shown_as_it_stands(header: str) -> None:
    parsed = read("Just words", header)
    assert parsed.content.text == "Just words"
    assert Remark.STRUCTURE_DAMAGED in parsed.remarks


def test_a_boundary_that_begins_like_another_is_not_taken_for_it() -> None:
    inner = nested("alternative", part("text/plain", "in"), boundary="b-inner")
    body, header = multipart("mixed", inner, part("text/plain", "--bogus\n-- b\nout"), boundary="b")
    parsed = read(body, header)
    assert parsed.content.text == "in\n\n--bogus\n-- b\nout"


def test_text_before_the_first_and_behind_the_last_boundary_is_not_shown() -> None:
    body, header = multipart("mixed", part("text/plain", "Hello"), preamble="This is MIME.\n")
    assert read(body + "epilogue", header).content.text == "Hello"


def test_a_mail_with_bare_line_feeds_is_read_the_same() -> None:
    body, header = multipart(
        "mixed", part("text/plain", "Hello"), part("text/plain; name=a.txt", "x")
    )
    raw = mail(body, header).replace(b"\r\n", b"\n")
    parsed = parse_message(raw)
    assert parsed.content.text == "Hello"
    assert parsed.content.attachments[0].content == b"x"


def test_quoted_printable_html_and_text_agree() -> None:
    html = "<p>" + "ü" * 200 + "</p>"
    body, header = multipart(
        "alternative",
        part(
            "text/html; charset=utf-8",
            quopri.encodestring(html.encode()).decode(),
            "Content-Transfer-Encoding: quoted-printable",
        ),
    )
    parsed = read(body, header)
    assert parsed.content.html == html
    assert parsed.content.text == "ü" * 200
