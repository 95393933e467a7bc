"""The doctor on backups: is there one, of when, and do copies of shred slots end as promised?"""

from datetime import datetime, timedelta

from licorne.application.keeping.backup_manifest import BackupUnusable
from licorne.application.keeping.backup_shelf import BackupShelf
from licorne.ports.backup_store import BackupStoreFailed
from licorne.wiring.backup_places import backup_store
from licorne.wiring.doctor.finding import Finding, ok, problem, warning
from licorne.wiring.settings import Backup, Home, Settings, SettingsWrong


async def look_at_backups(home: Home, settings: Settings, now: datetime) -> list[Finding]:
    """Ask the store itself what is in it."""
    try:
        shelf = BackupShelf(backup_store(home, settings.backup))
        newest, oldest_slots = await shelf.newest_at(), await shelf.oldest_slots()
    except SettingsWrong as error:
        return [problem("backup", str(error))]
    except (BackupStoreFailed, BackupUnusable) as error:
        return [problem("backup", error.sentence)]
    return judge_backups(settings.backup, newest, oldest_slots, now)


def judge_backups(
    backup: Backup, newest: datetime | None, oldest_slots: datetime | None, now: datetime
) -> list[Finding]:
    if newest is None:
        return [problem("backup", "There is no backup yet: run licorne backup, daily.")]
    findings = []
    hours = (now - newest) / timedelta(hours=1)
    if hours > backup.alarm_after_hours:
        findings.append(
            problem(
                "backup",
                f"The newest backup is {hours:.0f} hours old. Find out why licorne backup doesn't"
                " run, and run it.",
            )
        )
    # A day's grace: what ends them, a backup or a store's rule, comes round once a day.
    days = backup.slot_copies_kept_days
    if oldest_slots is not None and now - oldest_slots > timedelta(days=days + 1):
        findings.append(
            warning(
                "slot_copies",
                f"There are copies of shred slots older than the {days} days that you promise."
                " Remove them, or give the store a rule that removes slots/ after"
                f" {days} days.",
            )
        )
    return findings or [ok("backup", f"The newest backup is of {newest:%Y-%m-%d %H:%M} UTC.")]
