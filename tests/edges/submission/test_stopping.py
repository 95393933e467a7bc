"""SIGTERM: what is under way is finished, and nobody is left hanging."""

import asyncio

from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import letter

PATIENT = "2125550123@secure.text"


async def test_a_message_under_way_is_finished_and_then_it_is_goodbye(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        client.write(letter(mail.address))
        await client.writer.drain()
        stopping = asyncio.ensure_future(mail.server.stop())
        await _until_refused(mail.port)  # then stopping has begun
        assert not stopping.done()
        client.write(b"\r\n.\r\n")
        assert (await client.reply()).code == 250
        answer = await client.reply()
        assert (answer.code, answer.enhanced) == (421, "4.3.2")
        assert await client.hung_up()
        await asyncio.wait_for(stopping, 1.5)
    assert len(await mail.opened()) == 1


async def _until_refused(port: int) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.01)


async def test_who_is_idle_is_told_at_once(mail: MailServer):
    async with mail.signed_in() as first, mail.plain() as second:
        await asyncio.wait_for(mail.server.stop(), 1.5)
        for client in (first, second):
            assert (await client.reply()).code == 421
            assert await client.hung_up()


async def test_who_never_finishes_is_cut_off_unacknowledged(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        client.write(letter(mail.address))
        await asyncio.wait_for(mail.server.stop(), 5)
        assert await client.hung_up()
    assert await mail.count() == 0
