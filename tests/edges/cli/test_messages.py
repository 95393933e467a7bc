import io
import sys
import uuid
from pathlib import Path

import pytest
from tests.edges.cli.conftest import CommandLine

from licorne.wiring.main import build_parser

NUMBER = "+12125550123"


async def test_a_text_is_sent_looked_after_and_taken_back(licorne: CommandLine):
    sent = await licorne("send", "2114367789", "Your results are in.", "--json")
    assert sent.status == 0
    assert sent.json["deliveries"][0]["to"] == "+12114367789"
    assert sent.json["deliveries"][0]["flags"] == ["not_assignable"]
    message = sent.json["id"]
    status = await licorne("status", message, "--json")
    assert status.json["deliveries"][0]["state"] == "accepted"
    assert "results" not in status.out
    recalled = await licorne("recall", message)
    assert recalled.status == 0
    assert recalled.out.startswith("Recalled at ")
    status = await licorne("status", message)
    assert "+1 211-436-7789: recalled" in status.out
    assert (await licorne("recall", message)).status == 0


async def test_what_was_sent_is_read_by_whom_it_was_sent_for(licorne: CommandLine, tmp_path: Path):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7")
    sent = await licorne(
        "send", NUMBER, "See attached.", "--subject", "Letter", "--attach", str(letter), "--json"
    )
    key = await licorne.installed.member_key(licorne.core)
    opened = await licorne.installed.open(licorne.core, uuid.UUID(sent.json["id"]), key)
    assert opened.body.text == "See attached."
    assert opened.body.subject == "Letter"
    assert [one.filename for one in opened.body.attachments] == ["letter.pdf"]
    assert [one.content_type for one in opened.body.attachments] == ["application/pdf"]


async def test_people_are_told_in_words(licorne: CommandLine):
    told = await licorne("send", "2114367789@secure.text", "x", "--expires", "7d")
    assert told.out.startswith("Taken: message ")
    assert "to +1 211-436-7789." in told.out
    assert "no live carrier" in told.out
    assert "licorne status " in told.out


async def test_a_generated_passphrase_is_told_once_and_a_chosen_one_never(licorne: CommandLine):
    told = await licorne("send", NUMBER, "x", "--passphrase", "auto", "--json")
    assert len(told.json["passphrase"].split()) == 4
    assert told.json["passphrase"] not in (await licorne("status", told.json["id"])).out
    chosen = await licorne("send", NUMBER, "x", "--passphrase", "olive tractor")
    assert "olive" not in chosen.out
    short = await licorne("send", NUMBER, "x", "--passphrase", "abc")
    assert (short.status, short.out) == (1, "")
    assert "too short" in short.err


async def test_a_text_of_a_dash_is_read_from_standard_input(
    licorne: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("From a pipe.\n"))
    sent = await licorne("send", NUMBER, "-", "--json")
    key = await licorne.installed.member_key(licorne.core)
    opened = await licorne.installed.open(licorne.core, uuid.UUID(sent.json["id"]), key)
    assert opened.body.text == "From a pipe.\n"


REFUSED = [
    (("911", "x"), "emergency number"),
    (("anna@example.org", "x"), "secure.text"),
    ((NUMBER, ""), "empty"),
    ((NUMBER, "x", "--expires", "1m"), "5 minutes"),
    ((NUMBER, "x", "--attach", "/nowhere/letter.pdf"), "can't be read"),
    ((NUMBER, "x", "--as", "nobody@example.org"), "no such member"),
    ((NUMBER, "x", "--organization", "Another Practice"), "no such practice"),
]


async def test_what_cant_be_sent_is_refused_with_a_sentence(licorne: CommandLine):
    for arguments, words in REFUSED:
        ran = await licorne("send", *arguments)
        assert (ran.status, ran.out) == (1, ""), arguments
        assert words in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("send", NUMBER),
        ("send", NUMBER, "x", "--expires", "soon"),
        ("status", "x"),
        ("token", "add", "x", "--scope", "messages:read"),
        ("member", "add", "a@b.example", "--name", "x", "--role", "king"),
        ("nonsense",),
        (),
    ],
)
def test_what_isnt_understood_ends_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(arguments)
    assert ended.value.code == 2
    assert "usage: licorne" in capsys.readouterr().err


async def test_the_trail_names_the_member_in_whose_name_it_was_done(licorne: CommandLine):
    await licorne("member", "add", "bob@riverbend.example", "--name", "Bob Rivers")
    sent = await licorne("send", NUMBER, "x", "--as", "bob@riverbend.example", "--json")
    assert ("member:message:accepted", "done", "member") in await licorne.audit()
    async with licorne.installed.as_owner() as connection:
        row = await connection.fetchrow("SELECT author_id, source FROM message")
        bob = await connection.fetchval(
            "SELECT id FROM member WHERE id <> $1", licorne.installed.member
        )
    assert (row["author_id"], row["source"]) == (bob, "command")
    assert (await licorne("status", sent.json["id"])).status == 1
    as_bob = await licorne("status", sent.json["id"], "--as", "BOB@riverbend.example")
    assert as_bob.status == 0
