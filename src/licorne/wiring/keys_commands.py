"""`licorne keys`: the keys of the hierarchy, for whoever runs the machine."""

import argparse
from pathlib import Path
from typing import TypeAlias

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001

ROTATED = ("unseal", "pepper", "fields", "enrol", "link", "sign", "record", "teams")


def add_keys(commands: Subcommands, home: argparse.ArgumentParser) -> None:
    """Add the group; ``home`` is the parent parser with the option that names the home."""
    keys = commands.add_parser(
        "keys", help="list and rotate keys, or bring the unseal key back from paper"
    )
    acts = keys.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add(
        acts,
        home,
        "list",
        "list the installation's keys and what needs them",
        "List every version of every key under the unseal key, which is in use, and by how much an"
        " older one is still needed.",
    )
    rotate = _add(
        acts,
        home,
        "rotate",
        "make a key's next version, while Licorne runs",
        "Make the next version of a key. It is in use half a minute later, when every process has"
        " met it; what the older one locked still opens. Killed, it goes on when it is run again."
        " Intake keys last ten minutes and rotate by themselves.",
    )
    rotate.add_argument("name", choices=ROTATED, help="which key")
    _add(
        acts,
        home,
        "retire",
        "destroy older versions that nothing needs any more",
        "Destroy the older versions of keys that nothing is locked with any more.",
    )
    move = _add(
        acts,
        home,
        "move",
        "move the unseal key to the custody that the settings name now",
        "Write the new [custody] into licorne.toml, keep the earlier licorne.toml, and run this:"
        " every key is locked anew by the new custody. Nothing that is sealed changes.",
    )
    move.add_argument(
        "--from", dest="earlier", type=Path, required=True, metavar="FILE", help="the earlier one"
    )
    enter = acts.add_parser(
        "enter",
        help="make the unseal key's file anew from the printed sheet",
        description="Type the digits and the check of sheet 1 of the recovery kit. The file of a"
        " home that has none is made anew; an existing one is never replaced.",
    )
    enter.add_argument("--home", type=Path, default=Path("licorne"), help="the installation's")
    enter.set_defaults(run=_run_enter)


def _add(
    acts: Subcommands, home: argparse.ArgumentParser, name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    added = acts.add_parser(name, parents=[home], help=summary, description=description)
    added.set_defaults(run=_run, act=name)
    return added


def _run(options: argparse.Namespace) -> int:
    from licorne.wiring.rotation import run_keys

    return run_keys(options)


def _run_enter(options: argparse.Namespace) -> int:
    from licorne.wiring.kit import run_enter

    return run_enter(options.home)
