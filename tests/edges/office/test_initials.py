import pytest

from licorne.edges.office.desk import initials_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Dr. Alice Moreau", "AM"),
        ("Prof. Dr. Lin Zhang", "LZ"),
        ("Sam", "S"),
        ("Ana de la Cruz", "AC"),
        ("Dr.", "D"),
        ("", ""),
    ],
)
def test_initials_are_those_of_the_name_and_not_of_the_title(name: str, initials: str):
    assert initials_of(name) == initials
