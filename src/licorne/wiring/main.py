"""The command ``licorne``: reads what was typed and hands it on."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from licorne import __version__

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
    demo.set_defaults(run=_run_demo)


def _run_demo(options: argparse.Namespace) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
