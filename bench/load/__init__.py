"""The load generators: lean enough not to be what is measured."""
