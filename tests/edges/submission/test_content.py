"""What desktop mail programs write is sealed as it was meant."""

import base64

from tests.edges.submission.mail_server import MailServer, Opened
from tests.support.smtp_client import SmtpClient

PATIENT = "2125550123@secure.text"


async def _send(client: SmtpClient, mail: MailServer, *lines: str) -> None:
    message = "\r\n".join([f"From: Dr. Moreau <{mail.address}>", f"To: {PATIENT}", *lines])
    answer = await client.send(mail.address, PATIENT, message.encode())
    assert answer.code == 250, answer


async def _sent(mail: MailServer, *lines: str) -> Opened:
    async with mail.signed_in() as client:
        await _send(client, mail, *lines)
    return (await mail.opened())[-1]


async def test_format_flowed_becomes_paragraphs(mail: MailServer):
    message = await _sent(
        mail,
        "Subject: Flowed",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        "",
        "This is one long paragraph that the mail program broke ",
        "over two lines.",
        "",
        "> quoted text that ",
        "> goes on",
        "-- ",
        "Dr. Moreau",
    )
    assert message.text == (
        "This is one long paragraph that the mail program broke over two lines.\n\n"
        "> quoted text that goes on\n-- \nDr. Moreau"
    )


async def test_charsets_and_encoded_words(mail: MailServer):
    cyrillic = "Здравствуйте"
    message = await _sent(
        mail,
        "Subject: =?koi8-r?B?" + base64.b64encode(cyrillic.encode("koi8-r")).decode() + "?=",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=windows-1251",
        "Content-Transfer-Encoding: base64",
        "",
        base64.b64encode(cyrillic.encode("windows-1251")).decode(),
    )
    assert (message.subject, message.text) == (cyrillic, cyrillic)


async def test_names_of_files_in_every_spelling(mail: MailServer):
    spellings = {
        "filename*=utf-8''B%C3%A9fund%20%E2%82%AC.pdf": "Béfund €.pdf",  # RFC 2231
        "filename*0*=utf-8''R%C3%A9; filename*1=sultat; filename*2=.pdf": "Résultat.pdf",
        'filename="=?utf-8?Q?B=C3=A9fund.pdf?="': "Béfund.pdf",  # RFC 2047, where it may not be
        'filename="../../etc/pass\\"wd.pdf"': "pass_wd.pdf",
    }
    lines = [
        "Subject: Files",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "See the files.",
    ]
    for spelling in spellings:
        lines += [
            "--b",
            "Content-Type: application/pdf",
            f"Content-Disposition: attachment; {spelling}",
            "",
            "%PDF",
        ]
    message = await _sent(mail, *lines, "--b--")
    assert message.text == "See the files."
    names = [file.filename for file in message.files]
    assert names[:3] == list(spellings.values())[:3]
    assert "/" not in names[3]
    assert not names[3].startswith(".")


async def test_html_with_its_pictures_as_outlook_and_apple_mail_nest_them(mail: MailServer):
    picture = base64.b64encode(b"\x89PNG picture").decode()
    message = await _sent(
        mail,
        "Subject: Nested",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="outer"',
        "",
        "--outer",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "The plain words",
        "--outer",
        'Content-Type: multipart/related; boundary="inner"',
        "",
        "--inner",
        "Content-Type: text/html; charset=utf-8",
        "",
        '<p>The <b>formatted</b> words <img src="cid:pic@example"></p>',
        "--inner",
        "Content-Type: image/png",
        "Content-ID: <pic@example>",
        "Content-Disposition: inline; filename=pic.png",
        "Content-Transfer-Encoding: base64",
        "",
        picture,
        "--inner--",
        "--outer--",
    )
    assert message.text == "The plain words"
    assert message.html is not None
    assert "<b>formatted</b>" in message.html
    (file,) = message.files
    assert (file.inline, file.content_id, file.content) == (True, "pic@example", b"\x89PNG picture")


async def test_a_signed_message_keeps_its_words_and_its_signature(mail: MailServer):
    message = await _sent(
        mail,
        "Subject: Signed",
        "MIME-Version: 1.0",
        "Content-Type: multipart/signed; boundary=s; micalg=sha-256;"
        " protocol=application/pkcs7-signature",
        "",
        "--s",
        "Content-Type: text/plain",
        "",
        "Signed words",
        "--s",
        "Content-Type: application/pkcs7-signature; name=smime.p7s",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename=smime.p7s",
        "",
        "AAAA",
        "--s--",
    )
    assert message.text == "Signed words"


async def test_no_recipient_learns_of_another(mail: MailServer):
    # To, Cc and Bcc of the mail are for the practice's program; nothing of them is sealed.
    async with mail.signed_in() as client:
        lines = [
            f"From: {mail.address}",
            "To: 2125550123@secure.text, 2125550124@secure.text",
            "Cc: bob@riverbend.example",
            "Bcc: 2125550125@secure.text",
            "Subject: Hello",
            "",
            "Hello",
        ]
        await client.envelope(mail.address, *(f"212555012{n}@secure.text" for n in (3, 4, 5)))
        client.write("\r\n".join(lines).encode() + b"\r\n.\r\n")
        assert (await client.reply()).code == 250
    (message,) = await mail.opened()
    assert "212555" not in repr(message.content.body)
    assert "bob@" not in repr(message.content.body)
