"""The audit's sequencer over a practice, run by hand: what a worker does twice a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.practice_world import PracticeWorld

from licorne.adapters.audit_heads.files import HeadFiles
from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.store.database import open_database


@asynccontextmanager
async def linking_audit(world: PracticeWorld) -> AsyncIterator[SequenceAudit]:
    worker = await open_database(world.worker_url, size=2)
    try:
        yield SequenceAudit(
            worker, world.keyring, HeadFiles(world.home / "audit-heads"), world.clock
        )
    finally:
        await worker.close()
