"""Threat 29: no mail, however it is built, takes long, takes much or takes the reader down."""

import time

import pytest
from tests.edges.submission.mime.mail_corpus import BUILDERS
from tests.edges.submission.mime.processes import peak_memory_of, processor_seconds_used_by
from tests.edges.submission.mime.reading import mail, multipart, part

from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker, MimeWorkerLimits
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

MAX_SECONDS = 5
MAX_BYTES = 512 * 1024 * 1024


PERMANENT = {reason for reason in RefusalReason if reason.code >= 500}


async def answer_to(worker: BoundedMimeWorker, raw: bytes) -> RefusalReason | None:
    try:
        await worker.parse(raw)
    except SubmissionRefused as refused:
        return refused.reason
    return None


def ordinary_mail() -> bytes:
    body, header = multipart(
        "alternative", part("text/plain", "Hello"), part("text/html", "<p>Hello")
    )
    return mail(body, header)


def test_the_corpus_is_large_enough() -> None:
    assert len(BUILDERS) >= 40


@pytest.mark.parametrize("name", BUILDERS)
async def test_threat_29_a_hostile_mail_is_read_or_refused_and_the_reader_lives(name: str) -> None:
    raw = BUILDERS[name]()
    # Processor time is what a mail takes however busy the test machine is; the deadline in
    # wall-clock seconds, which test_bounded_worker shows, is out of the way.
    async with BoundedMimeWorker(MimeWorkerLimits(deadline=60)) as worker:
        (process,) = worker.process_ids
        before = time.process_time() + processor_seconds_used_by(process)
        # A temporary answer (451) would make the sender's server try a bomb again for days.
        assert await answer_to(worker, raw) in {None, *PERMANENT}
        assert worker.process_ids == (process,), "the process was lost on the way"
        taken = time.process_time() + processor_seconds_used_by(process) - before
        assert taken < MAX_SECONDS
        assert peak_memory_of(process) <= MAX_BYTES
        assert (await worker.parse(ordinary_mail())).content.text == "Hello"
