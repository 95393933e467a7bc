"""A copy of a correspondence: who gets one, what lies in it, and what is on record afterwards."""

import hashlib
import io
import json
import tomllib
import tracemalloc
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from tests.edges.office.member_client import MemberClient, member_client
from tests.edges.office.test_record_key import approve, two_officers
from tests.edges.office.test_record_key import ask as ask_release
from tests.support.office_world import OfficeWorld, use_cases
from tests.support.practice_world import Person

from licorne.application.keeping.export_correspondence import Begun
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.role import Role
from licorne.domain.message.attachment import Attachment
from licorne.domain.records.export import ExportForm, ExportPurpose
from licorne.domain.sealing.body_document import AttachmentEntry
from licorne.edges.office.export import pdf, structured
from licorne.edges.office.export.archive import Archive
from licorne.edges.office.export.copying import Copying
from licorne.edges.office.export.pdf import PdfFrame, PdfMessage, make_pdf
from licorne.edges.office.export.structured import attachment_file
from licorne.edges.office.times import TimeTeller
from licorne.store.events import ChangeFeed
from licorne.vault.contact_binding import contact_binding

NUMBER = "+12125550123"
LETTER = b"%PDF-1.7\n" + bytes(range(256)) * 700  # larger than what is kept in a row
FILES = (
    Attachment("Röntgen der Lunge.pdf", "application/pdf", LETTER),
    Attachment("note.txt", "text/plain", b"short"),
)


async def contact_of(office: OfficeWorld) -> uuid.UUID:
    async with office.world.owner.before_tenant() as connection:
        return await connection.fetchval("SELECT id FROM licorne.contact")


async def hand_the_number_on(office: OfficeWorld) -> None:
    """Let what was written before belong to an earlier holder of the number."""
    async with office.world.owner.before_tenant() as connection:
        row = await connection.fetchrow("SELECT * FROM licorne.contact")
        binding = contact_binding(
            office.world.keyring, row["organization_id"], row["id"], row["number_lookup"], 2,
            row["mailbox_id"],
        )  # fmt: skip
        await connection.execute(
            "UPDATE licorne.contact SET number_epoch = 2, binding = $1", binding
        )


async def ask(client: MemberClient, contact: uuid.UUID, form: str = "files", **others: str):
    asked = {"purpose": "patient_access", "form": form, "export": str(uuid.uuid4()), **others}
    return await client.post(f"/office/contacts/{contact}/export", asked)


async def events(office: OfficeWorld, tag: Tag) -> list[tuple[str, str]]:
    async with office.world.owner.before_tenant() as connection:
        rows = await connection.fetch(
            "SELECT outcome, detail FROM licorne.audit_event WHERE tag = $1 ORDER BY at, id",
            tag.value,
        )
    return [tuple(row) for row in rows]


async def correspondence(office: OfficeWorld, author: Person) -> uuid.UUID:
    sent = await office.world.send(
        author, NUMBER, "Your <b>results</b> ¿están?\nLine two.", subject="Letter",
        html="<p>Your <b>results</b></p>", attachments=FILES,
    )  # fmt: skip
    await office.world.reply(author, sent.deliveries[0], "Gracias, señora.")
    return await contact_of(office)


async def test_the_copy_holds_all_of_it_by_its_schema_and_with_its_checksums(office: OfficeWorld):
    owner = await office.world.found()
    contact = await correspondence(office, owner)
    async with member_client(office, owner) as client:
        answer = await ask(client, contact)
    assert answer.headers["content-type"] == "application/zip"
    assert "correspondence-12125550123-" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        content = {name: archive.read(name) for name in names}
    sums = dict(line.split("  ", 1)[::-1] for line in content["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(names) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(content[name]).hexdigest() == digest, name
    assert not [name for name in names if ".." in name or name.startswith("/")]

    first, second = (json.loads(content[f"messages/0000{n}.json"]) for n in (1, 2))
    schemas = {name: json.loads(content[name]) for name in names if name.startswith("schema/")}
    for message in (first, second):
        jsonschema_rs.validate(schemas["schema/message.schema.json"], message)
    about = json.loads(content["correspondence.json"])
    jsonschema_rs.validate(schemas["schema/correspondence.schema.json"], about)

    assert first["text"] == "Your <b>results</b> ¿están?\nLine two."
    assert (first["direction"], first["author"]["name"]) == ("from_practice", "Olga Owner")
    assert first["html"] == "<p>Your <b>results</b></p>"
    assert (second["direction"], second["text"]) == ("from_patient", "Gracias, señora.")
    assert [content[one["file"]] for one in first["attachments"]] == [LETTER, b"short"]
    assert first["attachments"][0]["name"] == "Röntgen der Lunge.pdf"
    assert (about["messages"], about["person"]["number"]) == (2, NUMBER)
    assert content["correspondence-001.pdf"].startswith(b"%PDF-")
    digest = hashlib.sha256()
    for n in (1, 2):
        digest.update(hashlib.sha256(content[f"messages/0000{n}.json"]).digest())
    assert about["messages_sha256"] == digest.hexdigest()
    assert await events(office, Tag.EXPORT_BEGUN) == [
        ("done", "purpose=patient_access form=files messages=2")
    ]
    assert await events(office, Tag.MESSAGE_EXPORTED) == [("done", "purpose=patient_access")] * 2
    ended = f"purpose=patient_access sha256={digest.hexdigest()}"
    assert await events(office, Tag.EXPORT_ENDED) == [("done", ended)]


async def test_a_member_gets_a_copy_only_of_what_they_can_open_whole(office: OfficeWorld):
    """Threat 11. An owner who holds the record key opens colleagues' conversations, on record."""
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    await world.send(ada, NUMBER, "From Ada.")
    contact = await contact_of(office)
    async with member_client(office, ada) as client:
        assert (await ask(client, contact)).status_code == 200
    await world.send(bob, NUMBER, "From Bob.")
    for person in (ada, bob, grace):
        async with member_client(office, person) as client:
            refused = await ask(client, contact)
            assert refused.status_code == 422
            assert "You can’t open all of it" in refused.text
            page = (await client.get(f"/office/contacts/{contact}/records")).text
            assert "You can’t make a whole copy" in page
            assert "Make the copy" not in page
    assert ("refused", "not_whole") in await events(office, Tag.EXPORT_BEGUN)
    async with member_client(office, owner) as client:
        answer = await ask(client, contact, purpose="court")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        texts = [json.loads(archive.read(f"messages/0000{n}.json"))["text"] for n in (1, 2)]
        with_whom = json.loads(archive.read("correspondence.json"))["conversations"]
    assert texts == ["From Ada.", "From Bob."]
    assert sorted(one["with"] for one in with_whom) == ["Ada Byron", "Bob Babbage"]


async def test_where_it_takes_two_officers_one_gives_out_what_another_released(
    office: OfficeWorld,
):
    """Threat 13."""
    world = office.world
    owner, grace = await two_officers(office)
    ada = await world.add_member("Ada Byron")
    await world.send(ada, NUMBER, "From Ada.")
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        assert (await ask(client, contact, form="pdf")).status_code == 422
        release = await ask_release(client, "A court asks for it.")
        async with member_client(office, grace) as second:
            await approve(second, release)
            assert (await ask(second, contact, form="pdf")).status_code == 422
        assert (await ask(client, contact, form="pdf")).content.startswith(b"%PDF-")


async def test_what_was_destroyed_and_what_another_holder_of_the_number_wrote_is_told_not_shown(
    office: OfficeWorld,
):
    world = office.world
    owner = await world.found()
    gone = await world.send(owner, NUMBER, "Destroyed.")
    await world.send(owner, NUMBER, "Theirs, before.")
    contact = await contact_of(office)
    await hand_the_number_on(office)
    await world.send(owner, NUMBER, "Destroyed, too.")
    await world.send(owner, NUMBER, "Ours.")
    async with world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.message SET practice_copy_ended_at = now() WHERE id = $1 OR id ="
            " (SELECT message_id FROM licorne.delivery ORDER BY created_at OFFSET 2 LIMIT 1)",
            gone.message,
        )
    async with member_client(office, owner) as client:
        page = (await client.get(f"/office/contacts/{contact}/records")).text
        assert "belonged to somebody else before" in page
        answer = await ask(client, contact)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        messages = [
            json.loads(archive.read(name))
            for name in archive.namelist()
            if name.startswith("messages/")
        ]
        about = json.loads(archive.read("correspondence.json"))
    assert [(one["text"], one["unreadable"]) for one in messages] == [
        (None, "retention"),
        ("Ours.", None),
    ]
    assert (about["destroyed"], about["with_earlier_holders_of_the_number"]) == (1, 2)


async def test_a_pdf_alone_and_the_pdf_of_a_conversation_are_documents_to_be_saved(
    office: OfficeWorld,
):
    world = office.world
    ada, charlie = await world.add_member("Ada Byron"), await world.add_member("Charlie Chaplin")
    contact = await correspondence(office, ada)
    async with world.owner.before_tenant() as connection:
        thread = await connection.fetchval("SELECT id FROM licorne.thread")
    async with member_client(office, ada) as client:
        for answer in (
            await ask(client, contact, form="pdf"),
            await client.get(f"/office/threads/{thread}/pdf"),
        ):
            assert answer.status_code == 200
            assert answer.content.startswith(b"%PDF-")
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["cache-control"] == "no-store"
            assert "sandbox" in answer.headers["content-security-policy"]
        tags = await world.audit_tags(ada.organization)
        assert tags.count("member:message:opened") == 2
    async with member_client(office, charlie) as client:
        assert (await client.get(f"/office/threads/{thread}/pdf")).status_code == 404
    eve = await world.found("Elsewhere", "Eve Else")
    async with member_client(office, eve) as client:
        assert (await client.get(f"/office/threads/{thread}/pdf")).status_code == 404
        assert (await ask(client, contact)).status_code == 404
        assert (await client.get(f"/office/contacts/{contact}/records")).status_code == 404


async def test_a_copy_is_made_once_and_followed_by_who_makes_it(office: OfficeWorld):
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    contact = await correspondence(office, ada)
    copy = str(uuid.uuid4())
    async with member_client(office, ada) as client:
        assert (await ask(client, contact, export=copy)).status_code == 200
        again = await ask(client, contact, export=copy)
        assert (again.status_code, "was made already" in again.text) == (422, True)
        told = (await client.get(f"/office/exports/{copy}")).json()
        assert told == {"done": 2, "total": 2, "ended": True}
        assert "not complete" not in (await client.get(f"/office/contacts/{contact}/records")).text
        for wrong in ({"purpose": "fun"}, {"form": "paper"}, {"export": "x"}):
            assert (await ask(client, contact, **wrong)).status_code == 422
    async with member_client(office, owner) as client:
        assert (await client.get(f"/office/exports/{copy}")).status_code == 404
        page = (await client.get(f"/office/contacts/{contact}/records")).text
        assert "Ada Byron, Today" in page


async def test_copies_are_limited_by_the_hour(office: OfficeWorld, monkeypatch: pytest.MonkeyPatch):
    from licorne.application.keeping import export_correspondence

    limit = export_correspondence.PER_MEMBER
    monkeypatch.setattr(
        export_correspondence, "PER_MEMBER", type(limit)(limit.kind, 1, limit.window)
    )
    ada = await office.world.add_member("Ada Byron")
    contact = await correspondence(office, ada)
    async with member_client(office, ada) as client:
        assert (await ask(client, contact, form="pdf")).status_code == 200
        refused = await ask(client, contact, form="pdf")
        assert (refused.status_code, "many copies" in refused.text) == (422, True)


async def test_a_long_correspondence_comes_in_parts(
    office: OfficeWorld, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("licorne.edges.office.export.copying.MOST_MESSAGES", 2)
    ada = await office.world.add_member("Ada Byron")
    for text in ("One.", "Two.", "Three."):
        await office.world.send(ada, NUMBER, text)
    contact = await contact_of(office)
    async with member_client(office, ada) as client:
        answer = await ask(client, contact, form="pdf")
        async with office.world.owner.before_tenant() as connection:
            thread = await connection.fetchval("SELECT id FROM licorne.thread")
        too_long = await client.get(f"/office/threads/{thread}/pdf")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [
            "README.txt", "correspondence-001.pdf", "correspondence-002.pdf", "SHA256SUMS",
        ]  # fmt: skip
    assert (too_long.status_code, "too long for one PDF" in too_long.text) == (409, True)


async def test_a_large_file_passes_through_little_memory(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    large = Attachment("scan.png", "image/png", bytes(range(256)) * (16 * 4096))
    await world.send(owner, NUMBER, "A scan.", attachments=(large,))
    cases = use_cases(world, ChangeFeed(world.app_url))
    member = await world.as_member(owner)
    begun = await cases.export.begin(
        member, ContactId(await contact_of(office)), uuid.uuid4(), ExportPurpose.OTHER,
        ExportForm.FILES,
    )  # fmt: skip
    assert isinstance(begun, Begun)
    make_pdf(PdfFrame("", "", (), "", "en", ""), [PdfMessage("a", "b", "c")])  # load the fonts
    teller, total = TimeTeller.of(member.organization, world.clock.now()), 0
    tracemalloc.start()
    try:
        async for piece in Copying(cases.export, member, begun, teller).pieces():
            total += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total > 16 * 1024 * 1024
    assert peak < 6 * 1024 * 1024


def test_an_archive_is_never_whole_in_memory():
    archive = Archive(datetime(2026, 11, 24, tzinfo=UTC))
    piece, total = bytes(range(256)) * 256, 0
    tracemalloc.start()
    try:
        for number in range(8):
            with archive.entry(f"{number}.png", "image/png") as write:
                for _ in range(64):
                    write(piece)
                    total += len(archive.take())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    archive.close()
    assert total > 32 * 1024 * 1024
    assert peak < 2 * 1024 * 1024


def test_what_people_write_is_never_taken_for_markup():
    evil = (
        '<img src="file:///etc/passwd"/> <font color="red">x</font> & &amp; \x00\x1b \ud800 漢 🦄'
    )
    frame = PdfFrame(evil, evil, (evil,), evil, "en", evil)
    messages = [PdfMessage(evil, evil, f"{evil}\n\n{'x' * 5000}", evil, "", (evil,), (evil,))]
    made = make_pdf(frame, [*messages, PdfMessage("a", "b", "", note=evil)])
    assert made.startswith(b"%PDF-")
    assert b"/Subtype /Image" not in made


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("../../x.pdf", "1-_.._x.pdf"), ("a/b\\c:d.txt", "1-a_b_c_d.txt"), ("...", "1-file"),
        ("", "1-file"), ("x" * 300 + ".pdf", "1-" + "x" * 96 + ".pdf"), ("Röntgen.pdf", "1-Röntgen.pdf"),
        ("a\u202egpj.exe", "1-a_gpj.exe"),
    ],
)  # fmt: skip
def test_a_file_is_named_so_that_it_stays_in_its_folder(filename: str, kept: str):
    entry = AttachmentEntry(1, filename, "application/pdf", 1, False, None)
    assert attachment_file(7, entry) == f"attachments/00007/{kept}"


def test_the_fonts_are_as_they_were_published():
    listed = tomllib.loads((pdf.FONTS / "VENDORED.toml").read_text())["file"]
    assert {one["name"] for one in listed} == {path.name for path in pdf.FONTS.glob("*.ttf")}
    for one in listed:
        content = (pdf.FONTS / one["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]


def test_the_schemas_are_schemas():
    for path in Path(structured.SCHEMAS).glob("*.json"):
        jsonschema_rs.meta.validate(json.loads(path.read_text()))
