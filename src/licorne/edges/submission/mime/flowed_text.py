"""format=flowed (RFC 3676): a line that ends in a space goes on in the next; quotes keep depth."""

_ODD_FIRST_LINE = (">", " ", "-- ")
_ODD_LINE = tuple("\n" + mark for mark in _ODD_FIRST_LINE)
_SIGNATURE_MARK = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """Join flowed lines into paragraphs; `delete_space` is DelSp=yes (§4.1, §4.2)."""
    text = text.replace("\r\n", "\n")
    if not text.startswith(_ODD_FIRST_LINE) and not any(mark in text for mark in _ODD_LINE):
        return text.replace(" \n", "" if delete_space else " ")
    paragraphs: list[str] = []
    pieces: list[str] = []
    depth_before = 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">")) if line[:1] == ">" else 0
        rest = line[depth:].removeprefix(" ")  # space-stuffing, §4.4
        fixed = not rest.endswith(" ") or rest == _SIGNATURE_MARK  # §4.3
        # A change of depth or a signature ends a paragraph even if its last line was flowed, §4.5.
        if pieces and (depth != depth_before or rest == _SIGNATURE_MARK):
            paragraphs.append(_quoted(pieces, depth_before))
            pieces = []
        depth_before = depth
        pieces.append(rest[:-1] if delete_space and not fixed else rest)
        if fixed:
            paragraphs.append(_quoted(pieces, depth))
            pieces = []
    if pieces:
        paragraphs.append(_quoted(pieces, depth_before))
    return "\n".join(paragraphs)


def _quoted(pieces: list[str], depth: int) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text
