"""How often a request to a chat is made, what it waits meanwhile, and what it carries."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from email.message import Message
from http.client import IncompleteRead
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

import pytest

from alarm_fanout.channels import http
from alarm_fanout.channels.http import Answer, NoAnswer, post
from alarm_fanout.deadline import Deadline

if TYPE_CHECKING:
    from urllib.request import Request

URL = "https://chat.example/hook"


@dataclass(slots=True)
class Chat:
    """Answers by these statuses or raises what stands there; only sleeping takes time."""

    said: list[tuple[int, str | None] | Exception] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    left: float = 25.0
    body: bytes | None = b"words"
    closed: int = 0

    def open(self, request: Request, timeout: float) -> Any:
        assert timeout == 5
        said = self.said[min(len(self.asked), len(self.said) - 1)]
        self.asked.append(request)
        if isinstance(said, Exception):
            raise said
        status, retry_after = said
        headers = Message()
        if retry_after:
            headers["Retry-After"] = retry_after
        if status >= 300:
            raise HTTPError(URL, status, "", headers, Body(self))
        body: Any = Body(self)
        body.status, body.headers = status, headers
        return body

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.left -= seconds

    @property
    def deadline(self) -> Deadline:
        return Deadline(lambda: round((self.left + 4) * 1000))


class Body(io.BytesIO):
    """What a chat answers; without any the connection breaks."""

    def __init__(self, chat: Chat) -> None:
        super().__init__(chat.body or b"")
        self._chat = chat

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, or lose the connection."""
        if self._chat.body is None:
            raise ConnectionResetError
        return super().read(size)

    def close(self) -> None:
        """Note that it was."""
        self._chat.closed += 1


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Chat:
    made = Chat()
    monkeypatch.setattr(http, "_opener", lambda: made)
    monkeypatch.setattr(http, "time", SimpleNamespace(sleep=made.sleep))
    return made


def tried(chat: Chat, *said: tuple[int, str | None] | Exception) -> Answer | NoAnswer:
    chat.said = list(said)
    return post(URL, {"text": "å"}, None, chat.deadline)


LIMITED, BROKEN, FINE = (429, "2"), (500, None), (200, None)


@pytest.mark.parametrize(
    ("said", "status", "slept"),
    [
        ([FINE], 200, []),
        ([(404, "2")], 404, []),
        ([LIMITED, LIMITED, LIMITED, FINE], 200, [2, 2, 2]),
        ([LIMITED], 429, [2, 2, 2]),  # and no more
        ([BROKEN, FINE], 200, [0.5]),
        ([BROKEN], 500, [0.5]),
        ([BROKEN, LIMITED, LIMITED, (429, "1"), BROKEN], 500, [0.5, 2, 2, 1]),
        ([(499, None)], 499, []),
    ],
)
def test_a_limit_is_kept_three_times_and_a_server_s_error_tried_once_more(
    chat: Chat, said: list[tuple[int, str | None]], status: int, slept: list[float]
) -> None:
    answer = tried(chat, *said)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, chat.slept) == (status, "words", slept)


@pytest.mark.parametrize(("left", "slept"), [(7.001, [2]), (7.0, []), (3.0, [])])
def test_nobody_waits_who_would_have_no_time_for_the_next_try(
    chat: Chat, left: float, slept: list[float]
) -> None:
    chat.left = left
    answer = tried(chat, LIMITED, FINE)
    assert isinstance(answer, Answer)
    assert answer.retry_after == (1.0 if slept else 2.0)
    assert chat.slept == slept


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (URLError("refused"), NoAnswer("URLError", sent=False)),
        (TimeoutError(), NoAnswer("TimeoutError", sent=True)),
        (IncompleteRead(b""), NoAnswer("IncompleteRead", sent=True)),
        (ValueError(), NoAnswer("ValueError", sent=True)),
    ],
)
def test_a_broken_connection_is_not_tried_again(
    chat: Chat, error: Exception, answer: NoAnswer
) -> None:
    assert tried(chat, error) == answer
    assert len(chat.asked) == 1


@pytest.mark.parametrize("status", [200, 500])
def test_what_breaks_off_in_the_middle_of_an_answer_may_have_been_taken(
    chat: Chat, status: int
) -> None:
    chat.body = None
    assert tried(chat, (status, None)) == NoAnswer("ConnectionResetError", sent=True)
    assert chat.closed


def test_a_page_without_end_is_read_so_far(chat: Chat) -> None:
    chat.body = b"x" * 1_000_001
    answer = tried(chat, FINE)
    assert isinstance(answer, Answer)
    assert len(answer.body) == 1_000_000


@pytest.mark.parametrize("token", ["xoxb-1", None])
def test_a_request_carries_json_and_the_token(chat: Chat, token: str | None) -> None:
    chat.said = [FINE]
    post(URL, {"text": "å"}, token, chat.deadline)
    [request] = chat.asked
    assert (request.full_url, request.get_method()) == (URL, "POST")
    assert json.loads(request.data or b"") == {"text": "å"}  # type: ignore[arg-type]
    assert dict(request.header_items()) == {
        "Content-type": "application/json; charset=utf-8", "User-agent": "avatar-watch",
    } | ({"Authorization": "Bearer xoxb-1"} if token else {})  # fmt: skip
