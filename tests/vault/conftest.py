import pytest
from tests.vault.practice import Practice


@pytest.fixture
def practice() -> Practice:
    return Practice()
