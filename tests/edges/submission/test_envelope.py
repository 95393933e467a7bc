"""MAIL, RCPT and what stands around them: RFC 5321, 6409, 1870, 6152, 6531, 2920."""

from tests.edges.submission.mail_server import MailServer
from tests.support.smtp_client import letter

from licorne.domain.identity.email_address import parse_email_address
from licorne.vault.personal_fields import email_lookup

PATIENT = "2125550123@secure.text"


async def test_the_greeting_offers_what_is_kept(mail: MailServer):
    async with mail.encrypted() as client:
        answer = await client.ask("EHLO client.example")
        offers = {line.partition(" ")[0]: line.partition(" ")[2] for line in answer.lines[1:]}
        assert offers.keys() == {
            "SIZE", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES", "AUTH",
        }  # fmt: skip
        assert int(offers["SIZE"]) >= 50 * 1024 * 1024
        assert (await client.ask("HELO client.example")).code == 250
        assert (await client.ask("EHLO")).code == 501


async def test_one_writes_from_ones_own_address_only(mail: MailServer):
    # Threat 18, in the envelope and in the header.
    async with mail.signed_in() as client:
        for sender in ("bob@riverbend.example", "", "nonsense"):
            answer = await client.ask(f"MAIL FROM:<{sender}>")
            assert (answer.code, answer.enhanced) == (550, "5.7.1")
        for header in ("bob@riverbend.example", f'"{mail.address}" <bob@riverbend.example>'):
            answer = await client.send(mail.address, PATIENT, letter(header))
            assert (answer.code, answer.enhanced) == (550, "5.7.1")
            assert "From" in answer.text
        two = letter(f"{mail.address}, bob@riverbend.example")
        assert (await client.send(mail.address, PATIENT, two)).code >= 550
        twice = letter(mail.address, "Hello", "From: bob@riverbend.example")
        assert (await client.send(mail.address, PATIENT, twice)).code >= 550
    assert await mail.count() == 0


async def test_any_of_a_members_addresses_serves_in_any_case(mail: MailServer):
    alias = "frontdesk@riverbend.example"
    async with mail.installed.as_owner() as owner:
        await owner.execute(
            "INSERT INTO member_address SELECT organization_id, member_id, $1, address_sealed"
            " FROM member_address",
            email_lookup(mail.core.keyring, parse_email_address(alias)),
        )
    async with mail.signed_in() as client:
        header = letter(f"The desk <{alias.upper()}>")
        assert (await client.send(mail.address.upper(), PATIENT, header)).code == 250
        assert (await client.send(alias, PATIENT, header)).code == 250


RECIPIENTS = [
    ("2125550123@secure.text", 250, "2.1.5", "OK"),
    ("+1-212-555-0123@SECURE.TEXT", 250, "2.1.5", "OK"),
    ('"(212) 555-0123"@secure.text', 250, "2.1.5", "OK"),
    ("@relay.example:2125550123@secure.text", 250, "2.1.5", "OK"),
    ("2114367789@secure.text", 250, "2.1.5", "check it"),  # no company gives it out
    ("911@secure.text", 550, "5.1.3", ""),
    ("19005551212@secure.text", 550, "5.1.3", ""),
    ("310-555-CALL@secure.text", 550, "5.1.3", "310"),
    ('"214-367-7899 x12"@secure.text', 550, "5.1.3", ""),
    ("12345@secure.text", 550, "5.1.3", ""),
    ("@secure.text", 550, "5.1.3", ""),
    ("2125550123@gmail.example", 550, "5.7.1", "@secure.text"),
    ("2125550123@secure.text.example", 550, "5.7.1", "@secure.text"),
    ("bob@riverbend.example", 550, "5.7.1", "@secure.text"),
    ("2125550123", 550, "5.7.1", "@secure.text"),
    ("postmaster", 550, "5.7.1", "@secure.text"),
]


async def test_each_recipient_is_judged_when_it_is_named(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.ask(f"MAIL FROM:<{mail.address}>")).code == 250
        for address, code, enhanced, words in RECIPIENTS:
            answer = await client.ask(f"RCPT TO:<{address}>")
            assert (answer.code, answer.enhanced) == (code, enhanced), address
            assert words in answer.text


async def test_an_organizations_own_text_domain_serves_it_alone(mail: MailServer):
    async with mail.installed.as_owner() as owner:
        await owner.execute(
            "INSERT INTO text_domain (organization_id, domain) VALUES ($1, $2)",
            mail.installed.organization,
            "text.riverbend.example",
        )
    async with mail.signed_in() as client:
        assert (await client.ask(f"MAIL FROM:<{mail.address}>")).code == 250
        assert (await client.ask("RCPT TO:<2125550123@text.riverbend.example>")).code == 250
        assert (await client.ask("RCPT TO:<2125550123@text.other.example>")).code == 550


async def test_several_recipients_each_get_a_delivery_of_their_own(mail: MailServer):
    async with mail.signed_in() as client:
        answer = await client.envelope(
            mail.address, PATIENT, "2125550124@secure.text", "+12125550125@secure.text", PATIENT
        )
        assert answer.code == 354
        client.write(letter(mail.address) + b"\r\n.\r\n")
        assert (await client.reply()).code == 250
    assert await mail.count() == 1
    assert await mail.count("delivery") == 3  # the one who was named twice gets one
    assert await mail.count("thread") == 3
    assert await mail.count("jobs.pgqueuer") == 3


async def test_a_refused_recipient_does_not_stop_the_others(mail: MailServer):
    async with mail.signed_in() as client:
        await client.ask(f"MAIL FROM:<{mail.address}>")
        assert (await client.ask("RCPT TO:<911@secure.text>")).code == 550
        assert (await client.ask("DATA")).code == 503  # nobody is left
        assert (await client.ask(f"RCPT TO:<{PATIENT}>")).code == 250
        assert (await client.ask("DATA")).code == 354
        client.write(letter(mail.address) + b"\r\n.\r\n")
        assert (await client.reply()).code == 250
    assert await mail.count("delivery") == 1


async def test_size_and_8bitmime_and_auth_are_taken_with_mail(mail: MailServer):
    async with mail.signed_in() as client:
        answer = await client.ask(
            f"MAIL FROM:<{mail.address}> SIZE=1000 BODY=8BITMIME SMTPUTF8 AUTH=<>"
        )
        assert answer.code == 250


async def test_what_was_not_offered_is_refused(mail: MailServer):
    refused = {
        "SIZE=99999999999": 552,
        "SIZE=abc": 501,
        "SIZE=1 SIZE=1": 501,
        "BODY=BINARYMIME": 555,
        "REQUIRETLS": 555,
        "RET=HDRS": 555,
    }
    async with mail.signed_in() as client:
        for parameters, code in refused.items():
            answer = await client.ask(f"MAIL FROM:<{mail.address}> {parameters}")
            assert answer.code == code, parameters


async def test_recipients_take_no_parameters(mail: MailServer):
    async with mail.signed_in() as client:
        await client.ask(f"MAIL FROM:<{mail.address}>")
        assert (await client.ask(f"RCPT TO:<{PATIENT}> NOTIFY=SUCCESS")).code == 555


async def test_digits_of_other_scripts_need_smtputf8(mail: MailServer):
    arabic = "RCPT TO:<٢١٢٥٥٥٠١٢٣@secure.text>"
    async with mail.signed_in() as client:
        await client.ask(f"MAIL FROM:<{mail.address}>")
        answer = await client.ask(arabic)
        assert (answer.code, answer.enhanced) == (553, "5.6.7")
        await client.ask("RSET")
        await client.ask(f"MAIL FROM:<{mail.address}> SMTPUTF8")
        assert (await client.ask(arabic)).code == 250


async def test_pipelined_commands_are_answered_in_order(mail: MailServer):
    async with mail.signed_in() as client:
        commands = [
            f"MAIL FROM:<{mail.address}>",
            "RCPT TO:<911@secure.text>",
            f"RCPT TO:<{PATIENT}>",
            "DATA",
        ]
        client.write("".join(f"{command}\r\n" for command in commands).encode())
        assert [(await client.reply()).code for _ in commands] == [250, 550, 250, 354]
        client.write(letter(mail.address) + b"\r\n.\r\nNOOP\r\nQUIT\r\n")
        assert [(await client.reply()).code for _ in range(3)] == [250, 250, 221]


async def test_rset_forgets_the_envelope_and_nothing_else(mail: MailServer):
    async with mail.signed_in() as client:
        await client.ask(f"MAIL FROM:<{mail.address}>")
        await client.ask(f"RCPT TO:<{PATIENT}>")
        assert (await client.ask("RSET")).code == 250
        assert (await client.ask(f"RCPT TO:<{PATIENT}>")).code == 503
        assert (await client.ask("DATA")).code == 503
        assert (await client.send(mail.address, PATIENT, letter(mail.address))).code == 250


async def test_a_second_greeting_forgets_the_envelope(mail: MailServer):
    async with mail.signed_in() as client:
        await client.ask(f"MAIL FROM:<{mail.address}>")
        assert (await client.ask("EHLO again.example")).code == 250
        assert (await client.ask(f"RCPT TO:<{PATIENT}>")).code == 503


async def test_commands_out_of_turn_are_told_so(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.ask(f"RCPT TO:<{PATIENT}>")).code == 503
        assert (await client.ask("DATA")).code == 503
        await client.ask(f"MAIL FROM:<{mail.address}>")
        assert (await client.ask(f"MAIL FROM:<{mail.address}>")).code == 503
        assert (await client.ask("DATA")).code == 503


async def test_small_commands(mail: MailServer):
    async with mail.signed_in() as client:
        assert (await client.ask("noop whatever")).code == 250
        assert (await client.ask("HELP")).code == 214
        assert (await client.ask("VRFY alice")).code == 252
        assert (await client.ask("RSET now")).code == 501
        assert (await client.ask("DATA now")).code == 501
        assert (await client.ask("MAIL alice")).code == 501
        assert (await client.ask("MAIL FROM:<a@b.example")).code == 501
        assert (await client.ask("XYZZY")).code == 500
        assert (await client.ask("")).code == 500
        assert (await client.ask(b"NOOP \xff\xfe")).code == 501
        assert (await client.ask("QUIT")).code == 221
        assert await client.hung_up()
