"""What the demo says when it is up: where everything is, and how to send the first secure text."""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

_TEXT = """
Licorne's demo is running. It is a stand-in for real life: the phone is a page, the certificate
is its own, and the keys lie beside the data. Don't use it for real patients.

  Web office   {office_url}
               sign in as {email}
               password   {password}
               the code   {code_command}
               (or add this secret to an authenticator app: {totp_secret})
  Phone        {phone_url}
               texts to any number arrive here; open it in a second window
  API          {api_url}
               guide: {api_url}/docs
               token: {api_token}
  Mail server  {smtp_host} port {smtp_port} (STARTTLS) or {smtps_port} (TLS)
               user {email}, app password {app_password}
               the authority to trust: {ca_file}
  Emails       {reply_mails}

Send your first secure text. In another window, from the folder you started this in:

  {send_command}

then look at the phone: {phone_url}
Open the link there, set a password, read, and reply; the office shows the answer.

Ctrl-C stops everything. Started again, it goes on with the same data.
"""


def explain(facts: dict[str, Any], home: Path) -> str:
    """Say it in plain words, with commands that can be typed as they stand."""
    member = facts["member"]
    licorne = _shortest(Path(sys.executable).parent / "licorne")
    at_home = "" if home == Path("demo").absolute() else f" --home {_shortest(home)}"
    return _TEXT.format(
        office_url=facts["office_url"],
        phone_url=facts["phone_url"],
        api_url=facts["api_url"],
        api_token=facts["api_token"],
        email=member["email"],
        password=member["password"],
        totp_secret=member["totp_secret"],
        app_password=member["app_password"],
        smtp_host=facts["smtp"]["host"],
        smtp_port=facts["smtp"]["port"],
        smtps_port=facts["smtps"]["port"],
        ca_file=facts["ca_file"],
        code_command=f"{licorne} demo --code{at_home}",
        reply_mails=_reply_mails(facts["reply_mails"]),
        send_command=f"{licorne} send{at_home} 2114367789 'Your results are in.'",
    ).strip("\n")


def _reply_mails(mails: dict[str, str]) -> str:
    """Say where it would be told by email that a reply waits."""
    if mails["relay"]:
        return f"that a reply waits go to {mails['to']} by {mails['relay']}"
    return (
        f"that a reply waits would go to {mails['to']}; no relay is set, so none goes"
        "\n               (LICORNE_RELAY_HOST and LICORNE_RELAY_SENDER, before the start)"
    )


def _shortest(path: Path) -> str:
    """Write a path as one would type it here."""
    relative = os.path.relpath(path)
    return shlex.quote(min(relative, str(path), key=len))
