"""Mail that is built to hurt is answered in time, and nobody else notices (threat 29)."""

import asyncio

from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import letter

PATIENT = "2125550123@secure.text"
MULTIPART = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"


def _bombs(sender: str) -> dict[str, bytes]:
    head = f"From: {sender}\r\nSubject: bomb\r\n"
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n"
        for depth in range(5_000)
    )
    bombs = {
        "200,000 parts": head + MULTIPART + "--b\r\n\r\nx\r\n" * 200_000 + "--b--\r\n",
        "5,000 levels": head + "MIME-Version: 1.0\r\n" + nested,
        "a subject of 280 KB": f"From: {sender}\r\nSubject: {'=?utf-8?q?a?= ' * 20_000}\r\n\r\nx",
        "a header of 10,000 fields": head + "X-A: b\r\n" * 10_000 + "\r\nx",
        "a parameter in 20,000 pieces": head
        + "MIME-Version: 1.0\r\nContent-Type: text/plain;"
        + "".join(f'\r\n name*{piece}="x";' for piece in range(20_000))
        + "\r\n\r\nx",
        "an HTML of 50,000 tags": head
        + "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
        + "<div>" * 50_000,
    }
    return {name: text.encode() for name, text in bombs.items()}


async def test_bombs_are_answered_and_others_served_meanwhile(mail: MailServer):
    async with mail.signed_in() as attacker, mail.signed_in() as colleague:
        for name, bomb in _bombs(mail.address).items():
            defused = asyncio.create_task(attacker.send(mail.address, PATIENT, bomb))
            served = 0
            while not defused.done():
                async with asyncio.timeout(5):
                    answer = await colleague.send(mail.address, PATIENT, letter(mail.address))
                assert answer.code == 250, name
                served += 1
            assert served, name
            answer = await defused
            assert answer.code in {250, 451, 550, 552, 554}, (name, answer)
        # And the one who sent them is not hurt either.
        answer = await attacker.send(mail.address, PATIENT, letter(mail.address))
        assert answer.code == 250
