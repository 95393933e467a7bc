"""The recovery kit: printed and never stored, and everything comes back from paper (a drill)."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest
from tests.support.installation import Installed

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.system import SystemRandomness
from licorne.application.governing.add_member import NewMember
from licorne.application.governing.found_organization import Founding, FoundOrganization
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import reader_keys, record_keys
from licorne.store.database import open_database
from licorne.vault.access_secrets import recovery_secret
from licorne.vault.private_key_wraps import unwrap_secret, unwrap_with_reader
from licorne.vault.totp import make_totp_secret
from licorne.wiring.kit import sheets

LICORNE = str(Path(sys.executable).parent / "licorne")


async def licorne(*arguments: str, given: str = "", out: int = asyncio.subprocess.PIPE):
    process = await asyncio.create_subprocess_exec(
        LICORNE,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=out,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ},
    )
    told, complaints = await process.communicate(given.encode())
    return process.returncode, (told or b"").decode(), complaints.decode()


async def test_the_sheets_are_printed_each_with_its_words_and_never_into_a_file(
    installation: Installed, tmp_path: Path
):
    home = str(installation.home.path)
    status, told, complaints = await licorne("kit", "--home", home)
    assert status == 0, complaints
    unseal, slots = told.split("\f")
    digits = "".join(re.findall(r"\b[0-9a-f]{4}\b", unseal.split("What it is for")[0]))
    key, check = KeyFileCustody.digits(installation.home.unseal_key)
    assert digits.endswith(key) or key in digits
    assert check in unseal
    assert key[:8] not in slots.replace(" ", "")
    for sheet, number in ((unseal, 1), (slots, 3)):
        assert f"sheet {number} of 3" in sheet
        assert "Who keeps it, and where" in sheet
        assert max(map(len, sheet.splitlines())) <= 90
    before = {path for path in installation.home.path.rglob("*") if path.is_file()}
    with (tmp_path / "kit.txt").open("wb") as file:
        status, _told, complaints = await licorne("kit", "--home", home, out=file.fileno())
    assert (status, "never stored" in complaints) == (1, True)
    assert (tmp_path / "kit.txt").read_bytes() == b""
    assert {path for path in installation.home.path.rglob("*") if path.is_file()} == before


async def test_a_drill_everything_opens_again_from_paper(installation: Installed, tmp_path: Path):
    """The key file is gone, and so are the officer's password and session: the sheets bring it back.

    K0 typed in from sheet 1 opens the installation; the officer's share of sheet 2 opens the
    record key; what was sealed before is read.
    """
    owner = await open_database(installation.urls.owner, size=2)
    try:
        async with installation.core() as core:
            found = FoundOrganization(
                owner, core.keyring, core.passwords, core.clock, core.randomness
            )
            founded = await found(
                Founding(
                    name="Solo Practice",
                    region="US",
                    time_zone="America/New_York",
                    notice_wording="{practice} {link}",
                    nudge_wording="{practice} {link}",
                    owner=NewMember(
                        "Sol Owner",
                        parse_email_address("sol@solo.example"),
                        "seven grey herons",
                        make_totp_secret(core.randomness),
                    ),
                    with_kit=True,
                )
            )
        assert founded.share is not None
        assert founded.share not in repr(founded)
        paper = sheets(installation.home, installation.settings).split("What it is for")[0]
        installation.home.unseal_key.unlink()
        rows = [line.split() for line in paper.splitlines()]
        digits = "".join("".join(row) for row in rows if [len(one) for one in row] == [4] * 4)
        (check,) = [row[1] for row in rows if row[:1] == ["check"]]
        home = str(installation.home.path)
        wrong = f"{digits[:-1]}{'0' if digits[-1] != '0' else '1'}"
        status, _told, complaints = await licorne(
            "keys", "enter", "--home", home, given=f"{wrong}\n{check}\n"
        )
        assert (status, "don't fit together" in complaints) == (1, True)
        status, _told, complaints = await licorne(
            "keys", "enter", "--home", home, given=f"{digits.upper()}\n{check}\n"
        )
        assert status == 0, complaints
        assert installation.home.unseal_key.stat().st_mode & 0o077 == 0
        status, _told, complaints = await licorne(
            "keys", "enter", "--home", home, given=f"{digits}\n{check}\n"
        )
        assert (status, "never replaced" in complaints) == (1, True)
        async with installation.core() as core:
            async with core.app.tenant(founded.organization) as connection:
                kit = await record_keys.fetch_kit(connection, founded.organization)
                (locked,) = await record_keys.fetch_locked(connection, founded.organization)
                current = await reader_keys.fetch_current(
                    connection, founded.organization, founded.organization
                )
            assert kit is not None
            assert current is not None
            secret = recovery_secret(founded.share)
            assert secret is not None
            opened = unwrap_secret(core.keyring, kit.key, kit.wrap, secret)
            (wrap,) = [
                one
                for one in locked.wraps
                if one.method is UnlockMethod.READER and one.wrapper == kit.key.id
            ]
            record = unwrap_with_reader(core.keyring, locked.key, wrap, opened)
            assert record.row.id == current.key
    finally:
        await owner.close()


def test_a_printed_key_is_the_one_in_the_file(tmp_path: Path):
    first, second = tmp_path / "one.key", tmp_path / "two.key"
    KeyFileCustody.create(first, SystemRandomness())
    KeyFileCustody.enter(second, *KeyFileCustody.digits(first))
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(FileExistsError):
        KeyFileCustody.enter(second, *KeyFileCustody.digits(first))
