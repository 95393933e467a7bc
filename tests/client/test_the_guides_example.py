"""The guide's examples work as they stand, in curl, Python and JavaScript, against a running API."""

import asyncio
import json
import os
import re
import sys
import time
from pathlib import Path

from tests.support.api_world import Api, token_for

from licorne.adapters.system import SystemRandomness
from licorne.vault.webhook_secrets import make_webhook_secret, sign_webhook

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
HERE = "http://localhost:8080"


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


async def alices_token(api: Api) -> str:
    return (await token_for(api.world, await api.world.add_member("Alice Member"))).secret


async def output_of(*command: str, at: Path, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=at,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    out, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    return out.decode()


def curl_commands() -> list[str]:
    """Every curl command of the guide; one goes on where a line ends in an open quote or \\."""
    commands = []
    for block in examples("sh"):
        for line in block.splitlines():
            if line.startswith("curl "):
                commands.append(line)
            elif commands and block.lstrip().startswith("curl "):
                commands[-1] += f"\n{line}"
    return commands


async def test_the_guides_curl_commands_do_what_they_are_for(api: Api, tmp_path: Path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    known = {"API": f"{api.url}/api/v1", "TOKEN": await alices_token(api)}
    commands = curl_commands()
    assert len(commands) > 12
    for command in commands:
        asked = command.replace("curl ", "curl --silent --write-out '\\n%{http_code}' ", 1)
        out = await output_of("bash", "-c", asked, at=tmp_path, **known)
        body, _, status = out.rpartition("\n")
        assert status.startswith("2"), (command, out)
        told = json.loads(body) if body else {}
        if "deliveries" in told:
            known["MESSAGE"] = told["id"]
        elif "texting" in told:
            known["CONTACT"] = told["id"]
        elif "after" in told:
            known["AFTER"] = told["after"]


async def test_the_guides_python_does_what_it_is_for(api: Api, tmp_path: Path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    token = await alices_token(api)
    first, second = [
        await output_of(
            sys.executable, "-c", example.replace(HERE, api.url), at=tmp_path, TOKEN=token
        )
        for example in examples("python")
    ]
    assert first == "accepted\n"
    created, refused, opted_out = second.splitlines()
    assert created == "created "
    assert refused.startswith("refused ")
    assert opted_out == "opted_out"


async def test_the_guides_javascript_sends_and_tells_genuine_webhooks(api: Api, tmp_path: Path):
    sending, checking = examples("javascript")
    (tmp_path / "send.mjs").write_text(sending.replace(HERE, api.url))
    (tmp_path / "check.mjs").write_text(checking)
    token = await alices_token(api)
    assert await output_of("node", "send.mjs", at=tmp_path, TOKEN=token) == "accepted\n"
    secret, now, body = make_webhook_secret(SystemRandomness()), int(time.time()), b'{"type":"x"}'
    headers = {
        "webhook-id": "4711",
        "webhook-timestamp": str(now),
        "webhook-signature": sign_webhook([secret], "4711", now, body),
    }
    cases = [
        (headers, body, True),
        (headers, body + b" ", False),
        ({**headers, "webhook-id": "4712"}, body, False),
        ({**headers, "webhook-timestamp": str(now - 1000)}, body, False),
        ({}, body, False),
    ]
    asked = json.dumps([[said, raw.decode()] for said, raw, _ in cases])
    program = (
        'import { isGenuine } from "./check.mjs";'
        f"for (const [h, b] of {asked}) console.log(isGenuine({json.dumps(secret)}, h, b));"
    )
    (tmp_path / "ask.mjs").write_text(program)
    told = await output_of("node", "ask.mjs", at=tmp_path)
    assert told.split() == [str(genuine).lower() for _, _, genuine in cases]
