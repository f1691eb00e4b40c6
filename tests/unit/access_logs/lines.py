"""Lines as S3 and CloudFront write them, each with the request that it tells of.

The shapes are those of AWS's own documentation and of logs that projects published, with made-up
names; ``None`` stands for a line that is no request of anybody's.
"""

from datetime import UTC, datetime
from typing import Any

from access_logs.entry import Entry

OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
TAIL = "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4"
TLS = "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader avatars.s3.eu-north-1.amazonaws.com TLSv1.3 - -"


def minute(text: str) -> int:
    """Return a moment as minutes since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 60


def s3(  # noqa: PLR0917 - the fields of a line
    operation: str = "REST.GET.OBJECT",
    uri: str = '"GET /u/1.webp HTTP/1.1"',
    status: str = "200",
    numbers: str = "- 2662 2662 70 10",
    agent: str = '"S3Console/0.4"',
    key: str = "u/1.webp",
    address: str = "192.0.2.3",
    requester: str = "arn:aws:iam::123456789012:user/api",
    bucket: str = "avatars",
    time: str = "20/Nov/2026:10:00:59 +0000",
    tail: str = f"- {TAIL} {TLS}",
    referrer: str = '"-"',
) -> str:
    """Return a line of S3's."""
    return (
        f"{OWNER} {bucket} [{time}] {address} {requester} 3E57427F33A59F07 {operation} {key} {uri}"
        f" {status} {numbers} {referrer} {agent} {tail}"
    )


TEN = minute("2026-11-20T10:00")
API = "arn:aws:iam::123456789012:user/api"


def got(**fields: Any) -> Entry:
    """Return the request of S3's plain line, but for some fields."""
    usual: dict[str, Any] = {
        "minute": TEN, "status": 200, "size": 2662, "first_byte": 10, "total": 70,
        "address": "192.0.2.3", "requester": API,
    }  # fmt: skip
    return Entry(**(usual | fields))


S3_LINES: dict[str, tuple[str, Entry | None]] = {
    "get": (s3(), got()),
    "put": (
        s3("REST.PUT.OBJECT", '"PUT /u/1.webp HTTP/1.1"', numbers="- - 2662 45 -"),
        got(size=0, total=45, first_byte=None),
    ),
    "head": (s3("REST.HEAD.OBJECT", numbers="- - 2662 9 9"), got(size=0, total=9, first_byte=9)),
    "not modified": (s3(status="304", numbers="- - 2662 6 -"),
                     got(status=304, size=0, total=6, first_byte=None)),
    "partial": (s3(status="206", numbers="- 100 2662 7 6"),
                got(status=206, size=100, total=7, first_byte=6)),
    "no such key": (s3(status="404", numbers="NoSuchKey 297 - 8 -"),
                    got(status=404, size=297, total=8, first_byte=None)),
    "denied to nobody known": (
        s3(status="403", numbers="AccessDenied 243 - 13 -", requester="-"),
        got(status=403, size=243, total=13, first_byte=None, requester="-")),
    "slow down": (s3(status="503", numbers="SlowDown 310 - 2 -"),
                  got(status=503, size=310, total=2, first_byte=None)),
    "internal error": (s3(status="500", numbers="InternalError 290 - 900 -"),
                       got(status=500, size=290, total=900, first_byte=None)),
    "quotes within the user agent": (s3(agent='"Mozilla "quoted" (x; "y")"'), got()),
    "spaces in the request": (s3(uri='"GET /u/a b c.webp HTTP/1.1"'), got()),
    "quotes within the request": (s3(uri='"GET /u/"a".webp HTTP/1.1"'), got()),
    "key with encoded spaces": (s3(key="u/a%2Bb%20c.webp"), got()),
    "key encoded twice": (s3(key="u/%25E3%2581%2582.webp"), got()),
    "IPv6": (s3(address="2001:db8:85a3::8a2e:370:7334"),
             got(address="2001:db8:85a3::8a2e:370:7334")),
    "no address": (s3(address="-"), got(address="-")),
    "assumed role": (
        s3(requester="arn:aws:sts::123456789012:assumed-role/api/i-0123"),
        got(requester="arn:aws:sts::123456789012:assumed-role/api/i-0123")),
    "CloudFront with origin access control": (
        s3(requester="svc:cloudfront.amazonaws.com", agent='"Amazon CloudFront"'),
        got(requester="svc:cloudfront.amazonaws.com")),
    "no request line": (s3(uri="-"), got()),
    "older line with fewer fields": (s3(tail="-"), got()),
    "line with fields that came later": (s3(tail=f"- {TAIL} {TLS} new-field 42"), got()),
    "through an access point, by an ACL, with the source region": (
        s3(tail=f"- {TAIL} {TLS[:-3]} arn:aws:s3:eu-north-1:123456789012:accesspoint/app Yes"
                " eu-north-1"), got()),
    "no access point, with the source region": (s3(tail=f"- {TAIL} {TLS} us-west-1"), got()),
    "settings of a bucket": (
        s3("REST.GET.BUCKETPOLICY", '"GET /avatars?policy HTTP/1.1"', "404",
           "NoSuchBucketPolicy 297 - 38 -", key="-", requester=OWNER),
        got(status=404, size=297, total=38, first_byte=None, requester=OWNER)),
    "by query string and an old cipher": (
        s3(tail=f"Ke1bUcazaN1jWuUlPJaxF64cQVpUEhoZ {TAIL[:-6]} SigV2 - QueryString"
                " s3.eu-north-1.amazonaws.com TLSv1.2 - -"), got()),
    "neither signed nor encrypted": (
        s3(requester="-", tail=f"- {TAIL[:-6]} - - - avatars.s3.amazonaws.com - - -"),
        got(requester="-")),
    "website": (s3("WEBSITE.GET.OBJECT"), got()),
    "copy of an object": (s3("REST.COPY.OBJECT"), got()),
    "copy of a part": (s3("REST.COPY.PART", '"PUT /u/1.webp?partNumber=2&uploadId=x HTTP/1.1"'),
                       got()),
    "what the copy of an object reads": (
        s3("REST.COPY.OBJECT_GET", "-", numbers="- - 2662 - -", referrer="-", agent="-"), None),
    "what the copy of a part reads": (
        s3("REST.COPY.PART_GET", "-", "206", "- - 2662 - -", referrer="-", agent="-"), None),
    "reading where an object may be copied from": (s3("REST.GET.COPY_GET"), got()),
    "listing": (s3("REST.GET.BUCKET", key="-", numbers="- 1200 - 30 29"),
                got(size=1200, total=30, first_byte=29)),
    "batch deletion": (s3("REST.POST.MULTI_OBJECT_DELETE", key="-"), got()),
    "each object of a batch deletion": (
        s3("BATCH.DELETE.OBJECT", "-", "204", "- - 2662 - -", agent="-", tail="-"), None),
    "expired by a lifecycle rule": (
        s3("S3.EXPIRE.OBJECT", '"-"', "-", "- - 2662 - -", requester="AmazonS3"), None),
    "moved by a lifecycle rule": (
        s3("S3.TRANSITION_GIR.OBJECT", '"-"', "-", "- - 2662 - -", requester="AmazonS3"), None),
    "last second of a leap day": (
        s3(time="29/Feb/2028:23:59:59 +0000"), got(minute=minute("2028-02-29T23:59"))),
    "east of Greenwich, past midnight": (
        s3(time="21/Nov/2026:00:30:59 +0530"), got(minute=minute("2026-11-20T19:00"))),
    "west of Greenwich": (
        s3(time="20/Nov/2026:20:59:59 -0801"), got(minute=minute("2026-11-21T05:00"))),
    "path style with a query": (
        s3(uri='"GET /avatars/u/1.webp?versionId=3HL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY HTTP/1.1"'),
        got()),
    "referrer with spaces": (s3(referrer='"https://example.com/a b"'), got()),
}  # fmt: skip

S3_NONSENSE: dict[str, str] = {
    "cut short": s3()[:120],
    "no time": s3(time="yesterday"),
    "a month that is none": s3(time="20/Foo/2026:10:00:59 +0000"),
    "a day that is none": s3(time="31/Feb/2026:10:00:59 +0000"),
    "an hour that is none": s3(time="20/Nov/2026:25:00:59 +0000"),
    "no offset": s3(time="20/Nov/2026:10:00:59"),
    "an offset that is none": s3(time="20/Nov/2026:10:00:59 *0000"),
    "an offset of over a day": s3(time="20/Nov/2026:10:00:59 +2500"),
    "an offset of letters": s3(time="20/Nov/2026:10:00:59 +0:00"),
    "a longer offset": s3(time="20/Nov/2026:10:00:59 +00000"),
    "a status that is none": s3(status="OK"),
    "bytes that are none": s3(numbers="- many 2662 70 10"),
    "an empty object": "{}",
}

_STANDARD = {
    "date": "2026-11-20", "time": "10:00:59", "x-edge-location": "FRA56-P3", "sc-bytes": "2390",
    "c-ip": "192.0.2.10", "cs-method": "GET", "cs(Host)": "d111111abcdef8.cloudfront.net",
    "cs-uri-stem": "/u/1.webp", "sc-status": "200", "cs(Referer)": "-",
    "cs(User-Agent)": "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)", "cs-uri-query": "-",
    "cs(Cookie)": "-", "x-edge-result-type": "Hit",
    "x-edge-request-id": "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==",
    "x-host-header": "img.example.com", "cs-protocol": "https", "cs-bytes": "23",
    "time-taken": "0.012", "x-forwarded-for": "-", "ssl-protocol": "TLSv1.3",
    "ssl-cipher": "TLS_AES_128_GCM_SHA256", "x-edge-response-result-type": "Hit",
    "cs-protocol-version": "HTTP/2.0", "fle-status": "-", "fle-encrypted-fields": "-",
    "c-port": "11040", "time-to-first-byte": "0.004", "x-edge-detailed-result-type": "Hit",
    "sc-content-type": "image/webp", "sc-content-len": "2100", "sc-range-start": "-",
    "sc-range-end": "-",
}  # fmt: skip


def cdn(**other: str) -> dict[str, str]:
    """Return the fields of CloudFront's line, but for some (dashes written as underscores)."""
    changed = {name.replace("__", "(").replace("_", "-"): text for name, text in other.items()}
    return _STANDARD | changed


def answered(**fields: Any) -> Entry:
    """Return the request of CloudFront's plain line, but for some fields."""
    usual: dict[str, Any] = {
        "minute": TEN, "status": 200, "size": 2390, "first_byte": 4, "total": 12, "hit": True,
        "address": "192.0.2.10",
    }  # fmt: skip
    return Entry(**(usual | fields))


CDN_LINES: dict[str, tuple[dict[str, str], Entry]] = {
    "hit": (cdn(), answered()),
    "miss": (cdn(x_edge_result_type="Miss"), answered(hit=False)),
    "refreshed from the origin": (cdn(x_edge_result_type="RefreshHit"), answered()),
    "hit in origin shield": (cdn(x_edge_result_type="OriginShieldHit"), answered()),
    "error": (cdn(sc_status="502", x_edge_result_type="Error"), answered(status=502, hit=None)),
    "error that was cached": (
        cdn(sc_status="404", x_edge_result_type="Hit"), answered(status=404, hit=None)),
    "refused": (cdn(sc_status="403", x_edge_result_type="Error"), answered(status=403, hit=None)),
    "redirect to https": (
        cdn(sc_status="301", x_edge_result_type="Redirect"), answered(status=301, hit=None)),
    "answered by a function": (
        cdn(x_edge_result_type="FunctionGeneratedResponse"), answered(hit=None)),
    "capacity": (cdn(sc_status="503", x_edge_result_type="CapacityExceeded"),
                 answered(status=503, hit=None)),
    "upload": (cdn(cs_method="POST", x_edge_result_type="Miss"), answered(hit=None)),
    "change": (cdn(cs_method="PATCH", x_edge_result_type="Miss"), answered(hit=None)),
    "viewer that left": (
        cdn(sc_status="000", sc_bytes="0", x_edge_result_type="Error", time_to_first_byte="0.500"),
        answered(status=0, size=0, hit=None, first_byte=500)),
    "not modified": (cdn(sc_status="304", sc_bytes="300"), answered(status=304, size=300)),
    "IPv6": (cdn(c_ip="2001:db8::10"), answered(address="2001:db8::10")),
    "quick": (cdn(time_taken="0.000", time_to_first_byte="0.000"), answered(total=0, first_byte=0)),
    "slow": (cdn(time_taken="61.500", time_to_first_byte="30.001"),
             answered(total=61_500, first_byte=30_001)),
    "no first byte": (cdn(time_to_first_byte="-"), answered(first_byte=None)),
    "midnight": (cdn(time="00:00:00"), answered(minute=minute("2026-11-20T00:00"))),
    "hash and quotes in a name": (cdn(cs_uri_stem='/u/%23"1".webp'), answered()),
}  # fmt: skip

CDN_NONSENSE: dict[str, dict[str, str]] = {
    "a date that is none": cdn(date="20.11.2026"),
    "a time that is none": cdn(time="10-00-59"),
    "a minute that is none": cdn(time="10:60:00"),
    "a status that is none": cdn(sc_status="OK"),
    "bytes below zero": cdn(sc_bytes="-1"),
    "a time that never ends": cdn(time_taken="inf"),
    "a time below zero": cdn(time_taken="-0.5"),
    "bytes beyond any": cdn(sc_bytes="9" * 30),
}
