"""From rounds to a verdict, and into the results file."""

from pathlib import Path

import pytest
from bench.interleaving import Goal, compare, interleave
from bench.report import results_file
from bench.report.section import Section


def test_the_rounds_alternate_who_goes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bench.interleaving._REST_S", 0)
    ran: list[str] = []
    interleave(3, lambda: ran.append("product"), lambda: ran.append("yardstick"))
    assert ran == ["product", "yardstick", "yardstick", "product", "product", "yardstick"]


def test_the_result_is_the_median_of_the_ratios_not_the_ratio_of_the_medians(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("bench.interleaving._REST_S", 0)
    product, yardstick = iter([10.0, 1.0, 9.0]), iter([1.0, 1.0, 3.0])
    rounds = interleave(3, lambda: next(product), lambda: next(yardstick))
    comparison = compare("rate", "/s", Goal(3.5), rounds, float)
    assert comparison.ratios == (10.0, 1.0, 3.0)
    assert comparison.median_ratio == 3.0
    assert not comparison.is_met


def test_a_latency_goal_is_met_from_below():
    assert Goal(1.15, smaller_is_better=True).is_met_by(1.1)
    assert not Goal(1.15, smaller_is_better=True).is_met_by(1.2)
    assert Goal(0.5).is_met_by(0.5)


def test_a_run_of_one_scenario_leaves_the_others_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(results_file, "RESULTS", tmp_path / "RESULTS.md")
    order = ("smtp", "api")

    def write(key: str, text: str) -> None:
        section = Section(key, f"Title of {key}", (text,), is_met=True)
        results_file.write_sections([section], "about the run", order)

    write("api", "first api figures")
    write("smtp", "smtp figures")
    write("api", "second api figures")
    written = results_file.RESULTS.read_text("utf-8")
    assert "first api figures" not in written
    assert written.index("smtp figures") < written.index("second api figures")
    assert written.count("## Title of") == 2
