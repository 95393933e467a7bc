"""The generators' reading of answers: taken for whole too early, a run would count work not done."""

import pytest
from bench.load.closed_loop import LoadRefusedError
from bench.load.http_session import answer_is_whole
from bench.load.smtp_session import reply_is_whole


@pytest.mark.parametrize(
    "reply", [b"250 2.0.0 Ok\r\n", b"250\r\n", b"250-one\r\n250 two\r\n", b"250-one\r\n250\r\n"]
)
def test_an_smtp_reply_ends_with_the_line_whose_code_stands_before_a_space(reply: bytes):
    assert reply_is_whole(reply)


@pytest.mark.parametrize("reply", [b"", b"250 2.0.0 O", b"250-one\r\n", b"250-one\r\n250 tw"])
def test_an_smtp_reply_with_lines_to_come_is_not_whole(reply: bytes):
    assert not reply_is_whole(reply)


def test_an_http_answer_is_whole_with_the_last_byte_of_its_length():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    assert answer_is_whole(answer)
    assert not answer_is_whole(answer[:-1])
    assert not answer_is_whole(answer[:20])


def test_a_chunked_http_answer_is_whole_with_its_last_chunk():
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    assert answer_is_whole(answer)
    assert not answer_is_whole(answer[:-5])


def test_an_http_answer_of_unknown_length_is_refused():
    with pytest.raises(LoadRefusedError):
        answer_is_whole(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")
