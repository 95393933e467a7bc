"""`licorne inventory` lists what is configured, all of it and nothing else."""

import asyncio
import contextlib
import io
import json

from tests.support.installation import Installed

from licorne.wiring.main import main
from licorne.wiring.private_files import write_private

SETTINGS = """
public_url = "https://text.example.org"
[blobs]
to = "s3://practice-files/blobs"
[relay]
host = "mail.example.org"
sender = "office@example.org"
[backup]
to = "s3://practice-backups/one"
slot_copies_kept_days = 5
[[carriers]]
name = "main"
[carriers.settings]
url = "https://sms.example.net/send"
headers = { Authorization = "Bearer a-secret-of-the-carrier" }
json = { to = "{to}", body = "{text}" }

[[carriers]]
name = "modem"
kind = "gammu_smsd"
[carriers.settings]
outbox = "/var/spool/gammu/outbox"
sent = "/var/spool/gammu/sent"
error = "/var/spool/gammu/error"
inbox = "/var/spool/gammu/inbox"
"""


async def inventory(installation: Installed, *more: str) -> str:
    write_private(installation.home.database_url, installation.urls.owner + "\n")
    told = io.StringIO()
    arguments = ["inventory", "--home", str(installation.home.path), *more]
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        assert await asyncio.to_thread(main, arguments) == 0
    return told.getvalue()


async def test_assets_flows_and_parties_are_those_of_the_configuration(installation: Installed):
    write_private(installation.home.settings_file, SETTINGS)
    listed = json.loads(await inventory(installation, "--json"))
    names = {one["name"].partition(" (")[0]: one for one in listed["assets"]}
    assert {"Database", "Backup store", "Carrier main", "Unseal key", "Shred slots"} <= set(names)
    assert names["Database"]["version"].startswith("PostgreSQL ")
    assert names["Carrier main"]["where"] == "sms.example.net"
    assert names["Carrier modem"]["where"] == "this machine"
    assert "5 days" in names["Backup store"]["holds"]
    assert "Riverbend Family Practice" in names["Licorne's processes"]["holds"]
    flows = {(one["source"], one["target"]) for one in listed["flows"]}
    assert ("Licorne's worker", "Carrier main") in flows
    assert ("Licorne's worker", "Mail relay mail.example.org") in flows
    assert ("Carrier main", "Patients' phones") in flows
    assert names["Attachments and large bodies"]["where"] == "s3://practice-files/blobs"
    assert any("s3://practice-files" in one for one in listed["needs_agreement"])
    assert any("s3://practice-backups/one" in one for one in listed["needs_agreement"])


async def test_what_is_not_configured_is_not_listed_and_no_secret_ever(installation: Installed):
    write_private(installation.home.settings_file, "")
    told = await inventory(installation)
    assert "Carrier" not in told
    assert "Backup store" not in told
    write_private(installation.home.settings_file, SETTINGS)
    told = await inventory(installation)
    key = installation.home.unseal_key.read_text().splitlines()[2].removeprefix("key ")
    for secret in ("a-secret-of-the-carrier", key, installation.urls.owner.split("@")[0]):
        assert secret not in told


async def test_a_database_that_is_away_is_listed_and_said_to_be(installation: Installed):
    write_private(installation.home.settings_file, SETTINGS)
    await inventory(installation)
    away = "postgresql://nobody:x@127.0.0.1:1/none"
    write_private(installation.home.path / "elsewhere", away)
    write_private(installation.home.settings_file, 'database_url_file = "elsewhere"\n' + SETTINGS)
    told = await inventory(installation)
    assert "it doesn't answer" in told
