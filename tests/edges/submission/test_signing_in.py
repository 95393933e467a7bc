"""App passwords over SMTP: RFC 4954, with the answers that email programs show to people."""

import asyncio
import base64

import pytest
from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import HungUp, encoded, letter, plain

from licorne.application.sending.reservations import LEASE_LASTS

STRANGER = "mallory@elsewhere.example"


async def test_plain_with_its_answer_at_once(mail: MailServer):
    async with mail.encrypted() as client:
        answer = await client.ask("AUTH PLAIN " + plain(mail.address, mail.app_password))
        assert (answer.code, answer.enhanced) == (235, "2.7.0")
    assert "member:submission:authenticated" in await mail.audit_tags()


async def test_plain_asked_for(mail: MailServer):
    async with mail.encrypted() as client:
        assert (await client.ask("AUTH PLAIN")).code == 334
        assert (await client.ask(plain(mail.address, mail.app_password))).code == 235


async def test_login_asked_for(mail: MailServer):
    async with mail.encrypted() as client:
        answer = await client.ask("AUTH LOGIN")
        assert (answer.code, base64.b64decode(answer.text)) == (334, b"Username:")
        answer = await client.ask(encoded(mail.address))
        assert (answer.code, base64.b64decode(answer.text)) == (334, b"Password:")
        assert (await client.ask(encoded(mail.app_password))).code == 235


async def test_login_with_its_user_name_at_once(mail: MailServer):
    async with mail.encrypted() as client:
        assert (await client.ask("AUTH LOGIN " + encoded(mail.address))).code == 334
        assert (await client.ask(encoded(mail.app_password))).code == 235


async def test_small_slips_of_typing_are_forgiven(mail: MailServer):
    async with mail.encrypted() as client:
        typed = mail.app_password.replace("-", " ").upper()
        assert (await client.sign_in(mail.address.upper(), typed)).code == 235


async def test_the_same_identity_in_front_is_taken_and_another_is_not(mail: MailServer):
    async with mail.encrypted() as client:
        other = plain(mail.address, mail.app_password, STRANGER)
        assert (await client.ask("AUTH PLAIN " + other)).code == 501
        same = plain(mail.address, mail.app_password, mail.address)
        assert (await client.ask("AUTH PLAIN " + same)).code == 235


@pytest.mark.parametrize("command", ["AUTH PLAIN", "AUTH LOGIN"])
async def test_signing_in_can_be_cancelled(mail: MailServer, command: str):
    async with mail.encrypted() as client:
        assert (await client.ask(command)).code == 334
        assert (await client.ask("*")).code == 501
        assert (await client.sign_in(mail.address, mail.app_password)).code == 235


async def test_what_is_no_base64_is_told_apart_from_a_wrong_password(mail: MailServer):
    async with mail.encrypted() as client:
        for sent in ("AUTH PLAIN %%%", "AUTH PLAIN =", "AUTH PLAIN " + encoded("no zero bytes")):
            assert (await client.ask(sent)).code == 501


async def test_other_mechanisms_are_refused_by_name(mail: MailServer):
    async with mail.encrypted() as client:
        for mechanism in ("CRAM-MD5", "XOAUTH2 abc", "GSSAPI"):
            assert (await client.ask("AUTH " + mechanism)).code == 504


async def test_one_signs_in_once(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.sign_in(mail.address, mail.app_password)).code == 503


async def test_nothing_is_sent_before_signing_in(mail: MailServer):
    async with mail.encrypted() as client:
        for command in ("MAIL FROM:<a@b.example>", "RCPT TO:<2125550123@secure.text>", "DATA"):
            answer = await client.ask(command)
            assert (answer.code, answer.enhanced) == (530, "5.7.0")
            assert "password" in answer.text


async def test_a_wrong_password_is_explained_and_recorded(mail: MailServer):
    async with mail.encrypted() as client:
        answer = await client.sign_in(mail.address, "abcdefg-hjkmnpq-rstvwxy-z012345")
        assert (answer.code, answer.enhanced) == (535, "5.7.8")
        assert "web office" in answer.text
    async with mail.installed.as_owner() as owner:
        row = await owner.fetchrow("SELECT * FROM audit_event WHERE outcome = 'refused'")
    assert row["tag"] == "member:submission:refused"
    assert row["organization_id"] == mail.installed.organization
    assert row["subject_id"] == mail.installed.member


async def test_the_password_of_the_office_does_not_serve(mail: MailServer):
    async with mail.encrypted() as client:
        answer = await client.sign_in(mail.address, mail.installed.practice.password)
        assert answer.code == 535


async def test_an_app_password_serves_only_its_own_member(mail: MailServer):
    async with mail.encrypted() as client:
        assert (await client.sign_in(STRANGER, mail.app_password)).code == 535
        assert (await client.sign_in("not an address", mail.app_password)).code == 535


async def test_who_may_not_send_any_more_is_answered_like_a_wrong_password(mail: MailServer):
    changes = [
        "UPDATE app_password SET revoked_at = ",
        "UPDATE member SET suspended_at = ",
        "UPDATE member SET removed_at = ",
        "UPDATE organization SET suspended_at = ",
    ]
    async with mail.encrypted() as client:
        wrong = await client.sign_in(mail.address, "wrong")
    for change in changes:
        async with mail.installed.as_owner() as owner, mail.encrypted() as client:
            await owner.execute(change + "now()")
            assert await client.sign_in(mail.address, mail.app_password) == wrong, change
            await owner.execute(change + "NULL")
            assert (await client.sign_in(mail.address, mail.app_password)).code == 235


async def test_the_third_wrong_password_ends_the_connection(mail: MailServer):
    async with mail.encrypted() as client:
        for _ in range(2):
            assert (await client.sign_in(mail.address, "wrong")).code == 535
        assert (await client.sign_in(mail.address, "wrong")).code == 421
        assert await client.hung_up()


async def test_guesses_at_many_accounts_from_one_address_are_throttled(mail: MailServer):
    # Threat 21. Beyond the limit a guess costs its sender the connection, and the audit nothing.
    codes = []
    for number in range(40):
        async with mail.encrypted() as client:
            answer = await client.sign_in(f"user{number}@riverbend.example", "guess")
            codes.append(answer.code)
            if answer.code == 421:
                assert await client.hung_up()
    assert codes == [535] * 30 + [421] * 10
    refusals = [tag for tag in await mail.audit_tags() if tag.startswith("member:submission:ref")]
    assert len(refusals) == 1  # nobody's accounts: one row per source and minute
    # Somebody's guessing must not lock out who knows the app password.
    async with mail.encrypted() as client:
        assert (await client.sign_in(mail.address, mail.app_password)).code == 235


async def test_guesses_at_one_account_are_throttled_sooner(mail: MailServer):
    codes = []
    for _ in range(12):
        async with mail.encrypted() as client:
            codes.append((await client.sign_in(mail.address, "guess")).code)
    assert codes == [535] * 10 + [421] * 2


async def test_a_connection_ends_its_sending_with_its_app_password(mail: MailServer):
    async with mail.signed_in() as client:
        message = letter(mail.address)
        assert (await client.send(mail.address, "2125550123@secure.text", message)).code == 250
        async with mail.installed.as_owner() as owner:
            await owner.execute("UPDATE app_password SET revoked_at = now()")
        answer = await client.send(mail.address, "2125550123@secure.text", message)
        assert (answer.code, answer.enhanced) == (550, "5.7.1")
    assert await mail.count() == 1
    assert "member:message:refused (app_password_revoked)" in await mail.audit_tags()


async def test_a_stolen_app_password_sends_no_more_than_its_cap(mail: MailServer):
    # Threat 19. The cap counts recipients, over all connections and processes of the day.
    async with mail.installed.as_owner() as owner:
        await owner.execute("UPDATE app_password SET daily_cap = 3")
    message = letter(mail.address) + b"\r\n.\r\n"
    async with mail.signed_in() as client:
        await client.envelope(mail.address, "2125550123@secure.text", "2125550124@secure.text")
        client.write(message)
        assert (await client.reply()).code == 250
    async with mail.signed_in() as client:
        await client.envelope(mail.address, "2125550123@secure.text", "2125550124@secure.text")
        client.write(message)
        answer = await client.reply()
        assert (answer.code, answer.enhanced) == (452, "4.7.1")
        assert "tomorrow" in answer.text
    assert await mail.count() == 1
    assert "member:message:refused (app_password_cap)" in await mail.audit_tags()
    async with mail.installed.as_owner() as owner:
        await owner.execute("UPDATE app_password SET used_on = used_on - 1")
    await asyncio.sleep(LEASE_LASTS)  # a day passed in the database alone
    async with mail.signed_in() as client:
        answer = await client.send(mail.address, "2125550123@secure.text", letter(mail.address))
        assert answer.code == 250


async def test_an_app_password_can_only_send(mail: MailServer):
    # Threat 19: it opens nothing, neither by these commands nor at the office's sign-in.
    async with mail.signed_in() as client:
        for command in ("LIST", "RETR 1", "FETCH 1 BODY[]", "TURN", "ETRN secure.text"):
            assert (await client.ask(command)).code == 500
        assert (await client.ask("VRFY 2125550123")).code == 252
        assert (await client.ask("EXPN everybody")).code == 252


async def test_signing_in_goes_on_when_the_database_is_back(mail: MailServer):
    async with mail.encrypted() as client:
        async with mail.installed.as_owner() as owner:
            await owner.execute("ALTER FUNCTION find_app_password RENAME TO gone")
        answer = await client.sign_in(mail.address, mail.app_password)
        assert (answer.code, answer.enhanced) == (454, "4.7.0")
        async with mail.installed.as_owner() as owner:
            await owner.execute("ALTER FUNCTION gone RENAME TO find_app_password")
        assert (await client.sign_in(mail.address, mail.app_password)).code == 235


async def test_a_line_that_is_too_long_for_a_password_is_refused(mail: MailServer):
    async with mail.encrypted() as client:
        assert (await client.ask("AUTH PLAIN")).code == 334
        try:
            assert (await client.ask("A" * 20_000)).code == 501
        except HungUp:
            pytest.fail("one long line ended the connection")
