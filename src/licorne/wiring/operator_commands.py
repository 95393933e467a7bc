"""The commands of whoever runs the machine: they act on the installation, not in a practice."""

import argparse
import os
import sys
from pathlib import Path
from typing import TypeAlias

from licorne.domain.identity.language import Language
from licorne.wiring.keys_commands import add_keys
from licorne.wiring.settings import SettingsWrong

# What `add_subparsers` gives has no public name.
Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def add_operator_commands(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    """Add them all; ``home`` is the parent parser with the option that names the home."""
    _add_doctor(commands, home)
    _add_backup(commands, home)
    _add_restore(commands)
    _add_upgrade(commands, home)
    _add_inventory(commands, home)
    _add_kit(commands, home)
    add_keys(commands, home)
    _add_translations(commands)


def _add_doctor(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    doctor = commands.add_parser(
        "doctor",
        parents=[home],
        help="look at everything the installation stands on",
        description="Look at settings, certificates, DNS, database, keys, disks, clock, carriers"
        " and audit, and say what to do. Changes nothing. Status 1 when there is a problem.",
    )
    doctor.add_argument("--json", action="store_true", help="answer as one line of JSON")
    doctor.set_defaults(run=_run_doctor)


def _run_doctor(options: argparse.Namespace) -> int:
    from licorne.wiring.doctor.examination import run_doctor

    home = _home(options)
    return 1 if home is None else run_doctor(home, as_json=options.json)


def _add_backup(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    backup = commands.add_parser(
        "backup",
        parents=[home],
        help="back the installation up, or copy its keys elsewhere",
        description="Back up database, attachments, shred slots and audit heads to the place that"
        " [backup] in licorne.toml names. Only attachments that are new are copied. The keys are"
        " never part of it: copy them to another place with --keys-to.",
    )
    backup.add_argument(
        "--keys-to",
        type=Path,
        metavar="FOLDER",
        help="instead copy keys, secrets and settings to a new folder",
    )
    backup.set_defaults(run=_run_backup)


def _run_backup(options: argparse.Namespace) -> int:
    from licorne.wiring.backup import run_backup
    from licorne.wiring.keys_copy import run_keys_copy

    home = _home(options)
    if home is None:
        return 1
    return run_backup(home) if options.keys_to is None else run_keys_copy(home, options.keys_to)


def _add_restore(commands: Subcommands) -> None:
    restore = commands.add_parser(
        "restore",
        help="bring an installation back from a backup, on an empty machine",
        description="Restore an installation into a home and a database that are both empty, from"
        " a backup and the copy of the keys. Nothing is ever written over.",
        epilog="Make the database first: createdb -O licorne_owner licorne",
    )
    restore.add_argument("--home", type=Path, default=Path("licorne"), help="a new folder")
    restore.add_argument(
        "--keys", type=Path, required=True, metavar="FOLDER", help="made by backup --keys-to"
    )
    restore.add_argument("--database-url", help="the schema owner's URL, of the new database")
    restore.add_argument(
        "--from",
        dest="source",
        metavar="PLACE",
        help="the backups' folder or s3://bucket/prefix; without it as the keys' settings say",
    )
    restore.add_argument(
        "--backup", metavar="STAMP", help="which one, such as 20261124T023000Z; else the newest"
    )
    restore.add_argument(
        "--keep-ways-in",
        action="store_true",
        help="let tokens, app passwords, passkeys and invitations serve on: only where none was"
        " revoked since that backup, as in a move to another machine",
    )
    restore.set_defaults(run=_run_restore)


def _run_restore(options: argparse.Namespace) -> int:
    from licorne.wiring.restore import RestoreOptions, run_restore

    return run_restore(
        RestoreOptions(
            home=options.home,
            keys=options.keys,
            database_url=options.database_url,
            source=options.source,
            backup=options.backup,
            keep_ways_in=options.keep_ways_in,
        )
    )


def _add_upgrade(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    upgrade = commands.add_parser(
        "upgrade",
        parents=[home],
        help="bring the data up to this release: a backup first, then the schema",
        description="After installing a new release: stop licorne up, run this, start again. Makes"
        " a backup, then changes the schema, forward only. The way back is that backup.",
    )
    upgrade.add_argument(
        "--without-backup", action="store_true", help="only where another tool has made one"
    )
    upgrade.set_defaults(run=_run_upgrade)


def _run_upgrade(options: argparse.Namespace) -> int:
    from licorne.wiring.upgrade import run_upgrade

    home = _home(options)
    return 1 if home is None else run_upgrade(home, with_backup=not options.without_backup)


def _add_inventory(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    inventory = commands.add_parser(
        "inventory",
        parents=[home],
        help="print what holds health information and how it moves",
        description="Print the assets that hold health information and the flows that move it, as"
        " they are configured, and who needs an agreement with you.",
    )
    inventory.add_argument("--json", action="store_true", help="answer as one line of JSON")
    inventory.set_defaults(run=_run_inventory)


def _run_inventory(options: argparse.Namespace) -> int:
    from licorne.wiring.inventory.command import run_inventory

    home = _home(options)
    return 1 if home is None else run_inventory(home, as_json=options.json)


def _add_translations(commands: Subcommands) -> None:
    translations = commands.add_parser(
        "translations",
        help="report what is not translated",
        description="Compare each language's catalogue with the sentences in the program: report"
        " what is untranslated, a guess (fuzzy), filled in otherwise, or unused, with its place."
        " Status 1 when there is anything.",
    )
    translations.add_argument(
        "--language",
        action="append",
        default=[],
        metavar="CODE",
        choices=[language.value for language in Language],
        help="only this one, such as es; may be repeated",
    )
    translations.add_argument(
        "--update",
        action="store_true",
        help="first write new sentences into the catalogue, and take unused ones out",
    )
    translations.set_defaults(run=_run_translations)


def _run_translations(options: argparse.Namespace) -> int:
    from licorne.wiring.translations import run_translations

    languages = tuple(Language(code) for code in options.language)
    return run_translations(languages, update=options.update)


def _add_kit(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    kit = commands.add_parser(
        "kit",
        parents=[home],
        help="print the operator's sheets of the recovery kit",
        description="Print the unseal key and the slot store's sheet, each with who keeps it and"
        " where. They go to standard output and into no file: licorne kit | lp",
    )
    kit.set_defaults(run=_run_kit)


def _run_kit(options: argparse.Namespace) -> int:
    from licorne.wiring.kit import run_kit

    home = _home(options)
    return 1 if home is None else run_kit(home)


def _home(options: argparse.Namespace) -> Path | None:
    """Find the home, or say that there is none. A sealed one, whose key is away, is one too."""
    from licorne.wiring.commands import find_home

    if options.home is None and "LICORNE_HOME" in os.environ:
        return Path(os.environ["LICORNE_HOME"]).absolute()
    try:
        return find_home(options.home).path
    except SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
        return None
