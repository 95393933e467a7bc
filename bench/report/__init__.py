"""From figures to bench/RESULTS.md."""
