"""How commands are added to the parser: help that teaches, the same options named the same way."""

import argparse
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

from licorne.domain.identity.api_token import Scope, ScopeUnknown, parse_scope
from licorne.domain.identity.permission import Permission
from licorne.domain.message.lifetime import LifetimeUnreadable, parse_typed_lifetime
from licorne.edges.cli.invocation import Handler

# What `add_subparsers` gives has no public name.
Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001
Run: TypeAlias = Callable[[argparse.Namespace], int]
Shared: TypeAlias = Sequence[argparse.ArgumentParser]


def add_command(
    subparsers: Subcommands,
    name: str,
    handle: Handler,
    run: Run,
    shared: Shared,
    *,
    needs: Permission,
    summary: str,
    description: str,
    examples: str,
    with_json: bool = True,
) -> argparse.ArgumentParser:
    """Add one command that acts in somebody's name; its arguments come afterwards.

    ``needs`` is what that somebody's role has to give.
    """
    parser = subparsers.add_parser(
        name,
        parents=list(shared),
        help=summary,
        description=description,
        epilog=f"Examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, handle=handle, needs=needs)
    in_name = parser.add_argument_group("in whose name")
    in_name.add_argument(
        "--as",
        dest="as_email",
        metavar="EMAIL",
        help="act for this member; without it for the practice's first owner",
    )
    in_name.add_argument(
        "--organization",
        metavar="NAME",
        help="the practice, by name or id, where the installation has several",
    )
    if with_json:
        parser.add_argument("--json", action="store_true", help="answer as one line of JSON")
    return parser


def add_group(subparsers: Subcommands, name: str, summary: str, description: str) -> Subcommands:
    """Add a word that other commands come after, such as ``member``."""
    parser = subparsers.add_parser(name, help=summary, description=description)
    return parser.add_subparsers(title="commands", required=True, metavar="COMMAND")


def lifetime(text: str) -> timedelta:
    """Read ``7d``, for argparse."""
    try:
        return parse_typed_lifetime(text)
    except LifetimeUnreadable as problem:
        raise argparse.ArgumentTypeError(problem.sentence) from None


def scope(text: str) -> Scope:
    try:
        return parse_scope(text)
    except ScopeUnknown as problem:
        raise argparse.ArgumentTypeError(problem.sentence) from None
