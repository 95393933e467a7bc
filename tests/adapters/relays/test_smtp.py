"""The mail relay over SMTP, against a real server: encrypted to who it should be, or not at all."""

import asyncio
import ssl
import time
from pathlib import Path

import pytest
from tests.support.mail_relay import USER, mail_relay

from licorne.adapters.relays.smtp import SmtpRelay
from licorne.domain.identity.email_address import parse_email_address
from licorne.ports.mail_relay import (
    MailInDoubt,
    MailNotTaken,
    MailTaken,
    OutgoingMail,
    RelayReason,
)

MAIL = OutgoingMail(
    id="0123456789abcdef",
    to=parse_email_address("ada@example.org"),
    subject="Une réponse vous attend",
    text="Quelqu’un a répondu.\n\n.\n.two\nhttps://text.example.org/office/mail/unread\n",
    language="fr",
)


async def test_a_mail_goes_over_starttls_as_it_was_written(tmp_path: Path):
    async with mail_relay(tmp_path) as post:
        assert await post.relay().send(MAIL) == MailTaken()
        assert await post.relay().check() is None
    (arrived,) = post.mails
    assert (arrived.to, arrived.sender) == ("ada@example.org", "licorne@practice.example")
    assert (arrived.encrypted, arrived.user) == (True, USER)
    assert arrived.message["Subject"] == MAIL.subject
    assert arrived.message["Message-ID"] == "<0123456789abcdef@practice.example>"
    assert arrived.message["Auto-Submitted"] == "auto-generated"
    assert arrived.text.replace("\r\n", "\n") == MAIL.text
    assert arrived.raw.isascii()


async def test_a_mail_goes_over_implicit_tls(tmp_path: Path):
    async with mail_relay(tmp_path, implicit=True) as post:
        assert await post.relay().check() is None
        assert await post.relay().send(MAIL) == MailTaken()
    assert [one.to for one in post.mails] == ["ada@example.org"]


@pytest.mark.parametrize("implicit", [False, True])
async def test_who_isnt_who_they_should_be_gets_neither_password_nor_mail(
    tmp_path: Path, implicit: bool
):
    async with mail_relay(tmp_path, implicit=implicit) as post:
        of_nobody_known = post.relay(authority=None)
        of_another_name = post.relay(host="127.0.0.2")  # answers, and isn’t named
        for relay in (of_nobody_known, of_another_name):
            answer = await relay.send(MAIL)
            assert isinstance(answer, MailNotTaken)
            assert answer.reason is RelayReason.BAD_CERTIFICATE
            assert not answer.is_permanent
    assert (post.mails, post.attempts) == ([], [])


async def test_a_relay_without_tls_gets_neither_password_nor_mail(tmp_path: Path):
    async with mail_relay(tmp_path, plain=True) as post:
        assert await post.relay().send(MAIL) == MailNotTaken(RelayReason.NO_TLS)
        assert await post.relay().check() == MailNotTaken(RelayReason.NO_TLS)
        answer = await post.relay(implicit_tls=True).send(MAIL)
        assert isinstance(answer, MailNotTaken)
        assert answer.reason is RelayReason.NO_TLS
    assert (post.mails, post.attempts) == ([], [])


async def test_a_relay_with_old_tls_only_gets_nothing(tmp_path: Path):
    async with mail_relay(tmp_path) as post:
        made = post.certificates
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(made.certificate, made.key)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with mail_relay(tmp_path, context=old) as post:
        answer = await post.relay().send(MAIL)
    assert isinstance(answer, MailNotTaken)
    assert answer.reason is RelayReason.NO_TLS
    assert (post.mails, post.attempts) == ([], [])


async def test_refusals_are_told_from_pleas_for_patience(tmp_path: Path):
    async with mail_relay(tmp_path) as post:
        post.refused["ada@example.org"] = "550 5.1.1 Nobody of this name"
        refused = await post.relay().send(MAIL)
        assert refused == MailNotTaken(RelayReason.REFUSED, "550")
        assert refused.is_permanent
        post.refused["ada@example.org"] = "450 4.2.0 Come back"
        assert await post.relay().send(MAIL) == MailNotTaken(RelayReason.LATER, "450")
        post.refused.clear()
        post.answers = ["451 4.3.0 Not now"]
        assert await post.relay().send(MAIL) == MailNotTaken(RelayReason.LATER, "451")
        assert await post.relay().send(MAIL) == MailTaken()
    assert len(post.mails) == 1


async def test_a_wrong_or_missing_password_is_told_and_passes(tmp_path: Path):
    async with mail_relay(tmp_path) as post:
        (tmp_path / "wrong").write_text("not it")
        answer = await post.relay(password_file=tmp_path / "wrong").check()
        assert answer == MailNotTaken(RelayReason.SIGN_IN_REFUSED, "535")
        answer = await post.relay(password_file=tmp_path / "nothing").send(MAIL)
        assert answer == MailNotTaken(RelayReason.NOT_SET_UP, "password_file")
        assert not answer.is_permanent
    assert post.mails == []


async def test_silence_after_the_last_line_leaves_it_in_doubt(tmp_path: Path):
    async with mail_relay(tmp_path) as post:
        post.hangs_up = True
        assert await post.relay().send(MAIL) == MailInDoubt()
    assert len(post.mails) == 1


async def test_a_relay_that_isnt_there_or_says_nothing_ends_within_the_deadline(tmp_path: Path):
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "localhost", 0)
    async with mail_relay(tmp_path) as post:
        gone = post.relay()
        port = server.sockets[0].getsockname()[1]
        begun = time.monotonic()
        patient = SmtpRelay(post.relay(port=port)._access, gone._clock, patience=30, deadline=0.5)
        assert await patient.send(MAIL) == MailNotTaken(RelayReason.UNREACHABLE)
        assert time.monotonic() - begun < 10
    assert await gone.send(MAIL) == MailNotTaken(RelayReason.UNREACHABLE)
    server.close()
    await server.wait_closed()
