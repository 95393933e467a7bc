"""Every queue, line, wait and size has an end, and reaching it hurts nobody else."""

import asyncio
import socket
from dataclasses import replace

from tests.edges.submission.mail_server import mail_server
from tests.support.installation import Installed
from tests.support.smtp_client import HungUp, SmtpClient, letter

from licorne.edges.submission.limits import SubmissionLimits

PATIENT = "2125550123@secure.text"
SMALL = SubmissionLimits(
    message=20_000,
    command_line=512,
    recipients=3,
    messages_per_connection=2,
    bad_commands=3,
)


async def test_a_message_over_the_size_is_refused_whatever_was_announced(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.signed_in() as client:
        assert "SIZE 20000" in (await client.ask("EHLO again")).lines
        answer = await client.ask(f"MAIL FROM:<{mail.address}> SIZE=20001")
        assert (answer.code, answer.enhanced) == (552, "5.3.4")
        # Announced as less, or not at all, in one piece and in many.
        body = letter(mail.address, "x" * 70 + "\r\n") + b"y" * 20_000
        for drip in (len(body), 1_000):
            assert (await client.ask("RSET")).code == 250
            assert (await client.ask(f"MAIL FROM:<{mail.address}> SIZE=100")).code == 250
            assert (await client.ask(f"RCPT TO:<{PATIENT}>")).code == 250
            assert (await client.ask("DATA")).code == 354
            for start in range(0, len(body), drip):
                client.write(body[start : start + drip])
                await client.writer.drain()
                await asyncio.sleep(0)
            client.write(b"\r\n.\r\n")
            answer = await client.reply()
            assert (answer.code, answer.enhanced) == (552, "5.3.4")
        assert await mail.count() == 0


async def test_a_message_of_just_the_size_is_taken(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.signed_in() as client:
        head = letter(mail.address, "")
        body = head + b"z" * (20_000 - len(head) - 2)
        assert (await client.send(mail.address, PATIENT, body)).code == 250


async def test_the_recipient_too_many_is_put_off_and_the_others_get_it(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.signed_in() as client:
        await client.ask(f"MAIL FROM:<{mail.address}>")
        for number in range(3):
            assert (await client.ask(f"RCPT TO:<212555012{number}@secure.text>")).code == 250
        answer = await client.ask(f"RCPT TO:<{PATIENT}>")
        assert (answer.code, answer.enhanced) == (452, "4.5.3")
        assert (await client.ask("DATA")).code == 354
        client.write(letter(mail.address) + b"\r\n.\r\n")
        assert (await client.reply()).code == 250
        assert await mail.count("delivery") == 3


async def test_a_line_too_long_is_dropped_whole(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.encrypted() as client:
        for size in (513, 5_000, 300_000):
            answer = await client.ask(b"NOOP " + b"x" * size)
            assert (answer.code, answer.text) == (500, "5.5.2 That line is too long")
        assert (await client.ask("NOOP " + "x" * 500)).code == 250


async def test_a_bare_line_feed_ends_no_command(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.encrypted() as client:
        client.write(b"NOOP\n")
        assert (await client.reply()).code == 500
        assert (await client.ask("NOOP")).code == 250


async def test_nonsense_is_listened_to_only_so_long(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.plain() as client:
        codes = [(await client.ask("GET / HTTP/1.1")).code for _ in range(4)]
        assert codes == [500, 500, 500, 421]
        assert await client.hung_up()


async def test_a_connection_takes_only_so_many_messages(installation: Installed):
    async with mail_server(installation, SMALL) as mail, mail.signed_in() as client:
        for _ in range(2):
            assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250
        assert (await client.ask(f"MAIL FROM:<{mail.address}>")).code == 421
        assert await client.hung_up()


async def test_who_does_not_sign_in_in_time_is_sent_away(installation: Installed):
    limits = SubmissionLimits(sign_in_deadline=0.5)
    async with mail_server(installation, limits) as mail:
        async with mail.plain() as silent:
            assert (await silent.reply()).code == 421
            assert await silent.hung_up()
        async with mail.encrypted() as talkative:  # talking about other things doesn't help
            try:
                for _ in range(200):
                    assert (await talkative.ask("NOOP")).code in {250, 421}
                    await asyncio.sleep(0.01)
            except (HungUp, ConnectionError):
                return
            raise AssertionError("never sent away")


async def test_who_says_nothing_for_too_long_is_sent_away(installation: Installed):
    limits = SubmissionLimits(command_deadline=0.4)
    async with mail_server(installation, limits) as mail, mail.signed_in() as client:
        client.write(b"NOO")  # half a line is nothing
        answer = await client.reply()
        assert (answer.code, answer.enhanced) == (421, "4.4.2")
        assert await client.hung_up()


async def test_a_message_that_stops_coming_is_given_up(installation: Installed):
    limits = SubmissionLimits(data_idle_deadline=0.4)
    async with mail_server(installation, limits) as mail, mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        client.write(letter(mail.address))
        assert (await client.reply()).code == 421
        assert await client.hung_up()
        assert await mail.count() == 0


async def test_a_message_that_drips_for_ever_is_given_up(installation: Installed):
    limits = SubmissionLimits(data_idle_deadline=10, data_deadline=0.6)
    async with mail_server(installation, limits) as mail, mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        said = asyncio.ensure_future(client.reply())
        for _ in range(500):
            if said.done():
                break
            client.write(b"drip\r\n")
            await asyncio.sleep(0.01)
        assert (await said).code == 421


async def test_bytes_in_flight_are_counted_over_all_connections(installation: Installed):
    limits = SubmissionLimits(bytes_in_flight=50_000)
    async with (
        mail_server(installation, limits) as mail,
        mail.signed_in() as first,
        mail.signed_in() as second,
    ):
        body = letter(mail.address, ("x" * 70 + "\r\n") * 450)  # 32 KB
        assert (await first.envelope(mail.address, PATIENT)).code == 354
        first.write(body)
        await first.writer.drain()
        assert (await first_bytes_arrived(mail.server)) > 30_000
        answer = await second.send(mail.address, PATIENT, body)
        assert (answer.code, answer.enhanced) == (452, "4.3.1")
        first.write(b"\r\n.\r\n")
        assert (await first.reply()).code == 250
        # What was in flight is given back, also by who was refused or hung up.
        assert (await second.send(mail.address, PATIENT, body)).code == 250
        async with mail.signed_in() as third:
            assert (await third.envelope(mail.address, PATIENT)).code == 354
            third.write(body)
            await third.writer.drain()
            assert (await first_bytes_arrived(mail.server)) > 30_000
        await nothing_in_flight(mail.server)
        assert (await second.send(mail.address, PATIENT, body)).code == 250


async def first_bytes_arrived(server: object, enough: int = 30_000) -> int:
    in_flight = server._in_flight  # type: ignore[attr-defined]
    async with asyncio.timeout(10):
        while in_flight._now < enough:
            await asyncio.sleep(0.005)
    return in_flight._now


async def nothing_in_flight(server: object) -> None:
    async with asyncio.timeout(10):
        while server._in_flight._now:  # type: ignore[attr-defined]
            await asyncio.sleep(0.005)


async def test_connections_too_many_are_asked_to_come_back(installation: Installed):
    async with (
        mail_server(installation, SubmissionLimits(connections=2)) as mail,
        mail.plain(),
        mail.encrypted(),
    ):
        async with SmtpClient.connected(mail.port) as third:
            answer = await third.reply()
            assert (answer.code, answer.enhanced) == (421, "4.3.2")
            assert await third.hung_up()
        async with SmtpClient.connected(mail.tls_port, mail.client_tls()) as third:
            assert (await third.reply()).code == 421


async def test_one_address_can_not_take_all_connections(installation: Installed):
    limits = SubmissionLimits(connections_per_address=1)
    async with mail_server(installation, limits) as mail:
        async with mail.plain():
            async with SmtpClient.connected(mail.port) as second:
                assert (await second.reply()).code == 421
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", mail.port, local_addr=("127.0.0.2", 0)
            )
            assert (await SmtpClient(reader, writer).reply()).code == 220
            writer.close()
        async with asyncio.timeout(5):  # and who left makes room
            while mail.server._per_address["127.0.0.1"]:
                await asyncio.sleep(0.005)
        async with mail.plain():
            pass


async def test_who_never_reads_the_answers_is_cut_off(installation: Installed):
    limits = replace(SubmissionLimits(), send_deadline=0.5)
    async with mail_server(installation, limits) as mail:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, ("127.0.0.1", mail.port))
        with sock:
            flood = b"EHLO x\r\n" * 1000
            async with asyncio.timeout(20):
                try:
                    while True:
                        await loop.sock_sendall(sock, flood)
                except ConnectionError:
                    pass
        async with asyncio.timeout(5):
            while mail.server._conversations:
                await asyncio.sleep(0.005)
