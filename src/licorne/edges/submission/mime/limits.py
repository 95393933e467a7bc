"""How much of everything a message may have before it is refused.

The numbers are far above what mail programs make and far below what hurts; each is held by our own
linear reading, because the standard library's `email` has quadratic and recursive paths.
"""

MAX_MESSAGE_BYTES = 70 * 1024 * 1024  # 50 MB of content grow by 37 % in base64 with line ends
MAX_HEADER_BYTES = 64 * 1024
MAX_PART_HEADER_BYTES = 16 * 1024
MAX_HEADER_FIELDS = 1_000
MAX_NESTING = 12  # mail programs make up to 6; every level is one more look at all the bytes
MAX_PARTS = 250
MAX_BOUNDARY_LINES = 2_000  # lines that look like a boundary, in the whole message
MAX_BOUNDARY_CHARACTERS = 200  # RFC 2046 §5.1.1 says 70
MAX_PARAMETERS = 100
MAX_TEXT_BYTES = 6_000_000  # all text parts, still encoded; Content limits what they decode to
MAX_HTML_TOKENS = 100_000  # tags and the texts between them, where text is made of HTML

IN_PLACE_BYTES = 64 * 1024  # up to here a simple message is read without asking the worker
