"""`licorne keys`: the keys of the hierarchy, for whoever runs the machine."""

import argparse
from pathlib import Path
from typing import TypeAlias

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def add_keys(commands: Subcommands) -> None:
    keys = commands.add_parser(
        "keys", help="list and rotate keys, or bring the unseal key back from paper"
    )
    acts = keys.add_subparsers(title="commands", required=True, metavar="COMMAND")
    enter = acts.add_parser(
        "enter",
        help="make the unseal key's file anew from the printed sheet",
        description="Type the digits and the check of sheet 1 of the recovery kit. The file of a"
        " home that has none is made anew; an existing one is never replaced.",
    )
    enter.add_argument("--home", type=Path, default=Path("licorne"), help="the installation's")
    enter.set_defaults(run=_run_enter)


def _run_enter(options: argparse.Namespace) -> int:
    from licorne.wiring.kit import run_enter

    return run_enter(options.home)
