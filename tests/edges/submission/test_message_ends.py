"""Where a message ends, and what may not stand in it (threats 15 and 17)."""

from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import letter

PATIENT = "2125550123@secure.text"
SMUGGLED = "2125550999@secure.text"

FALSE_ENDS = {
    "LF . LF": b"\n.\n",
    "LF . CR LF": b"\n.\r\n",
    "CR LF . LF": b"\r\n.\n",
    "CR . CR": b"\r.\r",
    "CR LF . CR": b"\r\n.\r",
    "CR . CR LF": b"\r.\r\n",
    "LF . CR": b"\n.\r",
    "CR CR LF . CR CR LF": b"\r\r\n.\r\r\n",
    "CR LF NUL . CR LF": b"\r\n\0.\r\n",
    "CR LF . NUL CR LF": b"\r\n.\0\r\n",
}


def _second_message(sender: str) -> bytes:
    return (
        f"MAIL FROM:<{sender}>\r\nRCPT TO:<{SMUGGLED}>\r\nDATA\r\n".encode()
        + letter(sender, "smuggled")
        + b"\r\n.\r\n"
    )


async def test_no_other_end_smuggles_a_second_message_in(mail: MailServer):
    async with mail.signed_in() as client:
        for name, end in FALSE_ENDS.items():
            assert (await client.envelope(mail.address, PATIENT)).code == 354
            client.write(letter(mail.address, "first") + end + _second_message(mail.address))
            client.write(b"NOOP\r\n")
            answers = [(await client.reply()).code for _ in range(2)]
            assert answers == [550, 250], name
    assert await mail.count() == 0
    assert await mail.count("contact") == 0


async def test_the_true_end_does_let_a_second_message_follow(mail: MailServer):
    # So that the test above would see one.
    async with mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        client.write(letter(mail.address, "first") + b"\r\n.\r\n" + _second_message(mail.address))
        client.write(b"QUIT\r\n")
        answers = [(await client.reply()).code for _ in range(6)]
    assert answers == [250, 250, 250, 354, 250, 221]
    assert {message.text for message in await mail.opened()} == {"first", "smuggled"}


async def test_broken_line_ends_are_refused_and_the_connection_lives_on(mail: MailServer):
    async with mail.signed_in() as client:
        for broken in (b"a\nb", b"a\rb", b"a\0b", b"a\r\r\nb"):
            answer = await client.send(mail.address, PATIENT, letter(mail.address) + broken)
            assert (answer.code, answer.enhanced) == (550, "5.6.0")
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250


async def test_dots_are_unstuffed_however_the_bytes_arrive(mail: MailServer):
    text = ".one dot\r\n..two dots\r\n.\r\nlast"
    stuffed = letter(mail.address, text.replace("\r\n.", "\r\n..").replace(".one", "..one"))
    whole = stuffed + b"\r\n.\r\n"
    async with mail.signed_in() as client:
        for size in (1, 2, 3, 7, 1000):
            assert (await client.envelope(mail.address, PATIENT)).code == 354
            for start in range(0, len(whole), size):
                client.write(whole[start : start + size])
                await client.writer.drain()
            assert (await client.reply()).code == 250
    messages = await mail.opened()
    assert [message.text for message in messages] == [text.replace("\r\n", "\n")] * 5


async def test_an_end_cut_in_two_is_still_the_end(mail: MailServer):
    end = b"\r\n.\r\n"
    async with mail.signed_in() as client:
        for split in range(1, len(end)):
            assert (await client.envelope(mail.address, PATIENT)).code == 354
            client.write(letter(mail.address) + end[:split])
            await client.writer.drain()
            client.write(end[split:])
            assert (await client.reply()).code == 250


async def test_a_message_of_nothing_ends_at_once(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        client.write(b".\r\n")
        assert (await client.reply()).code >= 550
        assert await mail.count() == 0


FIELDS = [
    "Subject: =?utf-8?q?hello=0D=0ABcc:_victim@example.org?=",
    "Subject: =?utf-8?q?hello=0ABcc:_victim@example.org?=",
    "Subject: =?utf-8?q?hello=0DBcc:_victim@example.org?=",
    "Subject: =?utf-8?b?aGVsbG8NCkJjYzogdmljdGltQGV4YW1wbGUub3Jn?=",
    "X-Anything: =?iso-8859-1?Q?a=0d=0ab?=",
    "Cc: =?utf-8?q?a=0d=0aBcc:_v?= <2125550123@secure.text>",
    "Subject: =?utf-8?q?hello=00?=",
]


async def test_an_encoded_line_end_in_any_header_field_is_refused(mail: MailServer):
    async with mail.signed_in() as client:
        for field in FIELDS:
            lines = [f"From: {mail.address}", f"To: {PATIENT}", field, "", "text"]
            answer = await client.send(mail.address, PATIENT, "\r\n".join(lines).encode())
            assert answer.code in {550, 554}, field
            assert "victim" not in " ".join(answer.lines)
    assert await mail.count() == 0
