"""The chain of migrations is one line, so that every home has one way forward."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import licorne.store.migrate


def test_every_migration_follows_one_other_and_has_its_own_number():
    folder = Path(licorne.store.migrate.__file__).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    chain = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    files = sorted(path.name.partition("_")[0] for path in (folder / "versions").glob("0*.py"))
    assert chain[::-1] == files
    assert len(files) == len(set(files))
