"""The parts of the report: a section per scenario, made of paragraphs and tables in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.interleaving import Comparison


@dataclass(frozen=True, slots=True)
class Section:
    """One scenario's part of the report. ``key`` is the scenario's name on the command line."""

    key: str
    title: str
    blocks: tuple[str, ...]
    is_met: bool


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table; all columns but the first are aligned right."""
    lines = [
        "| " + " | ".join(head) + " |",
        "|---" + "|--:" * (len(head) - 1) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def comparison_table(
    comparisons: Sequence[Comparison], product_name: str, yardstick_name: str
) -> str:
    """Write the comparisons of a scenario: medians of both, the ratios, the goal, the verdict."""
    rows = []
    for each in comparisons:
        ratios = sorted(each.ratios)
        spread = f"{ratios[0]:.2f} … {ratios[-1]:.2f}"
        rows.append(
            (
                each.name,
                f"{_median(each.product):,.4g} {each.unit}",
                f"{_median(each.yardstick):,.4g} {each.unit}",
                f"**{each.median_ratio:.2f}×**",
                spread,
                str(len(ratios)),
                str(each.goal) if each.goal else "none",
                verdict(is_met=each.is_met) if each.goal else "",
            )
        )
    head = ("", product_name, yardstick_name, "ratio (median)", "min … max", "rounds", "goal", "")
    return table(head, rows)


def verdict(*, is_met: bool) -> str:
    """Say whether a goal was reached."""
    return "reached" if is_met else "**not reached**"


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
