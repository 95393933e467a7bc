"""The mail relay's settings, each mistake with its sentence; and what the doctor says of a relay."""

from pathlib import Path

import pytest
from tests.support.mail_relay import Post, mail_relay

from licorne.wiring.doctor.finding import Finding, Level
from licorne.wiring.doctor.relay import look_at_relay
from licorne.wiring.relay import mail_relay as configured_relay
from licorne.wiring.settings import Home, Relay, Settings, SettingsWrong, load_settings

FILE = '[relay]\nhost = "mail.example.org"\nsender = "office@example.org"\nuser = "licorne"\n'


def settings_of(tmp_path: Path, text: str, **environment: str) -> Settings:
    home = Home(tmp_path)
    home.settings_file.write_text(text)
    return load_settings(home, environment)


def test_the_environment_is_laid_over_the_file_field_by_field(tmp_path: Path):
    read = settings_of(tmp_path, FILE, LICORNE_RELAY_PORT="2525", LICORNE_RELAY_TLS="implicit")
    assert read.relay == Relay(
        host="mail.example.org", sender="office@example.org", user="licorne", port=2525,
        tls="implicit",
    )  # fmt: skip
    only = settings_of(
        tmp_path, "", LICORNE_RELAY_HOST="mail.example.org", LICORNE_RELAY_SENDER="a@example.org"
    )
    assert (only.relay.host, only.relay.port_or_usual) == ("mail.example.org", 587)
    assert Relay(tls="implicit").port_or_usual == 465
    assert configured_relay(Home(tmp_path), Settings()) is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"LICORNE_RELAY_TLS": "none"}, "must be starttls or implicit"),
        ({"LICORNE_RELAY_SENDER": "nobody"}, "the @ is missing"),
        ({"LICORNE_RELAY_SENDER": "a@example.org\nBcc: b@example.org"}, "relay.sender must be"),
        ({"LICORNE_RELAY_PORT": "70000"}, "must be a port"),
        ({"LICORNE_RELAY_HOST": ""}, "relay.host is missing"),
        ({"LICORNE_RELAY_PASSWORD": "secret"}, "unknown field `password`"),
    ],
)
def test_what_is_wrong_is_answered_with_a_sentence(
    tmp_path: Path, changed: dict[str, str], sentence: str
):
    with pytest.raises(SettingsWrong) as wrong:
        settings_of(tmp_path, FILE, **changed)
    assert sentence in str(wrong.value)


async def told(tmp_path: Path, post: Post, **changed: object) -> Finding:
    own = Relay(
        host=post.access.host,
        port=post.access.port,
        sender="office@example.org",
        user=post.access.user,
        password_file=str(post.access.password_file),
        authority_file=str(post.access.authority),
    )
    relay = Relay(**{name: getattr(own, name) for name in own.__struct_fields__} | changed)
    (finding,) = await look_at_relay(Home(tmp_path), Settings(relay=relay))
    return finding


async def test_the_doctor_tries_the_relay_and_says_what_to_do(tmp_path: Path):
    (tmp_path / "wrong").write_text("not it")
    async with mail_relay(tmp_path) as post:
        good = await told(tmp_path, post)
        assert (good.level, "signed in" in good.sentence) == (Level.OK, True)
        for changed, sentence in (
            ({"authority_file": ""}, "doesn't hold"),
            ({"host": "127.0.0.2"}, "Set relay.host to the name"),
            ({"tls": "implicit"}, "Use starttls with port 587"),
            ({"password_file": "wrong"}, "refuses relay.user"),
            ({"password_file": "nothing"}, "Put it into nothing"),
        ):
            found = await told(tmp_path, post, **changed)
            assert (found.level, sentence in found.sentence) == (Level.PROBLEM, True), found
    assert (post.mails, "doesn't answer" in (await told(tmp_path, post)).sentence) == ([], True)
    (none,) = await look_at_relay(Home(tmp_path), Settings())
    assert (none.level, "Set [relay]" in none.sentence) == (Level.WARNING, True)
