"""The files of the status page, by their names below status/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from health_polling.history import History
from health_polling.page.feed import badge, feed, history_json
from health_polling.page.html import page_html
from health_polling.page.view import PageView, page_json


@dataclass(frozen=True, slots=True)
class File:
    """A file; ``is_proof`` when its age is how a reader knows that polling goes on."""

    name: str
    text: str
    kind: str
    is_proof: bool = False


def page_files(page: PageView, histories: Iterable[History], address: str | None) -> Iterator[File]:
    """Yield the page and what stands beside it, one at a time: of many endpoints each is large.

    ``address`` is where people read it.
    """
    yield File("index.html", page_html(page), "text/html; charset=utf-8", is_proof=True)
    yield File("status.json", page_json(page), "application/json", is_proof=True)
    yield File("history.json", history_json(page.system, histories), "application/json")
    yield File("feed.xml", feed(page, address), "application/rss+xml")
    yield File("badge.svg", badge(page), "image/svg+xml")
