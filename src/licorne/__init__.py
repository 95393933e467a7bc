"""Licorne: private communication between a health practice and its patients."""

__version__ = "0.1.0"
