from pathlib import Path

import pytest
from tests.edges.cli.conftest import CommandLine

from licorne.application.governing.authenticate_token import ApiCaller, AuthenticateToken
from licorne.application.governing.sign_in_member import SignInMember
from licorne.application.governing.start_member_session import SignedIn
from licorne.domain.identity.api_token import Scope
from licorne.vault.totp import code_at

BOB = "bob@riverbend.example"
OWNER_EMAIL = "alice@riverbend.example"


async def add_bob(licorne: CommandLine, *others: str):
    return await licorne("member", "add", BOB, "--name", "Bob Rivers, RN", *others)


async def test_a_member_is_added_with_secrets_that_let_them_sign_in(licorne: CommandLine):
    added = await add_bob(licorne, "--json")
    core = licorne.core
    sign_in = SignInMember(core.app, core.keyring, core.passwords, core.clock, core.randomness)
    told = added.json
    code = code_at(told["totp_secret"], core.clock.now().timestamp())
    result = await sign_in(BOB, told["password"], code, address="127.0.0.1", earlier_cookie=None)
    assert isinstance(result, SignedIn)
    assert told["totp_uri"].startswith("otpauth://totp/")


async def test_members_are_listed_and_removed(licorne: CommandLine):
    await add_bob(licorne, "--role", "auditor")
    listed = (await licorne("member", "list", "--json")).json
    assert [(one["email"], one["role"]) for one in listed] == [
        ("alice@riverbend.example", "owner"),
        (BOB, "auditor"),
    ]
    to = ("--to", "alice@riverbend.example")
    assert (await licorne("member", "remove", BOB, *to)).status == 0
    assert BOB not in (await licorne("member", "list")).out
    assert (await licorne("member", "remove", BOB, *to)).status == 1
    acted = await licorne("send", "+12125550123", "x", "--as", BOB)
    assert acted.status == 1


async def test_nobody_is_added_twice_removes_themself_or_exceeds_their_role(licorne: CommandLine):
    await add_bob(licorne)
    again = await add_bob(licorne)
    assert (again.status, "already" in again.err) == (1, True)
    alice = await licorne("member", "remove", "alice@riverbend.example", "--to", BOB)
    assert "can’t do this to yourself" in alice.err
    for arguments in (
        ("member", "add", "eve@riverbend.example", "--name", "Eve"),
        ("member", "remove", "alice@riverbend.example", "--to", BOB),
        ("team", "add", "Nurses", "--member", BOB),
    ):
        refused = await licorne(*arguments, "--as", BOB)
        assert refused.status == 1, arguments
        assert "owner" in refused.err
    refusals = [row for row in await licorne.audit() if row[1] == "refused"]
    assert refusals.count(("member:access:refused", "refused", "member")) == 3


async def test_an_asked_password_is_judged(
    licorne: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    given = tmp_path / "password"
    given.write_text("password123\n")
    with given.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        refused = await add_bob(licorne, "--ask-password")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err


async def test_contacts_are_added_named_found_and_removed(licorne: CommandLine):
    added = await licorne("contact", "add", "2125550123", "--name", "Carla Diaz", "--json")
    assert added.json["number"] == "+12125550123"
    await licorne("contact", "add", "2125550150", "--language", "es")
    (found,) = (await licorne("contact", "list", "diaz", "--json")).json
    assert (found["name"], found["number"]) == ("Carla Diaz", "+12125550123")
    assert "+1 212-555-0150" in (await licorne("contact", "list")).out
    (spoken,) = (await licorne("contact", "list", "0150", "--json")).json
    assert spoken["language"] == "es"
    told = (await licorne("contact", "language", "2125550150", "--language", "en")).out
    assert told == "+1 212-555-0150 is written to in English.\n"
    assert "practice's language" in (await licorne("contact", "language", "2125550150")).out
    assert (await licorne("contact", "language", "2125550199")).status == 1
    assert (await licorne("contact", "remove", "2125550123")).status == 0
    assert (await licorne("contact", "remove", "2125550123")).status == 1
    assert "No contacts." in (await licorne("contact", "list", "diaz")).out


async def test_a_token_is_shown_once_serves_and_ends(licorne: CommandLine):
    added = await licorne("token", "add", "Our scheduler", "--scope", "messages:send", "--json")
    secret, core = added.json["token"], licorne.core
    authenticate = AuthenticateToken(core.app, core.keyring, core.clock, core.randomness)
    caller = await authenticate(secret, "127.0.0.1")
    assert isinstance(caller, ApiCaller)
    assert caller.scopes == {Scope.SEND}
    listed = await licorne("token", "list")
    assert "Our scheduler" in listed.out
    assert secret not in listed.out
    assert (await licorne("token", "remove", added.json["id"])).status == 0
    assert not isinstance(await authenticate(secret, "127.0.0.1"), ApiCaller)
    assert (await licorne("token", "remove", added.json["id"])).status == 1


async def test_a_members_token_is_their_own_and_an_auditor_gets_none(licorne: CommandLine):
    await add_bob(licorne)
    await licorne("member", "add", "eve@riverbend.example", "--name", "Eve", "--role", "auditor")
    alices = await licorne("token", "add", "Alice's", "--json")
    bobs = await licorne("token", "add", "Bob's", "--as", BOB, "--json")
    seen = (await licorne("token", "list", "--as", BOB, "--json")).json
    assert [one["id"] for one in seen if one["label"] != "Demo token"] == [bobs.json["id"]]
    assert (await licorne("token", "remove", alices.json["id"], "--as", BOB)).status == 1
    refused = await licorne("token", "add", "x", "--as", "eve@riverbend.example")
    assert (refused.status, "may not do this" in refused.err) == (1, True)
    too_long = await licorne("token", "add", "x", "--expires", "400d")
    assert (too_long.status, "366 days" in too_long.err) == (1, True)


async def test_a_service_gets_tokens_and_loses_them_with_its_end(licorne: CommandLine):
    await add_bob(licorne)
    assert (await licorne("team", "add", "Front desk", "--member", BOB)).status == 0
    joined = await licorne("team", "join", "front desk", "--member", OWNER_EMAIL)
    assert (joined.status, "wait to be let into Front desk" in joined.out) == (0, True)
    again = await licorne("team", "join", "Front desk", "--member", OWNER_EMAIL)
    assert (again.status, "in the team already" in again.err) == (1, True)
    assert (await licorne("service", "add", "Lab", "--team", "Nobody")).status == 1
    assert (await licorne("service", "add", "Lab", "--team", "front DESK")).status == 0
    token = await licorne("token", "add", "Results", "--service", "lab", "--json")
    assert token.json["holder"] == "Lab"
    assert "Front desk" in (await licorne("service", "list")).out
    assert (await licorne("service", "remove", "Lab")).status == 0
    core = licorne.core
    authenticate = AuthenticateToken(core.app, core.keyring, core.clock, core.randomness)
    assert not isinstance(await authenticate(token.json["token"], "127.0.0.1"), ApiCaller)
    assert (await licorne("token", "add", "Results", "--service", "lab")).status == 1


async def test_the_trail_is_verified_and_a_changed_entry_is_found(
    licorne: CommandLine, tmp_path: Path
):
    await licorne("send", "+12125550123", "x")
    verified = await licorne("audit", "verify", "--json")
    assert verified.status == 0
    assert verified.json["holds"] is True
    assert verified.json["sequence"] >= 3
    installation = await licorne("audit", "verify", "--installation")
    assert installation.status == 0
    no_heads = await licorne("audit", "verify", "--head", str(tmp_path / "nothing"))
    assert no_heads.status == 1
    async with licorne.installed.as_owner() as connection:
        await connection.execute(
            "UPDATE audit_event SET detail = 'office' WHERE tag = 'member:message:accepted'"
        )
    changed = await licorne("audit", "verify")
    assert changed.status == 1
    assert "does NOT hold" in changed.err


async def test_the_trail_is_given_out_into_a_new_file_for_its_owner_alone(
    licorne: CommandLine, tmp_path: Path
):
    await licorne("send", "+12125550123", "canary text")
    await licorne("audit", "verify")
    printed = await licorne("audit", "export")
    assert '"tag":"member:message:accepted"' in printed.out
    assert "canary" not in printed.out
    target = tmp_path / "trail.csv"
    written = await licorne("audit", "export", "--format", "csv", "--output", str(target))
    assert written.status == 0
    assert target.read_text().startswith("sequence,at,tag,")
    assert target.stat().st_mode & 0o777 == 0o600
    before = target.read_text()
    again = await licorne("audit", "export", "--output", str(target))
    assert (again.status, target.read_text()) == (1, before)


async def test_every_command_teaches(licorne: CommandLine, capsys: pytest.CaptureFixture[str]):
    for arguments in (
        ("send",), ("status",), ("recall",),
        ("member", "add"), ("member", "list"), ("member", "remove"),
        ("contact", "add"), ("contact", "list"), ("contact", "remove"),
        ("token", "add"), ("token", "list"), ("token", "remove"),
        ("team", "add"), ("team", "join"), ("team", "list"),
        ("service", "add"), ("service", "list"), ("service", "remove"),
        ("audit", "verify"), ("audit", "export"),
    ):  # fmt: skip
        with pytest.raises(SystemExit) as ended:
            await licorne(*arguments, "--help")
        assert ended.value.code == 0
        told = capsys.readouterr().out
        assert "Examples:" in told
        assert f"licorne {' '.join(arguments)}" in told.partition("Examples:")[2]


async def test_a_sole_owner_whom_strangers_locked_out_is_let_in_again(licorne: CommandLine):
    async with licorne.installed.as_owner() as connection:
        await connection.execute("UPDATE member SET failed_sign_ins = 100")
    assert "locked out" in (await licorne("member", "list")).out
    assert (await licorne("member", "unlock", "alice@riverbend.example")).status == 0
    assert "locked out" not in (await licorne("member", "list")).out
    async with licorne.installed.as_owner() as connection:
        assert await connection.fetchval("SELECT max(failed_sign_ins) FROM member") == 0
    assert ("member:member:unlocked", "done", "member") in await licorne.audit()
    assert (await licorne("member", "unlock", "nobody@riverbend.example")).status == 1


async def test_a_member_is_invited_by_command_with_a_link_that_is_printed_once(
    licorne: CommandLine,
):
    invited = await licorne("member", "invite", BOB, "--role", "officer", "--json")
    assert (invited.json["email"], "/office/join/" in invited.json["link"]) == (BOB, True)
    again = await licorne("member", "invite", "alice@riverbend.example")
    assert (again.status, "already" in again.err) == (1, True)
    assert ("member:member:invited", "done", "member") in await licorne.audit()
