"""Runs an installation's roles: all of them in the demo and on one machine, or the ones named."""

from collections.abc import Callable, Collection
from functools import partial

from licorne.wiring.installation_facts import Installation
from licorne.wiring.logging import log_event
from licorne.wiring.roles import run_submission, run_web, run_worker_role
from licorne.wiring.supervisor import Role, Supervisor

ROLES = ("web", "submission", "worker")


def run_roles(
    installation: Installation,
    when_ready: Callable[[], None] | None = None,
    wanted: Collection[str] = ROLES,
) -> int:
    """Run the wanted roles until SIGTERM or Ctrl-C; gives the exit status."""
    settings = installation.settings
    kinds = {
        "web": (run_web, settings.web_processes),
        "submission": (run_submission, settings.submission_processes),
        "worker": (run_worker_role, settings.worker_processes),
    }
    roles = [
        Role(name if count == 1 else f"{name}-{number}", partial(run, installation))
        for name, (run, count) in kinds.items()
        if name in wanted
        for number in range(1, count + 1)
    ]
    return Supervisor(roles, log_event).run(when_ready)
