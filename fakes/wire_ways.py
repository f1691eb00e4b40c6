"""Ways of the wire: what a server may send, each with the verdict that its user would expect.

One table. ``PASS`` and ``WARN`` wake nobody; ``FAIL`` says with its reason what is wrong. The rules
are RFC 9110 (HTTP semantics), RFC 9112 (HTTP/1.1), RFC 1950 to 1952 (zlib, deflate, gzip).
"""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fakes.wire_answers import (
    JSON_OK,
    RESET,
    answer,
    chunked,
    dripping,
    endless,
    held,
    late,
    many_headers,
    raw,
    raw_deflate,
    slowly,
)
from health_polling.verdict import Verdict

PASS, WARN, FAIL = Verdict.PASS, Verdict.WARN, Verdict.FAIL
_DOWN = b'{"status": "down"}'
_JSON, _TEXT, _HTML = (
    f"Content-Type: {kind}" for kind in ("application/json", "text/plain", "text/html")
)
_XML = "Content-Type: application/xml"
_XML_PACKED = gzip.compress(
    b'<h><status>ok</status><checks><check name="cache" ok="no"/></checks></h>'
)
_GZIP, _DEFLATE = "Content-Encoding: gzip", "Content-Encoding: deflate"
_BROKEN = "no valid HTTP answer"


@dataclass(frozen=True, slots=True)
class Way:
    """What is sent, and what it means; ``says`` is in the reason of what is not well."""

    kind: str
    serve: Callable[[], Iterable[bytes]]
    means: Verdict = PASS
    says: str = ""


def _one(kind: str, sent: bytes, means: Verdict = PASS, says: str = "") -> Way:
    return Way(kind, lambda: [sent], means, says)


_LENGTH = "HTTP/1.1 200 OK\nContent-Length: "
_CHUNKED = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked"
_TEN_MB = 10_000_000
_BOMB = gzip.compress(b"0" * _TEN_MB)
_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
_INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"

WAYS: dict[str, Way] = {  # by path, without the slash
    "ok": _one("length", answer(JSON_OK, _JSON)),
    "down": _one("length", answer(_DOWN, _JSON), FAIL, "down"),
    # interim answers: any number before the final one (RFC 9110, 15.2)
    "early-hints": _one("interim", _HINTS + answer(JSON_OK, _JSON)),
    "early-hints-before-down": _one("interim", _HINTS + answer(_DOWN, _JSON), FAIL, "down"),
    "early-hints-before-503": _one("interim", _HINTS + answer(b"", status="503 A"), FAIL, "503"),
    "interims": _one("interim", _INTERIM + _HINTS * 3 + answer(JSON_OK, _JSON)),
    "interim-unknown": _one("interim", b"HTTP/1.1 199 Soon\r\n\r\n" + answer(JSON_OK, _JSON)),
    "interim-alone": _one("interim", _HINTS, FAIL, "closed during"),
    "interims-without-end": Way(
        "interim", lambda: itertools.repeat(b"HTTP/1.1 102 Processing\r\n\r\n"), FAIL,
        "more than 20 interim answers"),
    "switching": _one(
        "interim", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", FAIL, "status 101"),
    # content codings (RFC 9110, 8.4)
    "gzip": _one("codings", answer(gzip.compress(JSON_OK), _JSON, _GZIP)),
    "gzip-down": _one("codings", answer(gzip.compress(_DOWN), _JSON, _GZIP), FAIL, "down"),
    "x-gzip": _one("codings", answer(gzip.compress(JSON_OK), _JSON, "Content-Encoding: x-gzip")),
    "gzip-upper": _one("codings", answer(gzip.compress(JSON_OK), _JSON, "CONTENT-ENCODING: GZIP")),
    "gzip-members": _one(
        "codings", answer(gzip.compress(_DOWN[:6]) + gzip.compress(_DOWN[6:]), _JSON, _GZIP), FAIL,
        "down"),
    "gzip-padded": _one("codings", answer(gzip.compress(JSON_OK) + b"\0" * 9, _JSON, _GZIP)),
    "gzip-empty": _one("codings", answer(b"", _JSON, _GZIP)),
    "gzip-in-chunks": _one(
        "codings", raw(f"{_CHUNKED}\n{_JSON}\n{_GZIP}", b"%x\r\n%s\r\n0\r\n\r\n" % (
            len(gzip.compress(_DOWN)), gzip.compress(_DOWN))), FAIL, "down"),
    "deflate": _one("codings", answer(zlib.compress(_DOWN), _JSON, _DEFLATE), FAIL, "down"),
    "raw-deflate": _one("codings", answer(raw_deflate(_DOWN), _JSON, _DEFLATE), FAIL, "down"),
    "two-codings": _one(
        "codings", answer(gzip.compress(zlib.compress(_DOWN)), _JSON,
                          "Content-Encoding: deflate, GZIP"), FAIL, "down"),
    "coding-twice": _one(
        "codings", answer(gzip.compress(gzip.compress(_DOWN)), _JSON, _GZIP, _GZIP), FAIL, "down"),
    "identity": _one("codings", answer(JSON_OK, _JSON, "Content-Encoding: identity")),
    "no-coding": _one("codings", answer(JSON_OK, _JSON, "Content-Encoding: utf-8")),
    "coding-untrue": _one("codings", answer(JSON_OK, _JSON, _GZIP), FAIL, "gzip body is broken"),
    "gzip-transfer": _one(
        "codings", chunked(gzip.compress(_DOWN), coding="gzip, chunked"), FAIL, "down"),
    "brotli": _one("codings", answer(b"\x8b\x07\x80", _JSON, "Content-Encoding: br"), WARN,
                   "its br body cannot be unpacked"),
    "zstd": _one("codings", answer(b"\x28\xb5\x2f\xfd", _JSON, "Content-Encoding: zstd"), WARN,
                 "its zstd body cannot be unpacked"),
    "brotli-503": _one("codings", answer(b"\x8b", _JSON, "Content-Encoding: br", status="503 No"),
                       FAIL, "HTTP status 503"),
    "many-codings": _one("codings", answer(JSON_OK, _JSON, "Content-Encoding: " + "gzip," * 9),
                         FAIL, "9 codings"),
    "broken-gzip": _one("codings", answer(b"\x1f\x8bnonsense", _JSON, _GZIP), FAIL,
                        "its gzip body is broken"),
    "half-gzip": _one("codings", answer(gzip.compress(JSON_OK * 9)[:-12], _JSON, _GZIP), FAIL,
                      "ends in the middle"),
    "gzip-bomb": _one("codings", answer(_BOMB, _JSON, _GZIP), WARN, "longer than 256 KiB"),
    # where a body ends (RFC 9112, 6.3)
    "until-closed": _one("length", raw("HTTP/1.0 200 OK", _DOWN), FAIL, "down"),
    "until-closed-1.1": _one(
        "length", raw("HTTP/1.1 200 OK\nConnection: close", _DOWN), FAIL, "down"),
    "http-1.0-length": _one("length", raw(f"HTTP/1.0 200 OK\nContent-Length: {len(JSON_OK)}")),
    "kept-open": Way("length", lambda: held(answer(_DOWN, _JSON)), FAIL, "down"),
    "kept-open-chunks": Way("length", lambda: held(chunked(JSON_OK))),
    "kept-open-204": Way("length", lambda: held(b"HTTP/1.1 204 No Content\r\n\r\n")),
    "kept-open-304": Way("length", lambda: held(b"HTTP/1.1 304 Not Modified\r\n\r\n"), FAIL,
                         "304"),
    "more-than-length": Way(
        "length", lambda: held(raw(f"{_LENGTH}{len(JSON_OK)}", JSON_OK + b"}}garbage"))),
    "length-same-twice": _one("length", raw(f"{_LENGTH}16\nContent-Length: 16")),
    "length-same-list": _one("length", raw(f"{_LENGTH}16, 16")),
    "length-differs": _one("length", raw(f"{_LENGTH}16\nContent-Length: 99"), FAIL,
                           "Content-Length"),
    "length-negative": _one("length", raw(f"{_LENGTH}-5"), FAIL, "Content-Length"),
    "length-word": _one("length", raw(f"{_LENGTH}many"), FAIL, "Content-Length"),
    "length-signed": _one("length", raw(f"{_LENGTH}+16"), FAIL, "Content-Length"),
    "length-and-chunks": _one(
        "length", raw(f"{_CHUNKED}\nContent-Length: 3", b"12\r\n%s\r\n0\r\n\r\n" % _DOWN), FAIL,
        "down"),
    "short-body": _one("length", raw(f"{_LENGTH}999", b"{}"), FAIL, "in the middle of the body"),
    "empty": _one("length", answer(b"")),
    "no-content": _one("length", b"HTTP/1.1 204 No Content\r\n\r\n"),
    "partial": _one("length", answer(JSON_OK, _JSON, status="206 Partial Content")),
    # chunks (RFC 9112, 7.1)
    "chunked": _one("chunks", chunked(_DOWN[:9], _DOWN[9:]), FAIL, "down"),
    "one-byte-chunks": _one("chunks", chunked(*(bytes([b]) for b in _DOWN)), FAIL, "down"),
    "chunk-size-zeros": _one("chunks", raw(_CHUNKED, b"0000012\r\n%s\r\n000\r\n\r\n" % _DOWN), FAIL,
                             "down"),
    "chunk-size-padded": _one("chunks", raw(_CHUNKED, b"12  \r\n%s\r\n0\r\n\r\n" % _DOWN), FAIL,
                              "down"),
    "trailers": _one("chunks", chunked(_DOWN, trailer=b"Expires: never\r\nX-Sum: 1\r\n"), FAIL,
                     "down"),
    "bad-chunk": _one("chunks", raw(_CHUNKED, b"zz\r\n{}"), FAIL, _BROKEN),
    "chunk-negative": _one("chunks", raw(_CHUNKED, b"-2\r\n{}\r\n0\r\n\r\n"), FAIL, _BROKEN),
    "chunk-cut": _one("chunks", raw(_CHUNKED, b"ff\r\n{"), FAIL, _BROKEN),
    "chunk-without-last": _one("chunks", raw(_CHUNKED, b"2\r\n{}\r\n"), FAIL, _BROKEN),
    "chunk-too-long": _one("chunks", raw(_CHUNKED, b"2\r\n%s\r\n0\r\n\r\n" % JSON_OK), FAIL,
                           _BROKEN),
    "chunks-in-capitals": _one(
        "chunks", raw(
            "HTTP/1.1 200 OK\nTRANSFER-ENCODING: Chunked",
            b"12\r\n%s\r\n0\r\n\r\n" % _DOWN), FAIL, "down"),
    # heads (RFC 9112, 2 to 5)
    "no-reason": _one("head", raw(f"HTTP/1.1 200\nContent-Length: {len(JSON_OK)}")),
    "odd-reason": _one("head", answer(JSON_OK, status="200 Tout va bien \u00e9\u00e0")),
    "bare-lf": _one("head", b"HTTP/1.1 200 OK\nContent-Length: 18\n\n" + _DOWN, FAIL, "down"),
    "spaces-in-status-line": _one("head", raw("HTTP/1.1  200   OK\nConnection: close")),
    "folded-header": _one("head", answer(_DOWN, "X-Note: one\r\n  two\r\n\tthree", _JSON), FAIL,
                          "down"),
    "header-without-space": _one("head", raw("HTTP/1.1 200 OK\ncontent-length:18  ", _DOWN), FAIL,
                                 "down"),
    "header-with-space-before-colon": Way(
        "head", lambda: held(raw("HTTP/1.1 200 OK\nX-A : b\nContent-Length: 18", _DOWN)), FAIL,
        "down"),
    "header-without-colon": Way(
        "head", lambda: held(raw("HTTP/1.1 200 OK\nnonsense\nContent-Length: 18", _DOWN)), FAIL,
        "down"),
    "header-without-name": Way(
        "head", lambda: held(raw("HTTP/1.1 200 OK\n: x\nContent-Length: 18", _DOWN)), FAIL,
        "down"),
    "header-empty": _one("head", answer(_DOWN, "X-Empty:"), FAIL, "down"),
    "header-in-utf-8": _one("head", answer(_DOWN, "X-City: \u00c5rhus \u2026 \u6771\u4eac"), FAIL,
                            "down"),
    "header-with-nul": _one("head", answer(_DOWN, "X-Nul: a\0b"), FAIL, "down"),
    "hundred-headers": _one("head", answer(_DOWN, *(f"X-{n}: y" for n in range(150))), FAIL,
                            "down"),
    "twenty-kilobytes-header": _one("head", answer(_DOWN, f"X: {'y' * 20_000}"), FAIL, "down"),
    "many-headers": Way("head", many_headers, FAIL, ""),
    "long-header": _one("head", b"HTTP/1.1 200 OK\r\nX: " + b"y" * _TEN_MB, FAIL, ""),
    "no-http": _one("head", b"SSH-2.0-OpenSSH_9.9\r\n", FAIL, f"{_BROKEN} (BadStatusLine)"),
    "http-0.9": _one("head", JSON_OK, FAIL, _BROKEN),
    "shoutcast": _one("head", raw("ICY 200 OK"), FAIL, _BROKEN),
    "http-2-preface": _one("head", b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", FAIL, _BROKEN),
    "tls-alert": _one("head", b"\x15\x03\x01\0\x02\x02\x50", FAIL, _BROKEN),
    "no-status": _one("head", b"HTTP/1.1 two hundred\r\n\r\n", FAIL, _BROKEN),
    "status-999": _one("head", answer(b"", status="999 Request denied"), FAIL, "HTTP status 999"),
    "status-1200": _one("head", answer(b"", status="1200 OK"), FAIL, _BROKEN),
    # bodies
    "no-type": _one("body", answer(_DOWN), FAIL, "down"),
    "wrong-charset": _one("body", answer(_DOWN, "Content-Type: application/json; charset=utf-16"),
                          FAIL, "down"),
    "unknown-charset": _one("body", answer(_DOWN, f"{_JSON}; charset=klingon"), FAIL, "down"),
    # a name of a charset is anything that a header can hold; Python calls more than charsets codecs
    **{
        f"charset-{name}": _one("body", answer(_DOWN, f"{_TEXT}; charset{given}"), FAIL, "down")
        for name, given in {
            "nul": "*=utf-8''%00", "nul-in-quotes": '="utf-8\0"', "half": "*=utf-8''%ed%a0%80",
            "unfinished": '="utf-8', "empty": "=", "twice": "=utf-8; charset=utf-16",
            "of-bytes": "=base64", "packed": "=zlib", "of-text": "=rot13", "failing": "=undefined",
            "of-domains": "=punycode", "escaped": "=unicode_escape", "long": f"={'x' * 5_000}",
            "path": "=../../etc/passwd", "number": "=8859",
        }.items()
    },
    "byte-order-mark": _one("body", answer(b"\xef\xbb\xbf" + _DOWN, _JSON), FAIL, "down"),
    "utf-16": _one("body", answer(_DOWN.decode().encode("utf-16"), _JSON), FAIL, "down"),
    "json-as-text": _one("body", answer(_DOWN, _TEXT), FAIL, "down"),
    "broken-json": _one("body", answer(JSON_OK[:-1], _JSON), FAIL, "JSON"),
    "half-json": _one("body", answer(b'{"status": "ok", "db": ', _JSON), FAIL, "JSON"),
    "xml": _one("body", answer(b"<health><status>down</status></health>", _XML), FAIL, "down"),
    "xml-gzip-chunks": _one("body", raw(f"{_CHUNKED}\n{_GZIP}\n{_XML}", b"%x\r\n%s\r\n0\r\n\r\n" % (
        len(_XML_PACKED), _XML_PACKED)), FAIL, "cache"),
    "callback": _one("body", answer(b"cb(" + _DOWN + b");", "Content-Type: text/javascript"), FAIL,
                     "down"),
    "guarded": _one("body", answer(b")]}',\n" + JSON_OK, _JSON)),
    "event-stream": _one("body", answer(b"data: " + _DOWN + b"\n\n",
                                        "Content-Type: text/event-stream"), FAIL, "down"),
    "json-in-json": _one("body", answer(b'{"body": "{\\"status\\": \\"down\\"}"}', _JSON), FAIL,
                         "down"),
    "bytes": _one("body", answer(bytes(range(256)), "Content-Type: image/png")),
    "large-page": _one("body", answer(b"<html>" + b"x" * 300_000, _HTML)),
    "ten-mb-page": _one("body", answer(b"<html>" + b"x" * _TEN_MB, _HTML)),
    "ten-mb-json": _one("body", answer(b'{"status": "ok", "x": "' + b"x" * _TEN_MB + b'"}', _JSON),
                        WARN, "longer than 256 KiB"),
    "endless": Way("body", endless),
    "error-page": _one("body", answer(b"<html><title>502 Bad Gateway</title>", _HTML), FAIL,
                       "an error page"),
    # slowness: half a second and more is too long here
    "slow-body": Way("time", lambda: slowly(answer(_DOWN, _JSON), 0.002), FAIL, "down"),
    "late": Way("time", lambda: late(0.2, answer(_DOWN, _JSON)), FAIL, "down"),
    "drip-headers": Way("time", lambda: dripping(b"HTTP/1.1 200 OK\r\nX: "), FAIL,
                        "waiting for the answer timed out"),
    "drip-interims": Way("time", lambda: (p for _ in range(99) for p in late(0.1, _HINTS)), FAIL,
                         "waiting for the answer timed out"),
    "drip-body": Way("time", lambda: itertools.chain([raw("HTTP/1.1 200 OK", b"")], dripping(b"")),
                     FAIL, "reading the answer timed out"),
    "drip-chunks": Way("time", lambda: itertools.chain([raw(_CHUNKED, b"")],
                       (p for _ in range(99) for p in late(0.1, b"1\r\nx\r\n"))), FAIL,
                       "reading the answer timed out"),
    "silent": Way("time", lambda: late(5, b""), FAIL, "waiting for the answer timed out"),
    "silent-after-head": Way("time", lambda: held(raw(f"{_LENGTH}9", b"")), FAIL,
                             "reading the answer timed out"),
    # the connection's end
    "closed": Way("closing", list, FAIL, "connection closed during"),
    "closed-in-head": _one("closing", b"HTTP/1.1 200 OK\r\nContent-Le", FAIL,
                           "connection closed during"),
    "closed-before-body": _one("closing", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n", FAIL,
                               "connection closed during"),
    "reset": _one("closing", RESET, FAIL, "connection closed during"),
    "reset-in-head": Way("closing", lambda: [b"HTTP/1.1 200 OK\r\n", RESET], FAIL,
                         "connection closed during"),
    "reset-in-body": Way("closing", lambda: [raw(f"{_LENGTH}99", b"{"), RESET], FAIL,
                         "connection closed during"),
    "reset-after-all": Way("closing", lambda: [answer(JSON_OK, _JSON), *late(0.1, RESET)]),
    # redirects are not followed: each hop would be a new address to check
    "redirect-loop": _one("redirect", answer(b"", "Location: /redirect-loop", status="302 Found"),
                          FAIL, "redirects (302) to /redirect-loop"),
    "redirect-to-metadata": _one(
        "redirect", answer(b"", "Location: http://169.254.169.254/latest?x=1", status="301 Moved"),
        FAIL, "redirects (301) to http://169.254.169.254/latest:"),
    "redirect-to-https": _one(
        "redirect", answer(b"", "Location: https://a.example.com/", status="308 Permanent"), FAIL,
        "redirects (308)"),
    "redirect-to-nowhere": _one("redirect", answer(b"", status="307 Temporary Redirect"), FAIL,
                                "redirects (307) to nowhere"),
    "redirect-with-health": _one("redirect", answer(
        JSON_OK, "Location: /login", status="303 See Other"), FAIL, "redirects (303) to /login"),
    "choices": _one("redirect", answer(JSON_OK, _JSON, status="300 Multiple Choices"), FAIL, "300"),
}  # fmt: skip
