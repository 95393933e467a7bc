"""Makes the golden files of the current format version: ``python -m tests.vault.golden.make``.

Once per version: it refuses to overwrite. What is here was written by a release and must be
opened by every later one; a change that can't open it needs a new version beside it.
"""

import asyncio
import json
import sys
import uuid
from pathlib import Path

from tests.vault.golden.fixed_randomness import FixedRandomness
from tests.vault.golden.rows_as_json import to_json
from tests.vault.practice import Practice, joined, stream_of

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.body_document import AttachmentEntry, BodyDocument
from licorne.domain.sealing.encoding import FORMAT_VERSION
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.domain.sealing.records import CopyClass, ReaderKind, SlotReference, UnlockMethod
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.intake_keys import make_intake_key
from licorne.vault.keyring_rows import make_keyring_rows, open_keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.private_key_wraps import wrap_for_enrol, wrap_for_reader, wrap_for_secret
from licorne.vault.reader_keys import point_to
from licorne.vault.session_keys import lock_for_session

HERE = Path(__file__).parent
# The design's costs, so that a change of the default shows here, too.
COSTS = PasswordCosts()
PASSWORD, PASSPHRASE = "correct horse – Ω", "maple river candle stone"
COOKIE, RECOVERY_CODE = bytes(range(32)), bytes(range(16))
ATTACHMENT = bytes(range(256)) * 300  # 76,800 bytes: one whole chunk and a part of one
BLOB = "000102030405060708090a0b0c0d0e0f"
BODY = BodyDocument(
    subject="Your results – see inside",
    text="Dear Ann,\nall is well. ✓\n",
    html="<p>Dear Ann,<br>all is <b>well</b>. ✓</p>",
    attachments=(
        AttachmentEntry(1, "results.bin", "application/octet-stream", len(ATTACHMENT), False, None),
    ),
)


async def make(directory: Path) -> None:
    directory.mkdir()  # refuses when it is there
    randomness = FixedRandomness(f"licorne golden files, version {FORMAT_VERSION}")
    custody = KeyFileCustody.create(directory / "unseal.key", randomness)
    rows = await make_keyring_rows(custody, randomness)
    practice = Practice(randomness)
    practice.keyring = keyring = await open_keyring(custody, rows, randomness)
    practice.directory = type(practice.directory)(keyring)
    waiting, mailbox, member, team, record = (
        practice.reader(kind)
        for kind in (
            ReaderKind.WAITING,
            ReaderKind.MAILBOX,
            ReaderKind.MEMBER,
            ReaderKind.TEAM,
            ReaderKind.RECORD,
        )
    )
    practice.contact, practice.member, practice.record = waiting, member, record
    threads = Argon2Threads(at_once=1)
    passwords = PasswordVault(keyring, randomness, threads, COSTS)
    slots = {name: randomness.bytes(32) for name in ("contact", "practice", "enrol")}

    seal = practice.new_seal()
    seal.seal_small(0, BODY.encode())
    stream = seal.seal_stream(1, BLOB, stream_of([ATTACHMENT]))
    (directory / "part-1.blob").write_bytes(await joined(aiter(stream)))
    opened, intake = make_intake_key(keyring, randomness, practice.checked(team))
    act = seal.begin_act(practice.id(), member.row.owner)
    contact = {"copy": CopyClass.CONTACT, "slot_secret": slots["contact"]}
    inside = {"copy": CopyClass.PRACTICE, "slot_secret": slots["practice"]}
    delivery, challenged = DeliveryId(practice.id()), DeliveryId(practice.id())
    challenge = await passwords.new_challenge(PASSPHRASE)
    grants = {
        "waiting": seal.grant(
            act,
            grant_id=practice.id(),
            reader=practice.checked(waiting),
            delivery=delivery,
            **contact,
        ),
        "challenged": seal.grant(
            act,
            grant_id=practice.id(),
            reader=practice.checked(mailbox),
            delivery=challenged,
            challenge=challenge,
            **contact,
        ),
        "member": seal.grant(
            act, grant_id=practice.id(), reader=practice.checked(member), **inside
        ),
        "team": seal.grant(
            act, grant_id=practice.id(), reader=practice.checked(team), intake=opened, **inside
        ),
        "record": seal.grant(
            act, grant_id=practice.id(), reader=practice.checked(record), **inside
        ),
    }
    header = seal.finish()
    readers = {
        "waiting": waiting,
        "mailbox": mailbox,
        "member": member,
        "team": team,
        "record": record,
    }
    golden = {
        "format_version": FORMAT_VERSION,
        "keyring": rows,
        "directory": {name: key.row for name, key in readers.items()},
        "current": {name: point_to(keyring, key.row, 1) for name, key in readers.items()},
        "private_keys": {
            "waiting": wrap_for_enrol(
                keyring,
                randomness,
                waiting,
                wrap_id=practice.id(),
                slot=SlotReference(uuid.UUID(int=1), 5),
                slot_secret=slots["enrol"],
            ),
            "mailbox": await passwords.wrap_private_key(mailbox, PASSWORD, wrap_id=practice.id()),
            "mailbox_recovery": wrap_for_secret(
                keyring,
                randomness,
                mailbox,
                wrap_id=practice.id(),
                method=UnlockMethod.RECOVERY,
                secret=RECOVERY_CODE,
            ),
            "member": await passwords.wrap_private_key(member, PASSWORD, wrap_id=practice.id()),
            "team": wrap_for_reader(team, practice.checked(member), wrap_id=practice.id()),
            "record": wrap_for_reader(record, practice.checked(member), wrap_id=practice.id()),
        },
        "member_session": lock_for_session(keyring, randomness, member, COOKIE),
        "slots": slots,
        "header": header,
        "parts": seal.parts,
        "intake": intake,
        "grants": grants,
        "act": act.sign(header),
        "field": keyring.seal_field("contact.name:golden", "Ann Smith"),
        "lookup": keyring.lookup("number", "+12114367789"),
        "link_token": keyring.link_token(delivery, 1),
        "link_token_hash": keyring.link_token_hash(keyring.link_token(delivery, 1)),
    }
    threads.close()
    text = json.dumps(to_json(golden), indent=1, ensure_ascii=False)
    (directory / "rows.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    target = HERE / f"version_{FORMAT_VERSION}"
    if target.exists():
        sys.exit(f"{target.name} is there: golden files are made once and kept for ever")
    asyncio.run(make(target))
