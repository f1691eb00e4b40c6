"""CloudFront's distributions: what AWS would refuse, each beside its legal twin."""

from __future__ import annotations

from typing import Any

import pytest

from unit.aws_contract.twins import SENT, Params

INVALID = "InvalidArgument"
GET = ["GET", "HEAD"]


def counted(*items: Any) -> Params:
    return {"Quantity": len(items), "Items": list(items)}


def origin(**changes: Any) -> Params:
    return {
        "Id": "reports", "DomainName": "reports.s3.eu-north-1.amazonaws.com",
        "OriginPath": "/status", "OriginAccessControlId": "E2QWRUHEXAMPLE",
        "S3OriginConfig": {"OriginAccessIdentity": ""}, **changes,
    }  # fmt: skip


def behavior(**changes: Any) -> Params:
    made = {
        "TargetOriginId": "reports", "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "AllowedMethods": {**counted(*GET), "CachedMethods": counted(*GET)}, **changes,
    }  # fmt: skip
    return {name: each for name, each in made.items() if each is not None}


def distribution(**changes: Any) -> Params:
    return {"DistributionConfig": {
        "CallerReference": "a", "Comment": "Status page", "Enabled": True,
        "DefaultRootObject": "index.html", "Origins": counted(origin()),
        "DefaultCacheBehavior": behavior(), **changes,
    }}  # fmt: skip


def served(**changes: Any) -> Params:
    return distribution(DefaultCacheBehavior=behavior(**changes))


def from_(**changes: Any) -> Params:
    return distribution(Origins=counted(origin(**changes)))


def methods(*allowed: str, cached: list[str] | None = None) -> Params:
    return served(AllowedMethods={**counted(*allowed), "CachedMethods": counted(*(cached or GET))})


WRITING = [*GET, "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
FORWARDED: Params = {"QueryString": False, "Cookies": {"Forward": "none"}}
ALIASES = {"Aliases": counted("status.example.com")}
CASES: dict[str, tuple[Params, Params, str]] = {
    "a list that is counted wrong": (
        distribution(), distribution(Origins={**counted(origin()), "Quantity": 2}),
        "InconsistentQuantities"),
    "two origins of one name": (
        distribution(Origins=counted(origin(), origin(Id="other"))),
        distribution(Origins=counted(origin(), origin())), INVALID),
    "an origin that is not there": (
        served(), served(TargetOriginId="report"), "NoSuchOrigin"),
    "a path to an origin that is not there": (
        distribution(CacheBehaviors=counted(behavior(PathPattern="/a"))),
        distribution(CacheBehaviors=counted(behavior(PathPattern="/a", TargetOriginId="b"))),
        "NoSuchOrigin"),
    "times beside a policy": (served(), served(DefaultTTL=60), INVALID),
    "neither a policy nor what is forwarded": (
        served(CachePolicyId=None, ForwardedValues=FORWARDED), served(CachePolicyId=None),
        INVALID),
    "methods that are no set": (methods(*WRITING), methods(*GET, "POST"), INVALID),
    "cached, and not allowed": (
        methods(*GET, "OPTIONS", cached=[*GET, "OPTIONS"]),
        methods(*GET, cached=[*GET, "OPTIONS"]), INVALID),
    "an origin of two kinds": (
        from_(), from_(CustomOriginConfig={
            "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}),
        "InvalidOrigin"),
    "an origin of no kind": (
        from_(), distribution(Origins=counted({
            k: v for k, v in origin().items() if k != "S3OriginConfig"})), "InvalidOrigin"),
    "asked in two ways": (
        from_(OriginAccessControlId="", S3OriginConfig={
            "OriginAccessIdentity": "origin-access-identity/cloudfront/E74FTE3AEXAMPLE"}),
        from_(S3OriginConfig={
            "OriginAccessIdentity": "origin-access-identity/cloudfront/E74FTE3AEXAMPLE"}),
        "IllegalOriginAccessConfiguration"),
    "a path without its slash": (from_(OriginPath=""), from_(OriginPath="status"), INVALID),
    "a path that ends in one": (from_(), from_(OriginPath="/status/"), INVALID),
    "an address for a domain": (
        from_(DomainName="www.example.com"), from_(DomainName="https://www.example.com"), INVALID),
    "a root object with a slash": (
        distribution(), distribution(DefaultRootObject="/index.html"),
        "InvalidDefaultRootObject"),
    "a comment of 129 characters": (
        distribution(Comment="c" * 128), distribution(Comment="c" * 129), INVALID),
    "a name of one's own without a certificate": (
        distribution(**ALIASES, ViewerCertificate={
            "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a"}),
        distribution(**ALIASES, ViewerCertificate={"CloudFrontDefaultCertificate": True}),
        "InvalidViewerCertificate"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_distribution(verdict: Any, name: str) -> None:
    legal, illegal, code = CASES[name]
    assert verdict("cloudfront", "CreateDistribution", legal) == SENT
    assert verdict("cloudfront", "CreateDistribution", illegal) == code


def control(**changes: Any) -> Params:
    return {"OriginAccessControlConfig": {
        "Name": "n" * 64, "Description": "d" * 256, "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always", "SigningProtocol": "sigv4", **changes,
    }}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"Name": "n" * 65}, {"Description": "d" * 257}, {"SigningBehavior": "sometimes"},
        {"SigningProtocol": "sigv2"}, {"OriginAccessControlOriginType": "ec2"},
    ],
    ids=str,
)  # fmt: skip
def test_how_an_origin_is_asked(verdict: Any, change: Params) -> None:
    assert verdict("cloudfront", "CreateOriginAccessControl", control()) == SENT
    assert verdict("cloudfront", "CreateOriginAccessControl", control(**change)) == INVALID
