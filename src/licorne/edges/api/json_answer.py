"""An answer that is JSON."""

import msgspec
from litestar import Response

_encode = msgspec.json.Encoder().encode


def json_answer(
    answer: msgspec.Struct, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response[bytes]:
    return Response(
        _encode(answer), status_code=status, headers=headers, media_type="application/json"
    )
