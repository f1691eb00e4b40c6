"""CloudFront's distributions and how they sign what they ask of an origin."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from aws_contract.core import Breach, Params, rule

# Source: API Reference, AllowedMethods.
_READ = frozenset(("GET", "HEAD"))
_METHODS = (_READ, _READ | {"OPTIONS"}, _READ | {"OPTIONS", "PUT", "PATCH", "POST", "DELETE"})
# Of the older way to say what is cached; each excludes a policy. Source: CacheBehavior.
_WITHOUT_POLICY = ("ForwardedValues", "MinTTL", "DefaultTTL", "MaxTTL")
_CLASSES = ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig")
# Source: API Reference, OriginAccessControlConfig; DistributionConfig, Comment.
MAX_NAME, MAX_DESCRIPTION, MAX_COMMENT = 64, 256, 128
_SIGNING = {"SigningBehavior": {"never", "always", "no-override"}, "SigningProtocol": {"sigv4"},
            "OriginAccessControlOriginType": {
                "s3", "mediastore", "mediapackagev2", "lambda"}}  # fmt: skip


@rule("cloudfront", "CreateDistribution", "UpdateDistribution")
def distribution(params: Params) -> Iterator[Breach]:
    """Serve from origins that are there. Source: API Reference, CreateDistribution, Errors."""
    config = params["DistributionConfig"]
    yield from _quantities(config)
    origins = (config.get("Origins") or {}).get("Items") or ()
    known = [each.get("Id") for each in origins]
    if len(set(known)) < len(known):
        yield Breach("InvalidArgument", "The origins' ids must be unique.")
    behaviors = (config.get("CacheBehaviors") or {}).get("Items") or ()
    for behavior in (config["DefaultCacheBehavior"], *behaviors):
        yield from _behavior(behavior, known)
    for origin in origins:
        yield from _origin(origin)
    yield from _outside(config)


def _quantities(part: Any) -> Iterator[Breach]:
    """Count each list. Source: error InconsistentQuantities."""
    if isinstance(part, dict):
        if "Quantity" in part and part["Quantity"] != len(part.get("Items") or ()):
            text = "The value of Quantity and the size of Items do not match."
            yield Breach("InconsistentQuantities", text)
        yield from itertools.chain.from_iterable(map(_quantities, part.values()))
    elif isinstance(part, list):
        yield from itertools.chain.from_iterable(map(_quantities, part))


def _behavior(behavior: Params, origins: Iterable[Any]) -> Iterator[Breach]:
    """Cache what one origin gives, by one way. Source: API Reference, CacheBehavior."""
    if behavior.get("TargetOriginId") not in origins:
        text = "One or more of your origins or origin groups do not exist."
        yield Breach("NoSuchOrigin", text, 404)
    older = [name for name in _WITHOUT_POLICY if behavior.get(name) is not None]
    if behavior.get("CachePolicyId"):
        for name in older:
            yield Breach(
                "InvalidArgument",
                f"The parameter {name} cannot be used when a cache policy is associated to the "
                "cache behavior.",
            )
    elif "ForwardedValues" not in older:
        text = "The parameter ForwardedValues is required."
        yield Breach("InvalidArgument", text)
    allowed = behavior.get("AllowedMethods") or {"Items": _READ}
    methods = set(allowed.get("Items") or ())
    cached = set((allowed.get("CachedMethods") or {"Items": _READ}).get("Items") or ())
    if methods not in _METHODS or cached not in _METHODS[:2] or not cached <= methods:
        text = "The parameter Allowed Methods does not include a set that CloudFront knows."
        yield Breach("InvalidArgument", text)


def _origin(origin: Params) -> Iterator[Breach]:
    """Say of what kind it is, and how it is asked. Source: API Reference, Origin."""
    kinds = [name for name in _CLASSES if origin.get(name) is not None]
    if len(kinds) != 1:
        text = "You must specify one of S3OriginConfig, CustomOriginConfig and VpcOriginConfig."
        yield Breach("InvalidOrigin", text)
    identity = (origin.get("S3OriginConfig") or {}).get("OriginAccessIdentity")
    if identity and origin.get("OriginAccessControlId"):
        yield Breach(
            "IllegalOriginAccessConfiguration",
            "An origin cannot contain both an origin access control and an origin access identity.",
        )
    path = origin.get("OriginPath") or ""
    if path and (not path.startswith("/") or path.endswith("/")):
        yield Breach("InvalidArgument", "OriginPath begins with / and does not end with it.")
    if re.match(r"https?:|.*/", origin.get("DomainName") or "/"):
        yield Breach("InvalidArgument", "The parameter Origin DomainName is not a domain name.")


def _outside(config: Params) -> Iterator[Breach]:
    """Check what visitors see. Source: API Reference, DistributionConfig."""
    if (config.get("DefaultRootObject") or "").startswith("/"):
        text = "The default root object begins with a slash, or is too long."
        yield Breach("InvalidDefaultRootObject", text)
    if len(config.get("Comment") or "") > MAX_COMMENT:
        text = f"The parameter Comment is longer than {MAX_COMMENT} characters."
        yield Breach("InvalidArgument", text)
    certificate = config.get("ViewerCertificate") or {}
    own = certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId")
    if (config.get("Aliases") or {}).get("Items") and not own:
        yield Breach(
            "InvalidViewerCertificate",
            "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach "
            "a trusted certificate that validates your authorization to use the domain name.",
        )


@rule("cloudfront", "CreateOriginAccessControl", "UpdateOriginAccessControl")
def access_control(params: Params) -> Iterator[Breach]:
    """Sign by what CloudFront knows. Source: API Reference, OriginAccessControlConfig."""
    config = params["OriginAccessControlConfig"]
    for name, most in (("Name", MAX_NAME), ("Description", MAX_DESCRIPTION)):
        if len(config.get(name) or "") > most:
            text = f"The parameter {name} is longer than {most} characters."
            yield Breach("InvalidArgument", text)
    for name, known in _SIGNING.items():
        if config.get(name) not in known:
            yield Breach("InvalidArgument", f"The parameter {name} is not valid.")
