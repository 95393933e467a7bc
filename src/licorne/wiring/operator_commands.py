"""The commands of whoever runs the machine: they act on the installation, not in a practice."""

import argparse
import os
import sys
from pathlib import Path
from typing import TypeAlias

from licorne.wiring.settings import SettingsWrong

# What `add_subparsers` gives has no public name.
Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def add_operator_commands(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    """Add them all; ``home`` is the parent parser with the option that names the home."""
    _add_doctor(commands, home)


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
