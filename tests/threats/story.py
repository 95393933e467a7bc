"""A story full of canaries, told in the running demo, for all who look for leaks."""

import asyncio
import json
import smtplib
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.support.canaries import canary
from tests.support.contact_client import contact_client
from tests.support.running_demo import RunningDemo

NUMBER = "+14155550177"  # an area code that nothing else of the tests uses
OTHER_NUMBER = "+14155550178"
_KINDS = (
    "subject", "text", "html", "filename", "file", "picture", "name", "passphrase", "password",
    "reply", "reply-filename", "reply-file", "recalled", "refused", "api-text", "app-label",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """What was written, and to whom."""

    demo: RunningDemo
    words: dict[str, str]
    numbers: tuple[str, str]
    told: tuple[str, ...]  # what programs were answered
    page: str  # what the patient saw


def licorne(demo: RunningDemo, *arguments: str) -> str:
    """Run a command on the demo's installation."""
    command = [str(Path(sys.executable).parent / "licorne"), *arguments, "--home", str(demo.home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


async def tell_story(demo: RunningDemo) -> Story:
    words = {kind: canary(kind) for kind in _KINDS}
    told: list[str] = []
    await asyncio.to_thread(licorne, demo, "contact", "add", NUMBER, "--name", words["name"])
    await asyncio.to_thread(demo.send, _mail(demo, words))
    for request in (
        {"to": [OTHER_NUMBER], "text": words["api-text"], "challenge": {"passphrase": words["passphrase"]}},
        {"to": [OTHER_NUMBER], "text": words["recalled"]},
        {"to": ["+1 12"], "text": words["refused"], "subject": words["refused"]},
    ):  # fmt: skip
        status, answer = await asyncio.to_thread(demo.api, "POST", "/messages", request)
        assert status in {201, 422}, answer
        told.append(json.dumps(answer))
    last = json.loads(told[-2])
    status, answer = await asyncio.to_thread(demo.api, "POST", f"/messages/{last['id']}/recall")
    assert status == 200, answer
    told.append(await _wrong_mail(demo, words))
    link = await demo.next_link(NUMBER)
    async with contact_client(demo.facts["pickup_url"]) as patient:
        page = await patient.claim(link, words["password"])
        files = {
            "files": (f"{words['reply-filename']}.txt", words["reply-file"].encode(), "text/plain")
        }
        answered = await patient.reply(page, words["reply"], files=files)
        assert "is sent" in answered.text
    paths = ("/messages", f"/messages/{last['id']}")
    told += [json.dumps((await asyncio.to_thread(demo.api, "GET", path))[1]) for path in paths]
    return Story(demo, words, (NUMBER, OTHER_NUMBER), tuple(told), page.text)


def _mail(demo: RunningDemo, words: dict[str, str]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = demo.facts["member"]["email"], f"{NUMBER}@secure.text"
    mail["Subject"] = words["subject"]
    mail.set_content(words["text"])
    mail.add_alternative(f"<p>{words['html']}<img src='cid:a@b'></p>", subtype="html")
    picture = words["picture"].encode()
    mail.get_payload()[1].add_related(picture, "image", "png", cid="<a@b>")
    # Larger than what is kept within a row: it goes to the blob store.
    file = (words["file"].encode() + b"\n") * 4000
    mail.add_attachment(file, "text", "plain", filename=f"{words['filename']}.txt")
    return mail


async def _wrong_mail(demo: RunningDemo, words: dict[str, str]) -> str:
    """Send what is refused, and give the refusal: a mail program puts it into a bounce."""
    mail = EmailMessage()
    mail["From"], mail["To"] = demo.facts["member"]["email"], f"{NUMBER}@secure.text"
    mail["Subject"] = words["refused"]
    mail.set_content(words["refused"])
    mail.add_attachment(words["refused"].encode(), "application", "x-dosexec", filename="a.exe")
    try:
        await asyncio.to_thread(demo.send, mail)
    except smtplib.SMTPDataError as refused:
        return refused.smtp_error.decode()
    raise AssertionError("a program was taken as an attachment")
