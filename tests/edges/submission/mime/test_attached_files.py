"""What the reader sees of a mail, and what becomes an attachment."""

import base64

import pytest
from tests.edges.submission.mime.reading import multipart, nested, part, read

from licorne.edges.submission.mime.parsed_submission import ParsedSubmission

PDF = base64.encodebytes(b"%PDF-1.7 \x00\xff").decode()
PNG = base64.encodebytes(b"\x89PNG\r\n\x1a\n....").decode()
BASE64 = "Content-Transfer-Encoding: base64"


def files(parsed: ParsedSubmission) -> list[str]:
    return [attachment.filename for attachment in parsed.content.attachments]


def test_files_keep_their_bytes_names_and_types() -> None:
    body, header = multipart(
        "mixed",
        part("text/plain", "See the file."),
        part("application/pdf; name=lab.pdf", PDF, BASE64, "Content-Disposition: attachment"),
        part("text/csv", "a,b\n1,2", 'Content-Disposition: attachment; filename="x.csv"'),
    )
    parsed = read(body, header)
    assert parsed.content.text == "See the file."
    pdf, csv = parsed.content.attachments
    assert (pdf.filename, pdf.content_type, pdf.content) == (
        "lab.pdf",
        "application/pdf",
        b"%PDF-1.7 \x00\xff",
    )
    assert not pdf.inline
    assert csv.content == b"a,b\r\n1,2"


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ("attachment; filename=plain.pdf", "plain.pdf"),
        ('attachment; filename="with space.pdf"', "with space.pdf"),
        ("attachment; filename=with space.pdf", "with space.pdf"),
        (r'attachment; filename="quo\"te.pdf"', "quo_te.pdf"),
        ("attachment; filename*=utf-8'de'Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        ("attachment; filename*=iso-8859-1''Gr%FC%DFe.pdf", "Grüße.pdf"),
        (
            "attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC%C3%9Fe; filename*2=.pdf",
            "Grüße.pdf",
        ),
        ('attachment; filename*1="b.pdf"; filename*0="a"', "ab.pdf"),
        ("attachment; filename=\"fallback.pdf\"; filename*=utf-8''r%C3%A9al.pdf", "réal.pdf"),
        ('attachment; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
        ('attachment; filename="=?utf-8?b?R3LDvMOf?= =?utf-8?b?ZS5wZGY=?="', "Grüße.pdf"),
        ('attachment; filename="Grüße.pdf"', "Grüße.pdf"),
        ('attachment; filename="../../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\tmp\\\\a.pdf"', "a.pdf"),
        ("attachment; filename*=utf-8''a%E2%80%AEfdp.exe", "afdp.exe"),
        ("attachment; filename*=utf-8'%FF.pdf", "utf-8'ÿ.pdf"),
        ("attachment; filename*=x''%", "%"),
        ('attachment; filename="open.pdf', "open.pdf"),
        ("attachment; filename=", "attachment-1.pdf"),
        ('attachment; filename="..."', "attachment-1.pdf"),
        ("attachment", "attachment-1.pdf"),
    ],
)
def test_a_file_name_is_read_however_it_was_written(disposition: str, filename: str) -> None:
    body, header = multipart(
        "mixed", part("application/pdf", PDF, BASE64, f"Content-Disposition: {disposition}")
    )
    assert files(read(body, header)) == [filename]


def test_files_without_a_name_get_one() -> None:
    types = [
        "image/png",
        "application/pdf",
        "text/calendar",
        "application/ms-tnef",
        "application/x-odd",
    ]
    body, header = multipart(
        "mixed", *(part(kind, "x", "Content-Disposition: attachment") for kind in types)
    )
    assert files(read(body, header)) == [
        "image-1.png",
        "attachment-2.pdf",
        "invitation.ics",
        "winmail.dat",
        "attachment-5.bin",
    ]


def test_files_of_one_name_are_kept_apart() -> None:
    file = part("text/plain", "x", "Content-Disposition: attachment; filename=a.txt")
    body, header = multipart("mixed", file, file)
    assert files(read(body, header)) == ["a.txt", "a (2).txt"]


def test_an_image_inside_the_html_is_known_by_its_id() -> None:
    related = nested(
        "related",
        part("text/html", '<p>Hi <img src="cid:logo@x"></p>'),
        part(
            "image/png",
            PNG,
            BASE64,
            "Content-ID: <logo@x>",
            "Content-Disposition: inline; filename=l.png",
        ),
        boundary="=_inner",
    )
    body, header = multipart("alternative", part("text/plain", "Hi"), related)
    parsed = read(body, header)
    assert parsed.content.text == "Hi"
    assert parsed.content.html == '<p>Hi <img src="cid:logo@x"></p>'
    (logo,) = parsed.content.attachments
    assert (logo.content_id, logo.inline, logo.content_type) == ("logo@x", True, "image/png")


def test_the_root_of_related_parts_may_stand_last() -> None:
    body, header = multipart(
        "related",
        part("image/png", PNG, BASE64, "Content-ID: <i>"),
        part("text/html", "<p>root</p>", "Content-ID: <r>"),
    )
    parsed = read(body, header.replace("related;", 'related; start="<r>";'))
    assert parsed.content.text == "root"
    assert files(parsed) == ["image-1.png"]


def test_pieces_of_text_around_a_picture_stay_one_message() -> None:
    body, header = multipart(
        "mixed",
        part("text/plain", "before"),
        part("image/jpeg; name=p.jpg", PNG, BASE64, "Content-Disposition: inline; filename=p.jpg"),
        part("text/html", "<p>after</p>"),
    )
    parsed = read(body, header)
    assert parsed.content.text == "before\n\nafter"
    assert parsed.content.html == '<div style="white-space: pre-wrap">before</div>\n<p>after</p>'
    assert files(parsed) == ["p.jpg"]


def test_the_apple_way_of_html_around_a_file() -> None:
    mixed = nested(
        "mixed",
        part("text/html", "<p>one</p>"),
        part(
            "application/pdf; name=x.pdf",
            PDF,
            BASE64,
            "Content-Disposition: inline; filename=x.pdf",
        ),
        part("text/html", "<p>two</p>"),
        boundary="=_in",
    )
    body, header = multipart("alternative", part("text/plain", "one two"), mixed)
    parsed = read(body, header)
    assert parsed.content.text == "one two"
    assert parsed.content.html == "<p>one</p>\n<p>two</p>"
    assert files(parsed) == ["x.pdf"]


def test_a_text_file_is_a_file_and_not_part_of_the_text() -> None:
    body, header = multipart(
        "mixed",
        part("text/plain", "Hello"),
        part("text/plain; name=notes.txt", "notes", "Content-Disposition: inline"),
        part("text/html", "<b>x</b>", "Content-Disposition: attachment; filename=page.html"),
    )
    parsed = read(body, header)
    assert parsed.content.text == "Hello"
    assert parsed.content.html is None
    assert files(parsed) == ["notes.txt", "page.html"]


def test_an_attached_mail_is_kept_whole_and_named_by_its_subject() -> None:
    inner = "From: eve@x.example\nSubject: =?utf-8?q?Old=3A_r=C3=A9sultat?=\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nx\n--q--\n"
    body, header = multipart("mixed", part("text/plain", "See"), part("message/rfc822", inner))
    parsed = read(body, header)
    (attached,) = parsed.content.attachments
    assert attached.filename == "Old_ résultat.eml"
    assert attached.content_type == "message/rfc822"
    assert attached.content == inner.rstrip("\n").replace("\n", "\r\n").encode() + b"\r\n"
    assert parsed.content.text == "See"


def test_a_digest_keeps_each_mail() -> None:
    body, header = multipart("digest", "\nSubject: one\n\n1", "\nSubject: two\n\n2")
    assert files(read(body, header)) == ["one.eml", "two.eml"]
