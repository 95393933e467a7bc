"""The languages to choose from, each by its own name."""

from licorne.domain.identity.language import Language


def language_choices() -> tuple[tuple[str, str], ...]:
    """Give code and name of each."""
    return tuple((language.value, language.own_name) for language in Language)
