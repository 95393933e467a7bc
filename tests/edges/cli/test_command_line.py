"""The command as it is typed: a process of its own, on an installation's home."""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.support.installation import Installed


async def typed(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "licorne.wiring.main",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_command_finds_its_installation_and_answers_on_one_line(installation: Installed):
    home = str(installation.home.path)
    status, out, err = await typed(
        "send", "2114367789", "Hello.", "--json", "--home", home,
        LICORNE_DATABASE_URL=installation.urls.owner,
    )  # fmt: skip
    assert (status, err) == (0, "")
    message = json.loads(out)["id"]
    status, out, _ = await typed(
        "status", message, LICORNE_HOME=home, LICORNE_DATABASE_URL=installation.urls.owner
    )
    assert status == 0
    assert "accepted" in out


async def test_what_doesnt_answer_is_told_in_a_sentence(installation: Installed, tmp_path: Path):
    status, out, err = await typed("member", "list", "--home", str(tmp_path / "nowhere"))
    assert (status, out) == (1, "")
    assert "No database is named" in err
    status, out, err = await typed(
        "member", "list", "--home", str(installation.home.path),
        LICORNE_DATABASE_URL="postgresql://nobody:secret-word@127.0.0.1:1/licorne",
    )  # fmt: skip
    assert (status, out) == (1, "")
    assert "doesn't answer" in err
    assert "secret-word" not in err
    assert "Traceback" not in err
