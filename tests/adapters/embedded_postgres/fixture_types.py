"""What this folder's fixtures give, for annotations."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from tests.adapters.embedded_postgres.processes import AnotherLauncher

from licorne.adapters.embedded_postgres import EmbeddedPostgres


class Start(Protocol):
    def __call__(self, directory: Path, **options: Any) -> EmbeddedPostgres: ...


Sql = Callable[..., Awaitable[Any]]
LaunchElsewhere = Callable[[Path], AnotherLauncher]
Bystander = Callable[[str], int]
