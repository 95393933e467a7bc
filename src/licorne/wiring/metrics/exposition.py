"""Metrics as Prometheus reads them: the processes' counts, and the figures of the database."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from licorne import __version__
from licorne.store.figures import Figures


def exposition(
    counts: str, figures: Figures | None, now: datetime, alarm_after_hours: float
) -> bytes:
    """Write everything out. ``counts`` is the processes' folder; no figures: no database."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=counts)  # type: ignore[no-untyped-call]
    registry.register(_Figures(figures, now, alarm_after_hours))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, figures: Figures | None, now: datetime, alarm_after_hours: float) -> None:
        self._figures = figures
        self._now = now
        self._alarm_after = alarm_after_hours * 3600

    def collect(self) -> Iterator[Metric]:
        about = GaugeMetricFamily("licorne_release", "The release.", labels=["version"])
        about.add_metric([__version__], 1)
        yield about
        figures = self._figures
        yield _gauge("database_up", "Whether the database answers.", float(figures is not None))
        if figures is None:
            return
        yield _gauge("jobs_waiting", "Jobs that are due and not begun.", figures.jobs_waiting)
        yield self._age("job_waiting_seconds", "The longest wait.", figures.job_waiting_since)
        yield _gauge("audit_pending", "Audit entries not linked yet.", figures.audit_pending)
        yield self._age("audit_lag_seconds", "The oldest of them.", figures.audit_waiting_since)
        yield _gauge("shred_orders_open", "Copies to destroy.", figures.shred_orders_open)
        backed_up = figures.backed_up_at
        age = float("inf") if backed_up is None else (self._now - backed_up).total_seconds()
        yield _gauge("backup_age_seconds", "Since the newest backup.", age)
        yield _gauge("backup_alarm", "1: too old, or none.", float(age > self._alarm_after))
        for name, count in figures.written.items():
            yield CounterMetricFamily(f"licorne_{name}", f"{name}, ever written.", count)

    def _age(self, name: str, text: str, since: datetime | None) -> Metric:
        age = 0.0 if since is None else max(0.0, (self._now - since).total_seconds())
        return _gauge(name, text, age)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"licorne_{name}", text, value)
