"""What version 1 of the sealed format wrote is opened for ever.

When one of these fails, mend the code and never the files.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.vault.golden import make
from tests.vault.golden.rows_as_json import from_json
from tests.vault.practice import joined, stream_of

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.system import SystemRandomness
from licorne.domain.sealing.body_document import BodyDocument
from licorne.domain.sealing.records import (
    CurrentKey,
    DirectoryKey,
    Grant,
    GrantAct,
    InstallationKeyRow,
    IntakeKey,
    PrivateKeyWrap,
    SealedPart,
    SignedHeader,
)
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.keyring_rows import open_keyring
from licorne.vault.opened_message import OpenedMessage, unwrap_grant
from licorne.vault.passwords import PasswordVault
from licorne.vault.private_key_wraps import unwrap_enrol, unwrap_secret, unwrap_with_reader
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.session_keys import unlock_session

GOLDEN = Path(__file__).parent / "golden" / "version_1"


class Golden:
    """The rows of version 1, as a store would give them."""

    def __init__(self, keyring: Keyring, rows: dict[str, Any]) -> None:
        self.keyring = keyring
        self.passwords = PasswordVault(keyring, SystemRandomness(), Argon2Threads(at_once=1))
        self.rows = rows
        self.header: SignedHeader = from_json(SignedHeader, rows["header"])
        self.act: GrantAct = from_json(GrantAct, rows["act"])
        self.parts = tuple(from_json(SealedPart, part) for part in rows["parts"])
        self.slots = {name: bytes.fromhex(secret) for name, secret in rows["slots"].items()}

    def key(self, name: str) -> DirectoryKey:
        row: DirectoryKey = from_json(DirectoryKey, self.rows["directory"][name])
        return row

    def wrap(self, name: str) -> PrivateKeyWrap:
        row: PrivateKeyWrap = from_json(PrivateKeyWrap, self.rows["private_keys"][name])
        return row

    async def member(self) -> OpenReaderKey:
        return await self.passwords.unwrap_private_key(
            self.key("member"), self.wrap("member"), make.PASSWORD
        )

    def open(
        self, name: str, reader: OpenReaderKey, slot: str, challenge: ChallengeSecret | None = None
    ) -> OpenedMessage:
        grant: Grant = from_json(Grant, self.rows["grants"][name])
        intake: IntakeKey | None = None
        if grant.intake_key is not None:
            intake = from_json(IntakeKey, self.rows["intake"])
        unwrapped = unwrap_grant(self.keyring, self.header, grant, self.act, reader, intake)
        return unwrapped.open(self.parts, self.slots[slot], challenge)


@pytest.fixture
async def golden(tmp_path: Path) -> Golden:
    # Git keeps no modes: put the key where it is its owner's alone.
    key_file = Path(shutil.copy(GOLDEN / "unseal.key", tmp_path))
    key_file.chmod(0o600)
    rows = json.loads((GOLDEN / "rows.json").read_text(encoding="utf-8"))
    keyring_rows = [from_json(InstallationKeyRow, row) for row in rows["keyring"]]
    randomness = SystemRandomness()
    keyring = await open_keyring(KeyFileCustody(key_file, randomness), keyring_rows, randomness)
    return Golden(keyring, rows)


async def assert_it_is_the_message(message: OpenedMessage) -> None:
    assert BodyDocument.decode(message.open_part(0)) == make.BODY
    assert message.open_part(0) == make.BODY.encode()
    blob = (GOLDEN / "part-1.blob").read_bytes()
    assert await joined(message.open_stream(1, stream_of([blob]))) == make.ATTACHMENT


async def test_a_waiting_mailbox_of_version_1_is_opened(golden: Golden):
    key = unwrap_enrol(
        golden.keyring, golden.key("waiting"), golden.wrap("waiting"), golden.slots["enrol"]
    )
    await assert_it_is_the_message(golden.open("waiting", key, "contact"))


async def test_a_claimed_mailbox_and_a_challenge_of_version_1_are_opened(golden: Golden):
    key = await golden.passwords.unwrap_private_key(
        golden.key("mailbox"), golden.wrap("mailbox"), make.PASSWORD
    )
    parameters = bytes.fromhex(golden.rows["grants"]["challenged"]["challenge"])
    challenge = await golden.passwords.answer_challenge(parameters, make.PASSPHRASE)
    await assert_it_is_the_message(golden.open("challenged", key, "contact", challenge))


async def test_a_recovery_code_of_version_1_opens_the_mailbox(golden: Golden):
    key = unwrap_secret(
        golden.keyring, golden.key("mailbox"), golden.wrap("mailbox_recovery"), make.RECOVERY_CODE
    )
    assert len(key.secret) == 96


async def test_a_member_of_version_1_opens_by_password_and_by_session(golden: Golden):
    key = await golden.member()
    await assert_it_is_the_message(golden.open("member", key, "practice"))
    session = bytes.fromhex(golden.rows["member_session"])
    live = unlock_session(golden.keyring, golden.key("member"), make.COOKIE, session)
    assert live.secret == key.secret


async def test_team_and_record_of_version_1_are_opened_through_the_member(golden: Golden):
    member = await golden.member()
    for name in ("team", "record"):
        key = unwrap_with_reader(golden.keyring, golden.key(name), golden.wrap(name), member)
        await assert_it_is_the_message(golden.open(name, key, "practice"))


async def test_the_directory_of_version_1_is_still_trusted(golden: Golden):
    directory = KeyDirectory(golden.keyring)
    for name, pointer in golden.rows["current"].items():
        current: CurrentKey = from_json(CurrentKey, pointer)
        assert directory.current(current, golden.key(name)).row.id == current.key


async def test_fields_look_ups_and_links_of_version_1_are_still_the_same(golden: Golden):
    rows, keyring = golden.rows, golden.keyring
    field = bytes.fromhex(rows["field"])
    assert keyring.open_field("contact.name:golden", field) == "Ann Smith"
    assert keyring.lookup("number", "+12114367789").hex() == rows["lookup"]
    grant: Grant = from_json(Grant, rows["grants"]["waiting"])
    assert grant.delivery is not None
    assert keyring.link_token(grant.delivery, 1) == rows["link_token"]
    assert keyring.link_token_hash(rows["link_token"]).hex() == rows["link_token_hash"]


def test_golden_files_are_never_made_twice():
    done = subprocess.run(
        [sys.executable, "-m", "tests.vault.golden.make"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode != 0
    assert "for ever" in done.stderr
