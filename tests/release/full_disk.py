"""A disk that is full: API 507, mail 452, nothing half taken; once there is room all goes on by itself.

    .venv/bin/python -m tests.release.full_disk               # as root: on a small tmpfs of its own
    .venv/bin/python -m tests.release.full_disk --on /mnt/small

The whole installation lies on it: blobs, slots and PostgreSQL. The disk is filled while it serves.
"""

import argparse
import os
import random
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import httpx
from tests.release.place import said, verdict
from tests.support.running_demo import RunningDemo, running_demo

SIZE = "400m"
FILE = random.randbytes(300_000)
LEFT = 128 * 1024  # bytes that stay free: less than the file needs


def main(on: Path | None) -> int:
    with small_disk(on) as disk, running_demo(disk / "home") as demo:
        number = demo.new_number()
        before = (_post(demo, number), _mail(demo, number))
        with said("the disk is full"), full(disk):
            while_full = (_post(demo, number), _mail(demo, number))
            texts = _rows_until_full(demo, number)
        with said("there is room again"):
            after = (_soon(_post, demo, number, 201), _soon(_mail, demo, number, 250))
        whole = _every_answer_is_true(demo)
    print(f"before {before}, while full {while_full} and texts {sorted(texts)}, after {after}")
    holds = before == (201, 250) and while_full == (507, 452) and after == (201, 250)
    holds = holds and whole and texts <= {201, 503, 507}
    return verdict("a full disk refuses, and recovers by itself", holds=holds)


@contextmanager
def small_disk(on: Path | None) -> Iterator[Path]:
    if on is not None:
        with tempfile.TemporaryDirectory(dir=on) as folder:
            yield Path(folder)
        return
    if os.geteuid() != 0:
        sys.exit("Run it as root, or name a folder on a small disk: --on FOLDER")
    with tempfile.TemporaryDirectory(prefix="licorne-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill all but a little, as somebody's log or backup does it."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        free = os.statvfs(disk)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT)
    try:
        yield
    finally:
        filler.unlink()


def _post(demo: RunningDemo, number: str) -> int:
    said = f'{{"to": ["{number}"], "text": "Your pictures."}}'.encode()
    files = {"message": (None, said, "application/json"), "files": ("a.zip", FILE)}
    headers = {"Authorization": f"Bearer {demo.facts['api_token']}"}
    url = f"{demo.facts['api_url']}/messages"
    return httpx.post(url, headers=headers, files=files, timeout=60).status_code


def _mail(demo: RunningDemo, number: str) -> int:
    message = EmailMessage()
    message["From"] = demo.facts["member"]["email"]
    message["To"] = f"{number}@secure.text"
    message.set_content("Your pictures.")
    message.add_attachment(FILE, maintype="image", subtype="jpeg", filename="scan.jpg")
    try:
        demo.send(message)
    except smtplib.SMTPDataError as refused:
        return refused.smtp_code
    except smtplib.SMTPRecipientsRefused as refused:
        return next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPException:
        return 0
    return 250


def _rows_until_full(demo: RunningDemo, number: str) -> set[int]:
    """Send texts, which need the database alone, until it has no room either."""
    seen: set[int] = set()
    for count in range(400):
        status, _ = demo.api("POST", "/messages", {"to": [number], "text": f"{count} " * 5000})
        seen.add(status)
        if status != 201:
            break
    return seen


def _soon(ask, demo: RunningDemo, number: str, wanted: int) -> int:
    deadline = time.monotonic() + 60
    while (status := ask(demo, number)) != wanted and time.monotonic() < deadline:
        time.sleep(1)
    return status


def _every_answer_is_true(demo: RunningDemo) -> bool:
    """Every message that is listed has its deliveries, and none of their files is missing."""
    status, page = demo.api("GET", "/messages?limit=100")
    blobs = sum(1 for path in (demo.home / "blobs").rglob("*") if path.is_file())
    return status == 200 and all(one["deliveries"] for one in page["messages"]) and blobs == 4


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--on", type=Path)
    sys.exit(main(parser.parse_args().on))
