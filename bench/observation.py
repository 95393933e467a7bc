"""A measured run together with what else can be known about it: who used the processor, ours or
not.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.load.closed_loop import Throughput
from bench.processor_time import (
    ProgramTime,
    add_up,
    machine_time,
    spent_between,
    time_by_program,
)
from bench.report.section import table


@dataclass(frozen=True, slots=True)
class Observed:
    """A run, the processor time of each program in it (warm-up included), and the strangers' part.

    ``others`` is the part of the machine that processes not of this run kept busy, 0 to 1.
    """

    throughput: Throughput
    spent: tuple[ProgramTime, ...]
    others: float

    def __str__(self) -> str:
        """Write one line for the person who waits."""
        run = self.throughput
        return (
            f"{run.per_second:7,.0f}/s  p50 {run.p50_ms:6.2f} ms  p99 {run.p99_ms:6.2f} ms  "
            f"generator {run.generator_share:4.0%} of a core  others {self.others:3.0%}"
        )


def observe(run: Callable[[], Throughput], servers: Iterable[int]) -> Observed:
    """Run, and account for the process trees under ``servers`` and for this process."""
    roots = tuple(servers)
    trees_before, machine_before = time_by_program(roots), machine_time()
    generator_before = os.times()
    throughput = run()
    generator = os.times()
    spent = spent_between(trees_before, time_by_program(roots))
    whole = machine_time().since(machine_before)
    own = generator.user + generator.system - generator_before.user - generator_before.system
    ours = own + sum(each.seconds for each in spent)
    others = max(0.0, (whole.busy_s - ours) / whole.total_s) if whole.total_s else 0.0
    return Observed(throughput, (*spent, ProgramTime("the load generator", own)), others)


def processor_table(runs: Sequence[Observed], unit: str) -> str:
    """Write which program used how many microseconds of processor time per ``unit`` of work."""
    units = sum(each.throughput.acknowledged for each in runs)
    total = add_up(spent for each in runs for spent in each.spent)
    rows = [
        (each.program, f"{each.seconds / units * 1e6:,.0f}")
        for each in total
        if each.seconds / units > 1e-6
    ]
    return table(("program", f"µs of processor per {unit}"), rows)


def noise_sentence(runs: Sequence[Observed]) -> str:
    """Say how much strangers disturbed the runs."""
    shares = sorted(each.others for each in runs)
    return (
        f"Processes that aren't part of the comparison used {shares[len(shares) // 2]:.0%} of the "
        f"machine in the median run, {shares[-1]:.0%} in the worst."
    )
