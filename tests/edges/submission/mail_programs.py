"""Email programs of other makers, unmodified, as people set them up."""

import asyncio
import json
import smtplib
from pathlib import Path
from typing import Any

from tests.edges.submission.mail_server import MailServer, run_client
from tests.support.node_packages import node_environment

PATIENT = "2125550123@secure.text"
_NODEMAILER = Path(__file__).with_name("send_with_nodemailer.js")


async def swaks(mail: MailServer, *options: str, implicit: bool = False) -> tuple[int, str]:
    encryption = ("--tls-on-connect",) if implicit else ("--tls",)
    return await run_client(
        "swaks",
        *("--server", "127.0.0.1", "--port", str(mail.tls_port if implicit else mail.port)),
        *encryption,
        *("--tls-verify", "--tls-ca-path", mail.authority),
        *("--auth-user", mail.address, "--auth-password", mail.app_password),
        *("--from", mail.address, "--to", PATIENT),
        *options,
    )


async def msmtp(
    mail: MailServer, message: bytes, *options: str, folder: Path, implicit: bool = False
) -> tuple[int, str]:
    settings = folder / "msmtprc"
    settings.write_text(
        "\n".join(
            [
                "account default",
                "host localhost",
                f"port {mail.tls_port if implicit else mail.port}",
                "tls on",
                f"tls_starttls {'off' if implicit else 'on'}",
                f"tls_trust_file {mail.authority}",
                "auth on",
                f"user {mail.address}",
                f"password {mail.app_password}",
                f"from {mail.address}",
                "",
            ]
        )
    )
    settings.chmod(0o600)
    return await run_client("msmtp", "-C", str(settings), *options, given=message)


async def nodemailer(
    mail: MailServer, message: dict[str, Any], *, implicit: bool = False
) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        "node",
        str(_NODEMAILER),
        str(mail.tls_port if implicit else mail.port),
        "implicit" if implicit else "starttls",
        mail.authority,
        mail.address,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**node_environment(), "APP_PASSWORD": mail.app_password},
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate(json.dumps({"to": PATIENT, **message}).encode())
    return process.returncode or 0, said.decode()


def smtplib_program(mail: MailServer, *, implicit: bool = False) -> smtplib.SMTP:
    """Signed in; blocks, so use it in a thread."""
    if implicit:
        program: smtplib.SMTP = smtplib.SMTP_SSL(
            "localhost", mail.tls_port, context=mail.client_tls(), timeout=30
        )
    else:
        program = smtplib.SMTP("localhost", mail.port, timeout=30)
        program.starttls(context=mail.client_tls())
    program.login(mail.address, mail.app_password)
    return program
