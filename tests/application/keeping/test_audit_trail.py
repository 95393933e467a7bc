"""Threat 14: whoever edits the log is found out."""

import asyncio
import csv
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.audit_heads.files import HeadFiles
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.system import SystemRandomness
from licorne.application.keeping.export_audit import ExportAudit, ExportFormat
from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.application.keeping.verify_audit import AuditReport, FindingKind, VerifyAudit
from licorne.domain.audit.chain import ChainHead, link_hash
from licorne.domain.audit.event import AuditEvent, canonical_bytes
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN, chain_start
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.store import audit

INSTALLATION = OrganizationId(INSTALLATION_CHAIN)


@dataclass
class Trail:
    elm: Practice
    heads: HeadFiles
    sequence: SequenceAudit
    verify_audit: VerifyAudit

    async def write(self, count: int = 1, organization: OrganizationId | None = None) -> None:
        chain = organization or self.elm.organization
        for number in range(count):
            self.elm.clock.pass_time(timedelta(seconds=1))
            async with self.elm.app.tenant(chain) as connection:
                await audit.record(connection, self.event(chain, f"code-{number}"))

    def event(self, chain: OrganizationId, detail: str) -> AuditEvent:
        return AuditEvent(
            id=uuid.uuid4(),
            organization=None if chain == INSTALLATION else chain,
            at=self.elm.clock.now(),
            tag=Tag.MESSAGE_ACCEPTED,
            actor=Actor.system(),
            subject=uuid.uuid4(),
            detail=detail,
        )

    async def verify(self, chain: OrganizationId | None = None) -> AuditReport:
        return await self.verify_audit(chain or self.elm.organization, Actor.operator())

    async def found(self) -> list[FindingKind]:
        return [finding.kind for finding in (await self.verify()).findings]

    async def tamper(self, statement: str, *values: object) -> None:
        done = await self.elm.owner.execute(statement, *values)
        assert done.split()[-1] != "0", "nothing was tampered with"


@pytest_asyncio.fixture
async def trail(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Trail]:
    async with practice(cluster) as elm:
        heads = HeadFiles(tmp_path / "audit-heads")
        sequence = SequenceAudit(elm.worker, elm.keyring, heads, elm.clock)
        yield Trail(
            elm,
            heads,
            sequence,
            VerifyAudit(elm.worker, elm.keyring, heads, sequence, elm.clock, SystemRandomness()),
        )


async def test_events_are_linked_in_the_order_in_which_they_happened(trail: Trail) -> None:
    await trail.write(5)

    assert await trail.sequence() == 5

    rows = await trail.elm.owner.fetch(
        "SELECT sequence, detail FROM audit_link JOIN audit_event e ON e.id = event_id"
        " ORDER BY sequence"
    )
    assert [(row["sequence"], row["detail"]) for row in rows] == [
        (number + 1, f"code-{number}") for number in range(5)
    ]
    assert await trail.elm.owner.fetchval("SELECT count(*) FROM audit_pending") == 0


async def test_a_whole_trail_holds(trail: Trail) -> None:
    await trail.write(3)
    await trail.sequence()
    await trail.write(2)

    report = await trail.verify()

    assert report.holds
    assert report.head.sequence == 5
    assert report.heads_checked == 1


async def test_that_it_was_verified_is_part_of_the_trail(trail: Trail) -> None:
    await trail.verify()
    await trail.verify()
    assert (await trail.elm.audit_tags()).count("operator:audit:verified") == 2


async def test_two_sequencers_at_once_link_each_event_once(trail: Trail) -> None:
    other = SequenceAudit(trail.elm.worker, trail.elm.keyring, trail.heads, trail.elm.clock)
    await trail.write(30)

    await asyncio.gather(*(one() for one in (trail.sequence, other) * 3))
    await trail.sequence()

    report = await trail.verify()
    assert report.holds
    assert report.head.sequence == 30


async def test_the_installations_own_events_have_a_chain_of_their_own(trail: Trail) -> None:
    await trail.write(2, INSTALLATION)
    await trail.write(1)
    await trail.sequence()

    assert (await trail.verify(INSTALLATION)).head.sequence == 2
    assert (await trail.verify()).head.sequence == 1
    assert set(await trail.verify_audit.chains()) == {INSTALLATION, trail.elm.organization}


async def test_an_organization_does_not_see_the_installations_events(trail: Trail) -> None:
    """Threat 12."""
    await trail.write(2, INSTALLATION)
    async with trail.elm.app.tenant(trail.elm.organization) as connection:
        assert await connection.fetchval("SELECT count(*) FROM audit_event") == 0


@pytest.mark.parametrize(
    "change",
    [
        "detail = 'other'",
        "actor_id = gen_random_uuid()",
        "outcome = 'refused'",
        "at = at + interval '1 second'",
        "tag = 'contact:message:opened'",
        "tag = 'never:was:one'",
        "subject_id = NULL",
    ],
)
async def test_an_edited_event_is_found(trail: Trail, change: str) -> None:
    await trail.write(5)
    await trail.sequence()
    await trail.tamper(f"UPDATE audit_event SET {change} WHERE detail = 'code-2'")
    assert await trail.found() == [FindingKind.EDITED]


async def test_an_event_taken_out_is_found(trail: Trail) -> None:
    await trail.write(5)
    await trail.sequence()
    await trail.tamper("DELETE FROM audit_link WHERE sequence = 3")
    await trail.tamper("DELETE FROM audit_event WHERE detail = 'code-2'")
    assert await trail.found() == [FindingKind.MISSING]


async def test_two_events_in_each_others_place_are_found(trail: Trail) -> None:
    await trail.write(5)
    await trail.sequence()
    await trail.tamper("UPDATE audit_link SET sequence = 99 WHERE sequence = 3")
    await trail.tamper("UPDATE audit_link SET sequence = 3 WHERE sequence = 4")
    await trail.tamper("UPDATE audit_link SET sequence = 4 WHERE sequence = 99")
    assert await trail.found() == [FindingKind.REORDERED]


async def test_an_end_that_was_cut_off_is_found_by_the_kept_head(trail: Trail) -> None:
    await trail.write(5)
    await trail.sequence()
    await trail.tamper("DELETE FROM audit_link WHERE sequence > 3")
    await trail.tamper("DELETE FROM audit_event WHERE detail IN ('code-3', 'code-4')")
    assert await trail.found() == [FindingKind.TRUNCATED]


async def test_a_chain_computed_anew_is_found_by_the_kept_head(trail: Trail) -> None:
    """Who can write every row can compute every hash."""
    await trail.write(3)
    await trail.sequence()
    await trail.tamper("UPDATE audit_event SET detail = 'other' WHERE detail = 'code-1'")
    await compute_anew(trail)
    assert await trail.found() == [FindingKind.EDITED]


async def test_without_kept_heads_a_chain_computed_anew_would_pass(trail: Trail) -> None:
    """What the heads are for: the test above fails without them."""
    await trail.write(3)
    await trail.sequence()
    await trail.tamper("UPDATE audit_event SET detail = 'other' WHERE detail = 'code-1'")
    await compute_anew(trail)
    for file in (trail.heads._directory).iterdir():
        file.unlink()
    assert await trail.found() == []


async def compute_anew(trail: Trail) -> None:
    rows = await trail.elm.owner.fetch(
        "SELECT l.sequence, e.* FROM audit_link l JOIN audit_event e ON e.id = l.event_id"
        " ORDER BY l.sequence"
    )
    previous = chain_start(trail.elm.organization).hash
    for row in rows:
        event = replace(
            trail.event(trail.elm.organization, row["detail"]),
            id=row["id"],
            at=row["at"],
            subject=row["subject_id"],
        )
        digest = link_hash(previous, row["sequence"], canonical_bytes(event))
        await trail.elm.owner.execute(
            "UPDATE audit_link SET previous = $2, hash = $3 WHERE sequence = $1",
            row["sequence"],
            previous,
            digest,
        )
        previous = digest


async def test_an_event_kept_from_being_linked_is_found(trail: Trail) -> None:
    await trail.write(1)
    await trail.tamper("DELETE FROM audit_pending")
    trail.elm.clock.pass_time(timedelta(minutes=2))
    await trail.write(1)
    await trail.sequence()
    assert await trail.found() == [FindingKind.UNLINKED]


async def test_an_event_of_this_moment_is_only_pending(trail: Trail) -> None:
    await trail.write(3)
    await trail.sequence()
    held = await asyncpg.connect(trail.elm.owner_url, server_settings={"search_path": "licorne"})
    try:
        await held.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", lock_name(trail))
        await trail.write(2)  # another worker is at it, and slow
        report = await trail.verify()
    finally:
        await held.close()
    assert report.holds
    assert report.pending == 2


def lock_name(trail: Trail) -> str:
    return f"audit chain {trail.elm.organization}"


async def test_a_forged_head_is_named(trail: Trail) -> None:
    await trail.write(2)
    await trail.sequence()
    [genuine] = await trail.heads.read(trail.elm.organization)
    await trail.heads.append(replace(genuine, head=ChainHead(1, bytes(32))))
    assert await trail.found() == [FindingKind.HEAD_FORGED]


async def test_a_head_that_the_operator_kept_elsewhere_counts(trail: Trail) -> None:
    await trail.write(3)
    await trail.sequence()
    brought = await trail.heads.read(trail.elm.organization)
    for file in trail.heads._directory.iterdir():
        file.unlink()
    await trail.tamper("DELETE FROM audit_link WHERE sequence = 3")
    await trail.tamper("DELETE FROM audit_event WHERE detail = 'code-2'")

    report = await trail.verify_audit(trail.elm.organization, Actor.operator(), brought)

    assert [finding.kind for finding in report.findings] == [FindingKind.TRUNCATED]


async def test_heads_are_kept_once_a_minute_and_at_the_stop(trail: Trail) -> None:
    async def kept() -> list[int]:
        heads = await trail.heads.read(trail.elm.organization)
        return [head.head.sequence for head in heads]

    for _ in range(5):
        await trail.write(1)
        await trail.sequence()
    assert await kept() == [1]
    trail.elm.clock.pass_time(timedelta(minutes=1))
    await trail.sequence()
    assert await kept() == [1, 5]
    await trail.write(1)
    await trail.sequence()
    await trail.sequence.keep_heads()
    assert await kept() == [1, 5, 6]


@pytest.mark.parametrize("role", ["app", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET detail = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_link SET hash = ''",
        "DELETE FROM audit_link",
    ],
)
async def test_no_runtime_role_may_edit_the_trail(trail: Trail, role: str, statement: str) -> None:
    """45 CFR 164.312(c)(1)."""
    database = getattr(trail.elm, role)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.tenant(trail.elm.organization) as connection:
            await connection.execute(statement)


async def test_an_export_can_be_verified_line_by_line(trail: Trail) -> None:
    await trail.write(3)
    await trail.sequence()
    export = ExportAudit(trail.elm.worker, trail.heads, trail.elm.clock, SystemRandomness())

    lines = [
        json.loads(line)
        async for line in export(trail.elm.organization, ExportFormat.JSON_LINES, Actor.operator())
    ]

    previous = chain_start(trail.elm.organization).hash
    for line in lines[:3]:
        text = "\x1f".join((
            line["event_id"], line["organization_id"], line["at"], line["tag"],
            line["actor_kind"], line["actor_id"], line["subject_id"] or "", line["outcome"],
            line["detail"] or "",
        ))  # fmt: skip
        assert line["previous"] == previous.hex()
        previous = link_hash(previous, line["sequence"], text.encode())
        assert line["hash"] == previous.hex()
    assert lines[3]["head"] == previous.hex()
    assert "operator:audit:exported" in await trail.elm.audit_tags()


async def test_an_export_for_reading_is_csv(trail: Trail) -> None:
    await trail.write(2)
    await trail.sequence()
    export = ExportAudit(trail.elm.worker, trail.heads, trail.elm.clock, SystemRandomness())

    text = "".join(
        [line async for line in export(trail.elm.organization, ExportFormat.CSV, Actor.operator())]
    )

    rows = list(csv.DictReader(text.splitlines()))
    assert [row["detail"] for row in rows] == ["code-0", "code-1"]
    assert rows[0]["tag"] == "member:message:accepted"
