"""``python -m bench``: choose scenarios, run them, write what came out into bench/RESULTS.md."""

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

import bench.batcher.scenario
import bench.page.scenario
import bench.smtp.scenario
import bench.web.create_scenario
import bench.web.view_scenario
import bench.yardsticks.scenario
from bench.machine import describe_machine, describe_versions
from bench.report.results_file import RESULTS, write_sections
from bench.report.section import Section
from bench.workshop import FULL_PLAN, QUICK_PLAN, Workshop, open_workshop, say

SCENARIOS: tuple[tuple[str, Callable[[Workshop], Section]], ...] = (
    ("smtp", bench.smtp.scenario.run),
    ("api", bench.web.create_scenario.run),
    ("view", bench.web.view_scenario.run),
    ("batcher", bench.batcher.scenario.run),
    ("page", bench.page.scenario.run),
    ("yardsticks", bench.yardsticks.scenario.run),
)
REPORTED = tuple(name for name, _ in SCENARIOS if name != "yardsticks")


def main(arguments: list[str] | None = None) -> int:
    """Run; return 0 when every goal was reached, 1 when one wasn't."""
    asked = _parser().parse_args(arguments)
    wanted = REPORTED if asked.scenario == "all" else (asked.scenario,)
    plan = QUICK_PLAN if asked.quick else FULL_PLAN
    sections: list[Section] = []
    with open_workshop(asked.folder, plan) as workshop:
        machine = describe_machine(workshop.folder)
        say(f"{machine}\n{describe_versions()}")
        for name, run in SCENARIOS:
            if name in wanted:
                say(f"\n{name}")
                sections.append(run(workshop))
    for section in sections:
        say("\n" + "\n\n".join((f"## {section.title}", *section.blocks)))
    reported = [section for section in sections if section.key in REPORTED]
    if asked.quick or not reported:
        say("\nbench/RESULTS.md is left as it was.")
    else:
        command = " ".join(["python -m bench", *(arguments or sys.argv[1:])])
        today = dt.datetime.now(dt.UTC).date()
        about = f"*`{command}` on {today}: {machine}. {describe_versions()}.*"
        write_sections(reported, about, REPORTED)
        say(f"\nWritten to {RESULTS}")
    return 0 if all(section.is_met for section in sections) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Licorne beside yardsticks, in interleaved rounds; report the ratios.",
    )
    parser.add_argument("scenario", choices=[*(name for name, _ in SCENARIOS), "all"])
    parser.add_argument(
        "--quick",
        action="store_true",
        help="two short rounds: does everything work? Leaves bench/RESULTS.md alone",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=None,
        help="where databases and queues are to lie: on the disk that you want measured "
        "(default: the system's temporary folder)",
    )
    return parser
