"""Threat 38: what was written shows in the portal and in the office, and nowhere else at all."""

import asyncio
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.support.canaries import files_below, found
from tests.threats.story import Story, licorne

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]


async def test_nothing_stands_in_any_file_of_the_home(story: Story):
    """The database's own files, blobs, slots, heads, secrets: everything but the patients' phones."""
    # What a checkpoint has not written yet stands in the write-ahead log, which is a file too.
    await story.demo.execute("CHECKPOINT")
    files = list(files_below(story.demo.home, "demo-phone"))
    kinds = {file.relative_to(story.demo.home).parts[0] for file in files}
    assert {"postgres", "blobs", "slots", "keys", "secrets", "audit-heads"} <= kinds
    leaks = {}
    for file in files:
        try:
            content = await asyncio.to_thread(file.read_bytes)
        except FileNotFoundError:  # PostgreSQL's own come and go
            continue
        if told := found(content, story.words.values(), story.numbers):
            leaks[str(file)] = told
    assert leaks == {}


async def test_the_log_tells_neither_words_nor_numbers_nor_links(story: Story):
    log = story.demo.log().encode()
    assert found(log, story.words.values(), story.numbers) == []
    for text in story.demo.texts(story.numbers[0]):
        token = text["text"].rpartition("/")[2].split()[0]
        assert len(token) >= 20
        assert token.encode() not in log


async def test_texts_tell_who_and_where_and_nothing_more(story: Story):
    phone = b"".join(file.read_bytes() for file in files_below(story.demo.home / "demo-phone"))
    assert story.numbers[0].encode() in phone  # the outside world knows whom it texts
    assert found(phone, story.words.values()) == []


async def test_programs_are_answered_without_content(story: Story):
    """What the API, commands and refused mails answered: a program keeps it in logs and bounces."""
    assert found("\n".join(story.told).encode(), story.words.values()) == []


async def test_metrics_tell_nothing(story: Story):
    base = story.demo.facts["pickup_url"]
    for path in ("/metrics", "/api/v1/metrics", "/office/metrics"):
        try:
            told = await asyncio.to_thread(_read, base + path)
        except urllib.error.HTTPError as refused:
            told = refused.read()
        assert found(told, story.words.values(), story.numbers) == []


async def test_the_exported_audit_trail_names_acts_and_no_words(story: Story, tmp_path: Path):
    file = tmp_path / "audit.jsonl"
    await asyncio.to_thread(licorne, story.demo, "audit", "export", "--output", str(file))
    exported = file.read_bytes()
    assert b"contact:message:opened" in exported
    assert found(exported, story.words.values(), story.numbers) == []


async def test_the_same_search_finds_them_where_they_belong(story: Story):
    shown = found(story.page.encode(), story.words.values())
    kinds = {leak.split("-")[1] for leak in shown}
    assert kinds == {"text", "subject", "filename"}


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        content: bytes = answer.read()
    return content
