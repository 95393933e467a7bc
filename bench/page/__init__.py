"""The weight of a contact's first page, seen by a real browser."""
