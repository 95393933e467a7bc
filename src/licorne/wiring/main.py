"""The command ``licorne``: reads what was typed and hands it on."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from licorne import __version__
from licorne.domain.identity.language import Language
from licorne.edges.cli.commands import add_commands
from licorne.wiring.operator_commands import add_operator_commands

_DESCRIPTION = """\
Licorne lets a health practice write to its patients in private: a secure text to any phone
number, without an app.
"""
_EPILOG = """\
To try it:
  licorne demo
  licorne send 2114367789 "Your results are in."

Each command explains itself: licorne COMMAND --help
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 done, 1 refused or failed, 2 not understood."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="licorne",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"licorne {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_demo(commands)
    _add_init(commands)
    _add_up(commands)
    add_operator_commands(commands, _home_option())
    add_commands(commands, _run_command, [_home_option()])
    return parser


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser(
        "demo",
        help="run a demo practice with a simulated phone",
        description="Run a demo practice on this machine: an embedded database, the web office,"
        " the mail server and a phone that is a page. Not for real patients.",
        epilog="Everything is kept in the home folder; Ctrl-C stops, starting again goes on.",
    )
    demo.add_argument(
        "--home", type=Path, default=Path("demo"), help="where everything is kept (%(default)s)"
    )
    demo.add_argument(
        "--http-port", type=int, default=8080, help="port of the pages, 0 for any (%(default)s)"
    )
    demo.add_argument(
        "--smtp-port", type=int, default=2525, help="port of mail with STARTTLS (%(default)s)"
    )
    demo.add_argument(
        "--smtps-port", type=int, default=2465, help="port of mail with TLS (%(default)s)"
    )
    demo.add_argument(
        "--json", action="store_true", help="when all answers, print one line of JSON on stdout"
    )
    demo.add_argument(
        "--code", action="store_true", help="print the owner's one-time code of now, and end"
    )
    demo.set_defaults(run=_run_demo)


def _run_demo(options: argparse.Namespace) -> int:
    if options.code:
        return _print_code(options.home)
    from licorne.wiring.demo import DemoOptions, run_demo

    return run_demo(
        DemoOptions(
            home=options.home,
            http_port=options.http_port,
            smtp_port=options.smtp_port,
            smtps_port=options.smtps_port,
            json=options.json,
        )
    )


def _print_code(home: Path) -> int:
    from licorne.wiring.demo_practice import current_code
    from licorne.wiring.settings import Home

    code = current_code(Home(home))
    if code is None:
        sys.stderr.write("There is no demo in this home yet: start it with `licorne demo`.\n")
        return 1
    sys.stdout.write(f"{code}\n")
    return 0


def _add_init(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser(
        "init",
        help="set up a new installation with its first practice and owner",
        description="Set up a new installation: schema, keys, the first practice and its owner."
        " The recovery kit is printed once.",
        epilog="The database is any PostgreSQL 15 or newer, named by --database-url or"
        " LICORNE_DATABASE_URL (postgresql://user:password@host/name?sslmode=verify-full).",
    )
    init.add_argument("--home", type=Path, default=Path("licorne"), help="where everything is kept")
    init.add_argument("--database-url", help="the schema owner's URL")
    init.add_argument("--name", required=True, help="the practice's name, as patients see it")
    init.add_argument("--owner-name", required=True, help="the owner's name, as patients see it")
    init.add_argument("--owner-email", required=True, help="the owner signs in with it")
    init.add_argument("--owner-password-file", type=Path, help="else it is asked for")
    init.add_argument("--phone", help="the practice's telephone, shown to patients")
    init.add_argument("--region", default="US", help="how numbers are read (%(default)s)")
    init.add_argument(
        "--time-zone", default="America/New_York", help="for times in the office (%(default)s)"
    )
    init.add_argument(
        "--language",
        default=Language.ENGLISH.value,
        choices=[language.value for language in Language],
        help="of texts and pages for who has chosen none (%(default)s)",
    )
    init.add_argument(
        "--text-domain",
        action="append",
        default=[],
        help="a domain of your own for texting, beside secure.text; may be repeated",
    )
    init.set_defaults(run=_run_init)


def _run_init(options: argparse.Namespace) -> int:
    from licorne.wiring.init import InitOptions, run_init

    return run_init(
        InitOptions(
            home=options.home,
            database_url=options.database_url,
            name=options.name,
            region=options.region,
            time_zone=options.time_zone,
            language=Language(options.language),
            phone=options.phone,
            text_domains=tuple(options.text_domain),
            owner_name=options.owner_name,
            owner_email=options.owner_email,
            password_file=options.owner_password_file,
        )
    )


def _add_up(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    up = commands.add_parser(
        "up",
        help="run an installation that init made",
        description="Run an installation's roles: web, submission and worker, each a process of"
        " its own. Without --role all of them.",
        epilog="Settings come from licorne.toml in the home and from LICORNE_* in the environment"
        " (see docs/operations).",
    )
    up.add_argument("--home", type=Path, default=Path("licorne"), help="as given to init")
    up.add_argument(
        "--role",
        action="append",
        choices=["web", "submission", "worker"],
        help="run only this role; may be repeated",
    )
    up.set_defaults(run=_run_up)


def _home_option() -> argparse.ArgumentParser:
    """Give the option that every command on an installation has."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--home",
        type=Path,
        help="the installation's folder; without it LICORNE_HOME, licorne or demo",
    )
    return shared


def _run_command(options: argparse.Namespace) -> int:
    from licorne.wiring.commands import run_on_installation

    return run_on_installation(options)


def _run_up(options: argparse.Namespace) -> int:
    from licorne.wiring.up import ROLES, run_up

    return run_up(options.home, options.role or ROLES)


if __name__ == "__main__":
    sys.exit(main())
