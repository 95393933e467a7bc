"""What the demo says when it is up: where everything is, and how to send the first secure text."""

from typing import Any

_TEXT = """
Licorne's demo is running. It is a stand-in for real life: the phone is a page, the certificate
is its own, and the keys lie beside the data. Don't use it for real patients.

  Web office   {office_url}
               sign in as {email}
               password   {password}
               the code: add this secret to an authenticator app: {totp_secret}
  Phone        {phone_url}
               texts to any number arrive here; open it in a second window
  API          {api_url}
               guide: {openapi_url}
               token: {api_token}
  Mail server  {smtp_host} port {smtp_port} (STARTTLS) or {smtps_port} (TLS)
               user {email}, app password {app_password}
               the authority to trust: {ca_file}

Send your first secure text. In another window, from the folder you started this in:

  {command}

then look at the phone: {phone_url}
Open the link there, set a password, read, and reply; the office shows the answer.

Ctrl-C stops everything. Started again, it goes on with the same data.
"""


def explain(facts: dict[str, Any]) -> str:
    """Say it in plain words, with a command that can be typed as it stands."""
    member = facts["member"]
    return _TEXT.format(
        office_url=facts["office_url"],
        phone_url=facts["phone_url"],
        api_url=facts["api_url"],
        openapi_url=facts["openapi_url"],
        api_token=facts["api_token"],
        email=member["email"],
        password=member["password"],
        totp_secret=member["totp_secret"],
        app_password=member["app_password"],
        smtp_host=facts["smtp"]["host"],
        smtp_port=facts["smtp"]["port"],
        smtps_port=facts["smtps"]["port"],
        ca_file=facts["ca_file"],
        command=facts.get("command", ".venv/bin/licorne send 2114367789 'Your results are in.'"),
    ).strip("\n")
