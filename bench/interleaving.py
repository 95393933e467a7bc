"""Product and yardstick in turn, so that whatever else the machine does hits both alike.

Each round runs both, one right after the other, and the order swaps from round to round; a round
yields one ratio, and the median of the ratios is the result. A drift of the machine cancels out,
and one bad round can't move the median.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")

_REST_S = 0.5


@dataclass(frozen=True, slots=True)
class Goal:
    """What the ratio has to reach: at least ``bound``, or at most where smaller is better."""

    bound: float
    smaller_is_better: bool = False

    def is_met_by(self, ratio: float) -> bool:
        """Tell whether ``ratio`` reaches the goal."""
        return ratio <= self.bound if self.smaller_is_better else ratio >= self.bound

    def __str__(self) -> str:
        """Write it as a reader compares it."""
        return f"{'≤' if self.smaller_is_better else '≥'} {self.bound:g}×"


@dataclass(frozen=True, slots=True)
class Round(Generic[Outcome]):
    """One run of each, back to back."""

    product: Outcome
    yardstick: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ratios of all rounds (product ÷ yardstick) for one measure, and what they are held to."""

    name: str
    unit: str
    goal: Goal | None
    product: tuple[float, ...]
    yardstick: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """One ratio per round, in the order in which the rounds ran."""
        return tuple(p / y for p, y in zip(self.product, self.yardstick, strict=True))

    @property
    def median_ratio(self) -> float:
        """The result."""
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool:
        """Tell whether the result reaches its goal (a comparison without goal always does)."""
        return self.goal is None or self.goal.is_met_by(self.median_ratio)


def interleave(
    rounds: int, product: Callable[[], Outcome], yardstick: Callable[[], Outcome]
) -> list[Round[Outcome]]:
    """Run both ``rounds`` times, swapping who goes first."""
    finished: list[Round[Outcome]] = []
    for number in range(rounds):
        if number % 2 == 0:
            of_product = after_a_rest(product)
            of_yardstick = after_a_rest(yardstick)
        else:
            of_yardstick = after_a_rest(yardstick)
            of_product = after_a_rest(product)
        finished.append(Round(of_product, of_yardstick))
    return finished


def after_a_rest(run: Callable[[], Outcome]) -> Outcome:
    """Run with the disk's queue empty: what one side has left unwritten isn't the
    other's burden.
    """
    os.sync()
    time.sleep(_REST_S)
    return run()


def compare(
    name: str,
    unit: str,
    goal: Goal | None,
    rounds: list[Round[Outcome]],
    measure: Callable[[Outcome], float],
) -> Comparison:
    """Reduce rounds to one measure."""
    return Comparison(
        name,
        unit,
        goal,
        product=tuple(measure(each.product) for each in rounds),
        yardstick=tuple(measure(each.yardstick) for each in rounds),
    )
