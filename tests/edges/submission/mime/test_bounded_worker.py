"""The processes that read mail may be killed, stopped, flooded and cancelled: the caller is fine."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.edges.submission.mime.mail_corpus import BUILDERS, MEGABYTE
from tests.edges.submission.mime.processes import (
    exists,
    is_running,
    limits_of,
    processor_seconds_used_by,
)
from tests.edges.submission.mime.reading import mail, multipart, part

from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker, MimeWorkerLimits
from licorne.edges.submission.mime.parse_message import parse_message
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

HTML_MAIL = mail("<p>Hello</p>", "Content-Type: text/html")
SLOW_MAIL = mail(b"<p>" * 15_000 + b"x", "Content-Type: text/html")


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def refusal(worker: BoundedMimeWorker, raw: bytes) -> RefusalReason | None:
    with pytest.raises(SubmissionRefused) as refused:
        await worker.parse(raw)
    return refused.value.reason


async def test_what_comes_back_is_what_was_read() -> None:
    body, header = multipart(
        "mixed",
        part("text/plain; charset=utf-8", "Grüße"),
        part("text/html; charset=utf-8", "<p>Grüße</p>"),
        part(
            "image/png",
            "\x89PNG",
            "Content-ID: <a@b>",
            "Content-Disposition: inline; filename=ä.png",
        ),
        part("application/pdf; name=empty.pdf", ""),
        part("application/pdf; name=two.pdf", "two"),
    )
    raw = mail(
        body, header, "To: b@x.example", "Cc: c@x.example", "Subject: =?utf-8?q?=F0=9F=98=80?=",
        "Date: Fri, 20 Nov 1926 10:00:00 -0600", "Message-ID: <x@y>",
    )  # fmt: skip
    async with BoundedMimeWorker() as worker:
        assert await worker.parse(raw) == parse_message(raw)
        html_only = mail("<p>Hi", "Content-Type: text/html; charset=x-odd")
        assert await worker.parse(html_only) == parse_message(html_only)


async def test_a_short_text_needs_no_process() -> None:
    worker = BoundedMimeWorker()
    assert (await worker.parse(mail("Hello"))).content.text == "Hello"
    assert worker.process_ids == ()
    await worker.close()


async def test_a_bad_header_is_refused_without_a_process() -> None:
    worker = BoundedMimeWorker()
    raw = mail("<p>", "Content-Type: text/html", "Subject: =?utf-8?q?a=0D=0Ab?=")
    assert await refusal(worker, raw) is RefusalReason.LINE_BREAK_IN_HEADER
    assert worker.process_ids == ()
    await worker.close()


async def test_a_refusal_of_the_process_arrives_as_one() -> None:
    async with BoundedMimeWorker() as worker:
        before = worker.process_ids
        assert await refusal(worker, BUILDERS["60 files"]()) is RefusalReason.TOO_MANY_ATTACHMENTS
        assert worker.process_ids == before


async def test_a_process_killed_while_idle_is_replaced_without_the_caller_noticing() -> None:
    async with BoundedMimeWorker() as worker:
        for _ in range(5):
            (process,) = worker.process_ids
            os.kill(process, signal.SIGKILL)
            assert (await worker.parse(HTML_MAIL)).content.text == "Hello"
            assert worker.process_ids != (process,)
            await until(lambda process=process: not exists(process))


async def test_a_process_killed_at_any_moment_loses_nothing() -> None:
    async with BoundedMimeWorker() as worker:
        for moment in range(12):
            asking = asyncio.create_task(worker.parse(SLOW_MAIL))
            await asyncio.sleep(moment * 0.004)
            for process in worker.process_ids:
                os.kill(process, signal.SIGKILL)
            assert (await asking).content.text == "x"


async def test_processes_killed_again_and_again_end_in_a_temporary_refusal() -> None:
    async with BoundedMimeWorker() as worker:
        asking = asyncio.create_task(refusal(worker, SLOW_MAIL))
        while not asking.done():
            for process in worker.process_ids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            await asyncio.sleep(0)
        assert asking.result() is RefusalReason.READER_FAILED
        assert (await worker.parse(HTML_MAIL)).content.text == "Hello"


async def test_a_process_that_does_not_answer_is_killed_at_the_deadline() -> None:
    async with BoundedMimeWorker(MimeWorkerLimits(deadline=0.5)) as worker:
        (process,) = worker.process_ids
        os.kill(process, signal.SIGSTOP)
        assert await refusal(worker, HTML_MAIL) is RefusalReason.READER_FAILED
        await until(lambda: not exists(process))
    async with BoundedMimeWorker() as worker:
        assert (await worker.parse(HTML_MAIL)).content.text == "Hello"


async def test_a_mail_that_uses_up_the_processor_is_refused_for_good() -> None:
    async with BoundedMimeWorker() as worker:
        (process,) = worker.process_ids
        os.kill(process, signal.SIGSTOP)
        asking = asyncio.create_task(refusal(worker, HTML_MAIL))
        await asyncio.sleep(0)
        os.kill(process, signal.SIGXCPU)  # what the kernel sends at the limit
        os.kill(process, signal.SIGCONT)
        assert await asking is RefusalReason.TOO_COMPLEX
        assert (await worker.parse(HTML_MAIL)).content.text == "Hello"


async def test_every_mail_has_four_seconds_of_the_processor() -> None:
    async with BoundedMimeWorker() as worker:
        for _ in range(3):
            await worker.parse(SLOW_MAIL)
        (process,) = worker.process_ids
        limit, _ = limits_of(process)["Max cpu time"]
        assert 4 <= int(limit) <= processor_seconds_used_by(process) + 4


async def test_a_mail_that_needs_too_much_memory_is_refused_for_good() -> None:
    many_pictures = mail("&#128512;" * 440_000, "Content-Type: text/html")
    async with BoundedMimeWorker(MimeWorkerLimits(memory_bytes=48 * MEGABYTE)) as worker:
        before = worker.process_ids
        assert await refusal(worker, many_pictures) is RefusalReason.TOO_COMPLEX
        assert (await worker.parse(HTML_MAIL)).content.text == "Hello"
        assert worker.process_ids == before


async def test_a_full_line_is_told_to_come_back() -> None:
    limits = MimeWorkerLimits(waiting=2, deadline=20)
    async with BoundedMimeWorker(limits) as worker:
        (process,) = worker.process_ids
        os.kill(process, signal.SIGSTOP)
        asking = [asyncio.create_task(worker.parse(HTML_MAIL)) for _ in range(3)]
        await asyncio.sleep(0)
        assert await refusal(worker, HTML_MAIL) is RefusalReason.BUSY
        assert (await worker.parse(mail("A short text still gets through"))).content.text
        os.kill(process, signal.SIGCONT)
        assert [(await parsed).content.text for parsed in asking] == ["Hello"] * 3
        assert (await worker.parse(HTML_MAIL)).content.text == "Hello"


async def test_patience_ends_in_a_temporary_refusal() -> None:
    limits = MimeWorkerLimits(patience=0.1, deadline=20)
    async with BoundedMimeWorker(limits) as worker:
        (process,) = worker.process_ids
        os.kill(process, signal.SIGSTOP)
        first = asyncio.create_task(worker.parse(HTML_MAIL))
        await asyncio.sleep(0)
        assert await refusal(worker, HTML_MAIL) is RefusalReason.BUSY
        os.kill(process, signal.SIGCONT)
        assert (await first).content.text == "Hello"


async def test_a_caller_who_leaves_does_not_confuse_the_next_one() -> None:
    async with BoundedMimeWorker() as worker:
        for number in range(8):
            leaving = asyncio.create_task(worker.parse(SLOW_MAIL))
            await asyncio.sleep(number * 0.005)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            parsed = await worker.parse(mail(f"<p>{number}", "Content-Type: text/html"))
            assert parsed.content.text == str(number)


async def test_many_callers_share_two_processes_and_get_their_own_answers() -> None:
    async with BoundedMimeWorker(MimeWorkerLimits(processes=2, waiting=100)) as worker:
        mails = [mail(f"<p>{number}", "Content-Type: text/html") for number in range(100)]
        parsed = await asyncio.gather(*(worker.parse(raw) for raw in mails))
        assert [p.content.text for p in parsed] == [str(number) for number in range(100)]
        assert len(worker.process_ids) == 2


async def test_nothing_is_left_behind_neither_processes_nor_descriptors() -> None:
    async with BoundedMimeWorker() as worker:
        await worker.parse(HTML_MAIL)
    before = open_descriptors()
    seen: set[int] = set()
    for _ in range(5):
        async with BoundedMimeWorker(MimeWorkerLimits(processes=2)) as worker:
            seen.update(worker.process_ids)
            await worker.parse(HTML_MAIL)
            os.kill(worker.process_ids[0], signal.SIGKILL)
            await worker.parse(HTML_MAIL)
            seen.update(worker.process_ids)
    await until(lambda: not any(exists(process) for process in seen))
    await until(lambda: open_descriptors() <= before)


async def test_a_closed_worker_refuses_for_now() -> None:
    worker = BoundedMimeWorker()
    await worker.start()
    await worker.close()
    assert await refusal(worker, HTML_MAIL) is RefusalReason.READER_FAILED
    assert worker.process_ids == ()


async def test_a_process_fresh_after_many_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licorne.edges.submission.mime.bounded_worker._MESSAGES_PER_PROCESS", 3)
    async with BoundedMimeWorker() as worker:
        first = worker.process_ids
        for _ in range(3):
            await worker.parse(HTML_MAIL)
        await worker.parse(HTML_MAIL)
        assert worker.process_ids != first


async def test_the_process_can_open_nothing_and_knows_nothing() -> None:
    os.environ["LICORNE_TEST_SECRET"] = "canary"
    try:
        async with BoundedMimeWorker() as worker:
            await worker.parse(HTML_MAIL)
            (process,) = worker.process_ids
            root = Path(f"/proc/{process}")
            assert b"canary" not in (root / "environ").read_bytes()
            limits = limits_of(process)
            descriptors = str(len(list((root / "fd").iterdir())))
            assert limits["Max open files"] == (descriptors, descriptors)
            assert limits["Max core file size"] == ("0", "0")
            assert limits["Max file size"] == ("0", "0")
            assert limits["Max address space"] == (str(512 * MEGABYTE),) * 2
            assert os.getsid(process) == process
    finally:
        del os.environ["LICORNE_TEST_SECRET"]


async def test_a_reader_ends_when_its_parent_is_killed() -> None:
    script = (
        "import asyncio\n"
        "from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker\n"
        "async def main():\n"
        "    async with BoundedMimeWorker() as worker:\n"
        "        print(worker.process_ids[0], flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    reader = int(await asyncio.to_thread(parent.stdout.readline))
    assert is_running(reader)
    parent.kill()
    await asyncio.to_thread(parent.wait)
    parent.stdout.close()
    await until(lambda: not is_running(reader))


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_it_works_on_either_event_loop(loop: str) -> None:
    script = (
        f"import os, signal, {loop}\n"
        "from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker\n"
        "raw = b'From: a@x.example\\r\\nContent-Type: text/html\\r\\n\\r\\n<p>Hello'\n"
        "async def main():\n"
        "    async with BoundedMimeWorker() as worker:\n"
        "        for _ in range(3):\n"
        "            assert (await worker.parse(raw)).content.text == 'Hello'\n"
        "            os.kill(worker.process_ids[0], signal.SIGKILL)\n"
        "        assert (await worker.parse(raw)).content.text == 'Hello'\n"
        "    print('done')\n"
        f"{loop}.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
