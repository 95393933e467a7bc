"""Threat 8 with the key elsewhere: while its custody is away nothing is served; then it goes on."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from tests.support.installation import Installed
from tests.support.vault_server import vault_server
from tests.threats.test_08_a_disk_thief import up

from licorne.adapters.custody import passphrase
from licorne.adapters.custody.passphrase import PassphraseCustody
from licorne.adapters.system import SystemRandomness
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.ports.key_custody import KeyUnavailable
from licorne.wiring.core import open_core
from licorne.wiring.custody import (
    CREDENTIAL,
    DESCRIPTOR,
    bring_passphrase,
    create_custody,
    custody_of,
    unattended_passphrase,
)
from licorne.wiring.doctor.examination import _custody
from licorne.wiring.doctor.finding import Level
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Settings, SettingsWrong, load_settings

WORDS = "six random words of the operator"


@pytest.fixture(autouse=True)
def nothing_remembered():
    passphrase._OPENED.clear()
    yield
    passphrase._OPENED.clear()


async def move_to(installed: Installed, custody: str) -> Settings:
    """Write the new custody down and move the keys there, as an operator does it."""
    home = installed.home
    earlier = home.path / "earlier.toml"
    earlier.write_text("")
    # One web process: of several, one may have opened while another still waits.
    write_private(home.settings_file, f"web_processes = 1\n[custody]\n{custody}\n")
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "licorne"),
        *("keys", "move", "--home", str(home.path), "--from", str(earlier)),
        env={**os.environ, "LICORNE_DATABASE_URL": installed.urls.owner},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    assert b"Print the kit anew" in told
    home.unseal_key.unlink()
    return load_settings(home, {})


async def test_while_vault_is_sealed_nothing_is_served_and_then_it_goes_on_by_itself(
    installation: Installed, tmp_path: Path
):
    home = installation.home
    with vault_server(tmp_path / "vault") as vault:
        write_private(home.secrets / "vault-token", vault.token)
        settings = await move_to(
            installation,
            f'kind = "vault"\nurl = "{vault.url}"\nkey = "licorne"\nca_file = "{vault.ca_file}"',
        )
        assert (await _custody(home, settings, installation.urls.owner)).level is Level.OK
        vault.sealed = True
        found = await _custody(home, settings, installation.urls.owner)
        assert (found.level, "sealed" in found.sentence) == (Level.PROBLEM, True)
        async with up(installation, tmp_path) as served:
            await served.until("/office/sign-in", 503)
            assert (await served.greeting()).startswith("421 ")
            vault.sealed = False
            await served.until("/office/sign-in", 200)
            # What has started needs its custody no more.
            vault.sealed = True
            assert (await served.get("/office/sign-in")).status_code == 200


async def test_without_the_passphrase_nothing_is_served_until_it_is_handed_over(
    installation: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home, credentials = installation.home, tmp_path / "credentials"
    credentials.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    cheap = PasswordCosts(memory_kib=64, passes=1)
    (credentials / CREDENTIAL).write_text(f"{WORDS}\n")
    PassphraseCustody.create(home.passphrase, lambda: WORDS, SystemRandomness(), cheap)
    settings = await move_to(installation, 'kind = "passphrase"')
    assert (await _custody(home, settings, installation.urls.owner)).level is Level.OK
    (credentials / CREDENTIAL).unlink()
    passphrase._OPENED.clear()
    with pytest.raises(KeyUnavailable, match="no passphrase"):
        async with open_core(home, settings, installation.urls):
            pass
    async with up(installation, tmp_path) as served:
        await served.until("/office/sign-in", 503)
        (credentials / CREDENTIAL).write_text("another installation's words")
        await asyncio.sleep(0.1)
        assert (await served.get("/office/sign-in")).status_code == 503
        (credentials / CREDENTIAL).write_text(f"{WORDS}\n")
        await served.until("/office/sign-in", 200)
    words = [path for path in home.path.rglob("*") if path.is_file()]
    assert not [path for path in words if WORDS.encode() in path.read_bytes()]


async def test_a_passphrase_is_read_once_from_a_descriptor(
    installation: Installed, monkeypatch: pytest.MonkeyPatch
):
    home = installation.home
    cheap = PasswordCosts(memory_kib=64, passes=1)
    PassphraseCustody.create(home.passphrase, lambda: WORDS, SystemRandomness(), cheap)
    reading, writing = os.pipe()
    os.write(writing, f"{WORDS}\n".encode())
    os.close(writing)
    monkeypatch.setenv(DESCRIPTOR, str(reading))
    settings = Settings(custody=load_settings(home, {"LICORNE_CUSTODY_KIND": "passphrase"}).custody)
    await bring_passphrase(home, settings)
    assert DESCRIPTOR not in os.environ
    assert unattended_passphrase() is None
    wrapped = await custody_of(home, settings).wrap("sign/1", b"s" * 32)  # K0 stays in the process
    assert await custody_of(home, settings).unwrap("sign/1", wrapped) == b"s" * 32
    home.passphrase.unlink()
    monkeypatch.setenv(DESCRIPTOR, "no number")
    with pytest.raises(SettingsWrong, match="must be the number"):
        create_custody(home, settings)


@pytest.mark.parametrize(
    ("custody", "told"),
    [
        ('kind = "paper"', "custody.kind must be"),
        ('kind = "vault"\nurl = "https://vault.example.org"', "custody.key is missing"),
        ('kind = "vault"\nkey = "licorne"', "custody.url is missing"),
        ('kind = "vault"\nkey = "a"\nurl = "http://vault.example.org"', "must begin with https"),
        ('kind = "aws_kms"', "custody.key is missing"),
        ('kind = "aws_kms"\nkey = "a"\nendpoint = "nowhere"', "must look like https"),
        ('kind = "key_file"\npassphrase = "x"', "A setting is wrong"),
    ],
)
def test_settings_of_custody_that_can_not_work_are_refused_in_a_sentence(
    installation: Installed, custody: str, told: str
):
    write_private(installation.home.settings_file, f"[custody]\n{custody}\n")
    with pytest.raises(SettingsWrong, match=told):
        load_settings(installation.home, {})
