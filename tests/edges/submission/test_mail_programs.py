"""swaks, msmtp, Python's smtplib and nodemailer send what was written, and tell what is refused.

Opened with the member's key: what was sealed is what was written.
"""

import asyncio
import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

import pytest
from tests.edges.submission.mail_programs import (
    PATIENT,
    msmtp,
    nodemailer,
    smtplib_program,
    swaks,
)
from tests.edges.submission.mail_server import MailServer

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000"
    "00020001e221bc330000000049454e44ae426082"
)
BOTH_WAYS = pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])


@BOTH_WAYS
async def test_swaks(mail: MailServer, tmp_path: Path, implicit: bool):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 500)
    status, said = await swaks(
        mail,
        *("--header", "Subject: Your visit", "--body", "Please come at nine.\nBring your card."),
        *("--attach-type", "application/pdf", "--attach", f"@{scan}"),
        implicit=implicit,
    )
    assert status == 0, said
    (message,) = await mail.opened()
    assert message.subject == "Your visit"
    assert message.text == "Please come at nine.\nBring your card."
    (file,) = message.files
    assert (file.filename, file.content_type) == ("scan.pdf", "application/pdf")
    assert file.content == scan.read_bytes()


async def test_swaks_signs_in_by_either_mechanism_and_pipelines(mail: MailServer):
    for mechanism in ("PLAIN", "LOGIN"):
        status, said = await swaks(mail, "--auth", mechanism, "--pipeline", "--body", mechanism)
        assert status == 0, said
    assert [message.text for message in await mail.opened()] == ["PLAIN", "LOGIN"]


async def test_swaks_shows_why_a_number_is_refused(mail: MailServer):
    status, said = await swaks(mail, "--to", "911@secure.text")
    assert status != 0
    assert "550 5.1.3" in said


async def test_swaks_shows_why_a_password_is_refused(mail: MailServer):
    status, said = await swaks(mail, "--auth-password", "wrong")
    assert status != 0
    assert "535 5.7.8" in said


@BOTH_WAYS
async def test_msmtp(mail: MailServer, tmp_path: Path, implicit: bool):
    letter = (
        f"From: {mail.address}\nTo: {PATIENT}, 2125550124@secure.text\nSubject: From a script\n"
        "\nFirst line\n.\n..\nLast line\n"
    ).encode()
    status, said = await msmtp(mail, letter, "-t", folder=tmp_path, implicit=implicit)
    assert status == 0, said
    (message,) = await mail.opened()
    assert message.subject == "From a script"
    assert message.text == "First line\n.\n..\nLast line"
    assert await mail.count("delivery") == 2


async def test_msmtp_tells_of_another_persons_address(mail: MailServer, tmp_path: Path):
    letter = f"From: bob@riverbend.example\nTo: {PATIENT}\n\nHello\n".encode()
    status, said = await msmtp(
        mail, letter, "-f", "bob@riverbend.example", PATIENT, folder=tmp_path
    )
    assert status != 0
    assert "your own address" in said
    assert await mail.count() == 0


@BOTH_WAYS
async def test_nodemailer(mail: MailServer, implicit: bool):
    status, said = await nodemailer(
        mail,
        {
            "subject": "Ihre Ergebnisse – Ñandú 😀",
            "text": "Grüße aus der Praxis 😀",
            "html": '<p>Grüße <b>aus</b> der Praxis 😀 <img src="cid:logo"></p>',
            "attachments": [
                {
                    "filename": "Überweisung für Frau Müller – 東京.txt",
                    "content": "Befund",
                    "contentType": "text/plain",
                },
                {
                    "filename": "logo.png",
                    "cid": "logo",
                    "content": PIXEL.hex(),
                    "encoding": "hex",
                    "contentType": "image/png",
                },
            ],
        },
        implicit=implicit,
    )
    assert status == 0, said
    assert said.startswith("250")
    (message,) = await mail.opened()
    assert message.subject == "Ihre Ergebnisse – Ñandú 😀"
    assert message.text == "Grüße aus der Praxis 😀"
    assert message.html is not None
    assert "<b>aus</b>" in message.html
    logo, letter = message.files
    assert (letter.filename, letter.content) == (
        "Überweisung für Frau Müller – 東京.txt",
        b"Befund",
    )
    assert (logo.inline, logo.content_id, logo.content) == (True, "logo", PIXEL)


async def test_nodemailer_shows_the_sentence_of_a_refusal(mail: MailServer):
    status, said = await nodemailer(mail, {"to": "310-555-CALL@secure.text", "text": "Hello"})
    assert status == 1
    assert "550 5.1.3" in said


@BOTH_WAYS
async def test_smtplib(mail: MailServer, implicit: bool):
    message = EmailMessage()
    message["From"] = Address("Dr. Alice Moreau", addr_spec=mail.address)
    message["To"] = [Address("Patient", addr_spec=PATIENT)]
    message["Subject"] = "Résultats " + "très " * 40 + "longs"
    message.set_content("Voilà.\n\n-- \nDr. Moreau", charset="iso-8859-15", cte="quoted-printable")
    message.add_alternative("<p>Voilà.</p>", subtype="html")
    content = bytes(range(256)) * 4000  # a megabyte, for the blob store
    message.add_attachment(content, maintype="image", subtype="jpeg", filename="x" * 90 + "é.jpg")

    def send() -> None:
        with smtplib_program(mail, implicit=implicit) as program:
            assert program.send_message(message) == {}

    await asyncio.to_thread(send)
    (opened,) = await mail.opened()
    assert opened.subject == message["Subject"]
    assert opened.text == "Voilà.\n\n-- \nDr. Moreau"
    assert opened.html is not None
    (file,) = opened.files
    assert (file.filename, file.content) == ("x" * 90 + "é.jpg", content)


async def test_smtplib_tells_recipients_apart(mail: MailServer):
    message = EmailMessage()
    message["From"] = mail.address
    message.set_content("Hello")

    def send() -> dict[str, tuple[int, bytes]]:
        with smtplib_program(mail) as program:
            return program.send_message(
                message, to_addrs=[PATIENT, "911@secure.text", "bob@elsewhere.example"]
            )

    refused = await asyncio.to_thread(send)
    assert {address: code for address, (code, _) in refused.items()} == {
        "911@secure.text": 550,
        "bob@elsewhere.example": 550,
    }
    assert await mail.count("delivery") == 1


async def test_smtplib_with_smtputf8(mail: MailServer):
    message = EmailMessage()
    message["From"] = mail.address
    message["To"] = "٢١٢٥٥٥٠١٢٣@secure.text"
    message["Subject"] = "مرحبا"
    message.set_content("نتائجك", cte="8bit")

    def send() -> None:
        with smtplib_program(mail) as program:
            program.sendmail(
                mail.address,
                ["٢١٢٥٥٥٠١٢٣@secure.text"],
                message.as_bytes(policy=SMTPUTF8),
                mail_options=["SMTPUTF8", "BODY=8BITMIME"],
            )

    await asyncio.to_thread(send)
    (opened,) = await mail.opened()
    assert (opened.subject, opened.text) == ("مرحبا", "نتائجك")


async def test_smtplib_sends_many_over_one_connection(mail: MailServer):
    def send() -> None:
        with smtplib_program(mail) as program:
            for number in range(20):
                message = EmailMessage()
                message["From"] = mail.address
                message.set_content(f"Number {number}")
                program.send_message(message, to_addrs=[PATIENT])

    await asyncio.to_thread(send)
    assert {message.text for message in await mail.opened()} == {
        f"Number {number}" for number in range(20)
    }


async def test_smtplib_learns_of_a_wrong_password(mail: MailServer):
    def send() -> int:
        program = smtplib.SMTP_SSL("localhost", mail.tls_port, context=mail.client_tls())
        with program:
            try:
                program.login(mail.address, "wrong")
            except smtplib.SMTPAuthenticationError as problem:
                return problem.smtp_code
        return 0

    assert await asyncio.to_thread(send) == 535
