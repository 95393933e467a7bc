"""What policy refuses by mail, with its code, its sentence and its audit row."""

import asyncio
import errno

import pytest
from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import letter

from licorne.adapters.blobs import disk

PATIENT = "2125550123@secure.text"


async def test_who_has_stopped_texts_is_not_texted(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250
        async with mail.installed.as_owner() as owner:
            await owner.execute("UPDATE contact SET opted_out_at = now()")
        await client.ask(f"MAIL FROM:<{mail.address}>")
        answer = await client.ask(f"RCPT TO:<{PATIENT}>")
        assert (answer.code, answer.enhanced) == (550, "5.7.1")
        assert "asked not to be texted" in answer.text


async def test_who_stops_texts_between_rcpt_and_the_end_is_not_texted(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250
        assert (await client.envelope(mail.address, PATIENT, "2125550124@secure.text")).code == 354
        async with mail.installed.as_owner() as owner:
            await owner.execute("UPDATE contact SET opted_out_at = now()")
        client.write(letter(mail.address) + b"\r\n.\r\n")
        answer = await client.reply()
        assert (answer.code, answer.enhanced) == (550, "5.7.1")
    assert await mail.count() == 1
    assert "member:message:refused (opted_out)" in await mail.audit_tags()


async def test_the_message_after_the_quota_waits_for_tomorrow(mail: MailServer):
    # Threat 20: message 1,001 of 1,000.
    async with mail.installed.as_owner() as owner:
        await owner.execute("UPDATE organization SET daily_quota = 1000")
        await owner.execute(
            "INSERT INTO quota_use (organization_id, day, used) VALUES"
            " ($1, (now() AT TIME ZONE 'UTC')::date, 999)",
            mail.installed.organization,
        )
    async with mail.signed_in() as client:
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250
        await client.ask(f"MAIL FROM:<{mail.address}>")
        answer = await client.ask(f"RCPT TO:<{PATIENT}>")
        assert (answer.code, answer.enhanced) == (452, "4.7.1")
        assert "tomorrow" in answer.text


async def test_messages_at_once_do_not_share_the_last_place_of_a_quota(mail: MailServer):
    async with mail.installed.as_owner() as owner:
        await owner.execute("UPDATE organization SET daily_quota = 4")
    async with mail.signed_in() as client:
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250

    async def one() -> int:
        async with mail.signed_in() as client:
            if (await client.ask(f"MAIL FROM:<{mail.address}>")).code != 250:
                return 0
            if (answer := await client.ask(f"RCPT TO:<{PATIENT}>")).code != 250:
                return answer.code
            await client.ask("DATA")
            client.write(letter(mail.address) + b"\r\n.\r\n")
            return (await client.reply()).code

    codes = await asyncio.gather(*(one() for _ in range(8)))
    assert sorted(codes) == [250] * 3 + [452] * 5
    assert await mail.count("delivery") == 4


async def test_a_file_that_could_run_is_refused_and_named_by_its_type(mail: MailServer):
    message = "\r\n".join(
        [
            f"From: {mail.address}",
            "Subject: An update",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=b",
            "",
            "--b",
            "",
            "text",
            "--b",
            'Content-Disposition: attachment; filename="Mrs Miller biopsy.exe"',
            "",
            "MZ",
            "--b--",
        ]
    ).encode()
    async with mail.signed_in() as client:
        answer = await client.send(mail.address, PATIENT, message)
        assert (answer.code, answer.enhanced) == (554, "5.7.1")
        assert ".exe" in answer.text
        assert "Miller" not in answer.text
        assert "biopsy" not in answer.text
    assert "member:message:refused (attachment_type)" in await mail.audit_tags()


async def test_an_empty_message_is_refused(mail: MailServer):
    async with mail.signed_in() as client:
        empty = f"From: {mail.address}\r\nTo: {PATIENT}\r\n\r\n\r\n".encode()
        answer = await client.send(mail.address, PATIENT, empty)
        assert (answer.code, answer.enhanced) == (554, "5.6.0")


async def test_who_is_suspended_while_signed_in_sends_nothing_more(mail: MailServer):
    async with mail.signed_in() as client:
        async with mail.installed.as_owner() as owner:
            await owner.execute("UPDATE member SET suspended_at = now()")
        await client.ask(f"MAIL FROM:<{mail.address}>")
        answer = await client.ask(f"RCPT TO:<{PATIENT}>")
        assert (answer.code, answer.enhanced) == (550, "5.7.1")
        assert "suspended" in answer.text


async def test_a_database_that_is_away_is_a_reason_to_try_again(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.envelope(mail.address, PATIENT)).code == 354
        async with mail.installed.as_owner() as owner:
            await owner.execute("ALTER TABLE delivery RENAME TO gone")
        client.write(letter(mail.address) + b"\r\n.\r\n")
        answer = await client.reply()
        assert (answer.code, answer.enhanced) == (451, "4.3.0")
        async with mail.installed.as_owner() as owner:
            await owner.execute("ALTER TABLE gone RENAME TO delivery")
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250
    assert await mail.count() == 1


async def test_a_full_disk_is_a_reason_to_try_again(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
):
    boundary = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    file = (
        "Content-Disposition: attachment; filename=scan.jpg\r\n\r\n" + ("x" * 76 + "\r\n") * 2_000
    )
    message = f"From: {mail.address}\r\n{boundary}{file}--b--".encode()

    def no_room(_handle: int, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    async with mail.signed_in() as client:
        with monkeypatch.context() as full:
            full.setattr(disk, "write_all", no_room)
            answer = await client.send(mail.address, PATIENT, message)
            assert (answer.code, answer.enhanced) == (452, "4.3.1")
        assert await mail.count() == 0
        assert (await client.send(mail.address, PATIENT, message)).code == 250
    blobs = mail.installed.home.blobs
    assert list((blobs / "incoming").iterdir()) == []
    assert len([path for path in blobs.rglob("*") if path.is_file()]) == 1


async def test_no_reply_and_no_audit_row_quotes_what_was_written(mail: MailServer):
    secret = "canary-of-the-content"
    async with mail.signed_in() as client:
        said = []
        for message in (
            letter(mail.address, secret, f"X-Note: {secret}"),
            letter(f"{secret}@elsewhere.example", secret),
            letter(mail.address, secret) + b"\0",
            f"Subject: {secret}\r\n\r\n{secret}".encode(),
        ):
            answer = await client.send(mail.address, PATIENT, message)
            said.append(answer.text)
    async with mail.installed.as_owner() as owner:
        rows = await owner.fetch("SELECT audit_event::text AS row FROM audit_event")
    everything = " ".join(said + [row["row"] for row in rows])
    assert len(said) == 4
    assert secret not in everything
    assert "2125550123" not in everything
