"""Where backups go, by the settings; and which of PostgreSQL's programs make and restore dumps."""

import shutil
import sys
from pathlib import Path

from licorne.adapters.backup_stores.directory import DirectoryBackupStore
from licorne.adapters.backup_stores.object_store import ObjectBackupStore
from licorne.ports.backup_store import BackupStore
from licorne.store.dumps import PostgresPrograms
from licorne.wiring.object_stores import object_storage
from licorne.wiring.settings import Backup, Home, SettingsWrong


def backup_store(home: Home, backup: Backup) -> BackupStore:
    """Open the configured store. Raises `SettingsWrong` and ``BackupStoreFailed``."""
    if not backup.to:
        raise SettingsWrong(
            'No place for backups is set. Put [backup] with to = "/a/folder/elsewhere" or'
            ' to = "s3://bucket/prefix" into licorne.toml (see docs/operations).'
        )
    if backup.to.startswith("s3://"):
        return ObjectBackupStore(object_storage(home, backup.storage))
    folder = home.path / backup.to
    if folder.resolve().is_relative_to(home.path.resolve()):
        raise SettingsWrong(
            "backup.to lies in the home itself: who loses the one loses the other. Name a folder"
            " on another disk."
        )
    return DirectoryBackupStore(folder)


def postgres_programs() -> PostgresPrograms:
    """Find them beside this Python (the wheel's, or a step to the machine's), else on the path."""
    return PostgresPrograms(_program("pg_dump"), _program("pg_restore"))


def _program(name: str) -> Path:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise SettingsWrong(f"{name} is missing. On Debian: apt-get install postgresql-client.")
    return Path(found)
