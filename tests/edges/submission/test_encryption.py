"""Nothing is said in the clear, and nothing said in the clear is believed (RFC 8314, RFC 3207)."""

import asyncio
import ssl

import pytest
from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import Answer, SmtpClient, letter, plain


async def test_starttls_leads_to_a_sealed_message(mail: MailServer):
    async with mail.plain() as client:
        greeting = await client.ask("EHLO client.example")
        assert "STARTTLS" in greeting.lines
        assert not any(line.startswith("AUTH") for line in greeting.lines)
        await client.start_tls(mail.client_tls())
        greeting = await client.ask("EHLO client.example")
        assert "STARTTLS" not in greeting.lines
        assert "AUTH PLAIN LOGIN" in greeting.lines
        assert (await client.sign_in(mail.address, mail.app_password)).code == 235
        answer = await client.send(mail.address, "2125550123@secure.text", letter(mail.address))
        assert (answer.code, answer.enhanced) == (250, "2.0.0")
    (message,) = await mail.opened()
    assert message.text == "Your results are in."


async def test_implicit_tls_leads_to_a_sealed_message(mail: MailServer):
    async with mail.signed_in() as client:
        answer = await client.send(mail.address, "2125550123@secure.text", letter(mail.address))
        assert answer.code == 250
        assert (await client.ask("QUIT")).code == 221
        assert await client.hung_up()
    (message,) = await mail.opened()
    assert (message.subject, message.text) == ("Results", "Your results are in.")


@pytest.mark.parametrize(
    "command",
    ["AUTH PLAIN " + plain("alice@riverbend.example", "secret"), "MAIL FROM:<a@b.example>"],
)
async def test_in_the_clear_nothing_but_encryption_is_taken(mail: MailServer, command: str):
    async with mail.plain() as client:
        assert (await client.ask("EHLO client.example")).code == 250
        answer = await client.ask(command)
        assert (answer.code, answer.enhanced) == (530, "5.7.0")
        assert "encryption" in answer.text


async def test_even_the_right_password_is_refused_in_the_clear(mail: MailServer):
    async with mail.plain() as client:
        await client.ask("EHLO client.example")
        assert (await client.sign_in(mail.address, mail.app_password)).code == 530
    assert "member:submission:authenticated" not in await mail.audit_tags()


async def test_what_was_pipelined_behind_starttls_in_the_clear_is_dropped(mail: MailServer):
    # Threat 16: an attacker on the way puts commands in front of the encrypted ones.
    async with mail.plain() as client:
        assert (await client.ask("EHLO attacker.example")).code == 250
        injected = b"STARTTLS\r\nEHLO attacker.example\r\nNOOP\r\n"
        client.write(injected)
        assert (await client.reply()).code == 220
        await client.writer.start_tls(mail.client_tls(), server_hostname="localhost")
        with pytest.raises(TimeoutError):  # nothing answers what was injected
            await asyncio.wait_for(client.reader.read(1), 0.3)
        # Nor was it obeyed: nobody has said EHLO on the encrypted connection yet.
        answer = await client.sign_in(mail.address, mail.app_password)
        assert (answer.code, answer.text) == (503, "5.5.1 Say EHLO first")


async def test_what_was_said_before_starttls_is_forgotten(mail: MailServer):
    async with mail.plain() as client:
        await client.ask("EHLO client.example")
        await client.start_tls(mail.client_tls())
        assert (await client.ask("MAIL FROM:<a@b.example>")).code == 503


async def test_what_comes_in_one_piece_with_the_end_of_the_handshake_is_kept(mail: MailServer):
    # A TLS 1.3 client may speak right behind its Finished, before the server has taken that in.
    async with mail.plain() as client:
        await client.ask("EHLO client.example")
        assert (await client.ask("STARTTLS")).code == 220
        answers = await _talk_with_the_handshake(client, mail.client_tls(), b"EHLO fast\r\n")
        assert answers.code == 250


async def _talk_with_the_handshake(
    client: SmtpClient, context: ssl.SSLContext, first: bytes
) -> Answer:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            client.write(outgoing.read())
            incoming.write(await asyncio.wait_for(client.reader.read(65536), 10))
    assert tls.version() == "TLSv1.3"
    tls.write(first)
    client.write(outgoing.read())  # Finished and the first words in one segment
    received = b""
    while not received.endswith(b"\r\n") or received.split(b"\r\n")[-2][3:4] == b"-":
        try:
            received += tls.read(65536)
        except ssl.SSLWantReadError:
            incoming.write(await asyncio.wait_for(client.reader.read(65536), 5))
    lines = received.decode().split("\r\n")[:-1]
    return Answer(int(lines[-1][:3]), tuple(line[4:] for line in lines))


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_tls_before_1_2_is_refused(mail: MailServer, implicit: bool):
    old = mail.client_tls()
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await _handshake(mail, old, implicit=implicit)


async def _handshake(mail: MailServer, context: ssl.SSLContext, *, implicit: bool) -> None:
    if implicit:
        async with SmtpClient.connected(mail.tls_port, context):
            return
    async with mail.plain() as client:
        await client.ask("EHLO client.example")
        await client.start_tls(context)


async def test_tls_1_2_is_taken(mail: MailServer):
    context = mail.client_tls()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with SmtpClient.connected(mail.tls_port, context) as client:
        assert (await client.reply()).code == 220


async def test_starttls_twice_is_refused(mail: MailServer):
    async with mail.encrypted() as client:
        assert (await client.ask("STARTTLS")).code == 503


async def test_starttls_with_words_behind_it_is_refused(mail: MailServer):
    async with mail.plain() as client:
        await client.ask("EHLO client.example")
        assert (await client.ask("STARTTLS now")).code == 501
