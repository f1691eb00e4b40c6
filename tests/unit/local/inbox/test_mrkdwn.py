"""mrkdwn: what Slack would show, and that no text becomes markup."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.inbox import emoji
from local.inbox.mrkdwn import plain, render
from local.inbox.page import STATIC

SIGNS = STATIC / "emoji.svg"

LINK = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*bold*", "<b>bold</b>"),
        ("_it_ and ~gone~", "<i>it</i> and <s>gone</s>"),
        ("*bold _both_*", "<b>bold <i>both</i></b>"),
        ("`a *b* c`", "<code>a *b* c</code>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("*not\nbold*", "*not<br>bold*"),
        ("* not*", "* not*"),
        ("a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"),
        ("> one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("```x = 1\n*y*```", "<pre>x = 1\n*y*</pre>"),
        ("before\n```code```\nafter", "before<pre>code</pre>after"),
        (":tada: :no_such_name: 10:05:30", "🎉 :no_such_name: 10:05:30"),
        ("<!here> <@U1|ada> <#C1|ops>", None),
    ],
)
def test_styles(source: str, html: str | None) -> None:
    if html is None:
        html = " ".join(
            f'<span class="mention">{name}</span>' for name in ("@here", "@ada", "#ops")
        )
    assert render(source) == html


def test_links() -> None:
    assert render("<https://a.example/x?a=1&amp;b=2|Run *book*>") == LINK.format(
        "https://a.example/x?a=1&amp;b=2", "Run *book*"
    )
    assert render("<mailto:a@b.example>") == LINK.format("mailto:a@b.example", "a@b.example")
    assert (
        render("*<https://a.example/_x_|Alarm>*")
        == f"<b>{LINK.format('https://a.example/_x_', 'Alarm')}</b>"
    )
    assert render("see https://a.example/x, then") == (
        f"see {LINK.format('https://a.example/x', 'https://a.example/x')}, then"
    )


def test_console_links_keep_their_quotes() -> None:
    url = "https://console.example/#graph=~(metrics~(~'AWS*2fS3))"
    assert LINK.format(url.replace("'", "&#39;"), "Graph") == render(f"<{url}|Graph>")


def test_dates_are_shown_or_fall_back() -> None:
    assert 'datetime="2023' in render("<!date^1700000000^{date_num} {time}|then>")
    assert render("<!date^1700000000^{ago}|then>") == "then"


def test_signs_of_alerts_are_pictures() -> None:
    picture = '<img class="emoji" src="/static/emoji.svg#red" alt="🔴" draggable="false">'
    assert plain("🔴 Critical *x*") == f"{picture} Critical *x*"
    assert render(":red_circle:") == picture


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<javascript:alert(1)|click>",
        "<JavaScript:alert(1)>",
        "<data:text/html,x|click>",
        '<https://x.example/" onmouseover="alert(1)|click>',
        "<https://x.example|<img src=x onerror=alert(1)>>",
        '*"><img src=x onerror=alert(1)>*',
        "`</code><script>alert(1)</script>`",
        "```</pre><svg onload=alert(1)>```",
        "<!date^1^{date}^javascript:alert(1)|<b onclick=x>>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<@U1|<img src=x onerror=alert(1)>>",
        "> <iframe src=javascript:alert(1)>",
    ],
)
def test_hostile_text_is_inert(hostile: str) -> None:
    check_harmless(render(hostile))
    check_harmless(plain(hostile))


@given(st.text(alphabet=st.sampled_from("<>&;|*_~`'\" \n:/!@#^{}ahtpsjvcript=()1"), max_size=80))
def test_no_text_becomes_markup(source: str) -> None:
    check_harmless(render(source))
    check_harmless(plain(source))


def test_long_hostile_text_takes_no_time() -> None:
    for unit in ("<", "*<a>", "_<", "`", "```", "*a ", "&lt;", "<a|", "~<a>~"):
        check_harmless(render(unit * (3000 // len(unit))))


ALLOWED = {
    "a": {"href", "target", "rel"},
    "img": {"class", "src", "alt", "draggable"},
    "span": {"class"},
    "time": {"datetime"},
    **{tag: set() for tag in ("b", "i", "s", "code", "pre", "blockquote", "br")},
}


class _Auditor(HTMLParser):
    """Fails on a tag, an attribute or a link target that the renderer never writes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        values = dict(attrs)
        if tag == "a":
            assert (values["href"] or "").lower().startswith(("http://", "https://", "mailto:"))
        if tag == "img":
            assert (values["src"] or "").startswith("/static/emoji.svg#")
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def check_harmless(html: str) -> None:
    auditor = _Auditor()
    auditor.feed(str(html))
    auditor.close()
    assert auditor.open == []


def test_every_sign_that_the_page_draws_is_in_the_picture() -> None:
    views = re.findall(r'<view id="([a-z-]+)" viewBox="(\d+) 0 24 24"/>', SIGNS.read_text("utf-8"))
    assert len({at for _, at in views}) == len(views)
    assert {name for name, _ in views} >= set(emoji._DRAWN.values())
