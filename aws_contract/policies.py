"""The grammar of policy documents, which IAM, KMS, S3, SNS and SQS share.

Sources: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy elements" and
"AWS global condition context keys". A service's own rules on top are in `resource_policies` and
`iam`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

VERSIONS = frozenset({"2012-10-17", "2008-10-17"})
_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource"}
    | {"NotResource", "Condition"}
)
_ACTION = re.compile(r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+", re.IGNORECASE)
_OPERATOR = re.compile(
    r"(?:(?:ForAllValues|ForAnyValue):)?"
    r"(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)"
    r"|Numeric(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)"
    r"|Date(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)"
    r"|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like))(?:IfExists)?|Null"
)
_PRINCIPAL = {
    "Service": re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?"),
    "AWS": re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+|A[A-Z0-9]{15,}"),
    "Federated": re.compile(r"\*|[a-z0-9.-]+\.[a-z]{2,}|arn:aws[a-z-]*:iam::\d{12}:.+"),
    "CanonicalUser": re.compile(r"[0-9a-f]{64}"),
}
# Source: IAM User Guide, "AWS global condition context keys". aws:PrincipalTag/…, aws:RequestTag/…
# and aws:ResourceTag/… take a tag's key after the slash.
GLOBAL_KEYS = frozenset(
    f"aws:{name}".lower()
    for name in (
        "AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime "
        "Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc EpochTime FederatedProvider "
        "IsMcpServiceAction MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount "
        "PrincipalArn PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths "
        "PrincipalServiceName PrincipalServiceNamesList PrincipalTag PrincipalType "
        "RequestedRegion RequestTag ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag "
        "SecureTransport SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID "
        "SourceOrgPaths SourceVpc SourceVpcArn SourceVpce SourceVpceAccount SourceVpceOrgID "
        "SourceVpceOrgPaths TagKeys TokenIssueTime UserAgent userid username VpceAccount "
        "VpceOrgID VpceOrgPaths VpcSourceIp SignInSessionArn referer ViaAWSService "
        "ViaAWSMCPService"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, whose single values have become lists."""

    sid: str
    effect: str
    principals: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    """Operator and key of each condition."""


class PolicyError(Exception):
    """A document breaks the grammar; the message says how."""


def listed(value: Any) -> list[Any]:
    """Return a single value as a list of one, as the language allows both."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def size(text: str) -> int:
    """Count a document's characters as IAM does, without white space.

    Source: IAM User Guide, "IAM and AWS STS quotas", policy size.
    """
    return len(re.sub(r"\s", "", text))


def read(text: str) -> list[Statement]:
    """Parse a document and check its form; PolicyError says what is wrong."""
    try:
        document = json.loads(text)
    except ValueError:
        raise PolicyError("Syntax errors in policy.") from None
    if not isinstance(document, dict) or not document.keys() <= {"Version", "Id", "Statement"}:
        raise PolicyError("Syntax errors in policy.")
    if document.get("Version", "2008-10-17") not in VERSIONS:
        raise PolicyError(f"Invalid policy version: {document['Version']}")
    statements = listed(document.get("Statement"))
    if not statements:
        raise PolicyError("Missing required field Statement")
    found = [_statement(each) for each in statements]
    sids = [each.sid for each in found if each.sid]
    if len(set(sids)) < len(sids):
        raise PolicyError("Statement IDs (SID) in a single policy must be unique.")
    return found


def _statement(written: Any) -> Statement:
    if not isinstance(written, dict) or not written.keys() <= _ELEMENTS:
        raise PolicyError("Syntax errors in policy.")
    if written.get("Effect") not in {"Allow", "Deny"}:
        raise PolicyError(f"Invalid effect: {written.get('Effect')}")
    for one, other in (
        ("Action", "NotAction"),
        ("Resource", "NotResource"),
        ("Principal", "NotPrincipal"),
    ):
        if one in written and other in written:
            raise PolicyError(f"Statement/policy already has instance of {one}")
    actions = listed(written.get("Action", written.get("NotAction")))
    if not actions:
        raise PolicyError("Missing required field Action")
    for action in actions:
        if not isinstance(action, str) or not _ACTION.fullmatch(action):
            raise PolicyError(f"Actions/Conditions must be prefaced by a vendor: {action}")
    return Statement(
        sid=written.get("Sid", ""),
        effect=written["Effect"],
        principals=tuple(_principals(written.get("Principal", written.get("NotPrincipal")))),
        actions=tuple(actions),
        resources=tuple(_resources(written)),
        conditions=tuple(_conditions(written.get("Condition", {}))),
    )


def _principals(written: Any) -> Iterator[tuple[str, str]]:
    if written is None:
        return
    if written == "*":
        yield "AWS", "*"
        return
    if not isinstance(written, Mapping) or not written:
        raise PolicyError("Invalid principal in policy")
    for kind, values in written.items():
        form = _PRINCIPAL.get(kind)
        for value in listed(values):
            if form is None or not isinstance(value, str) or not form.fullmatch(value):
                raise PolicyError(f'Invalid principal in policy: "{kind}":"{value}"')
            yield kind, value


def _resources(written: Mapping[str, Any]) -> Iterator[str]:
    for resource in listed(written.get("Resource", written.get("NotResource"))):
        if not isinstance(resource, str) or not re.fullmatch(
            r"\*|arn:[^:]*:[^:]+:[^:]*:[^:]*:.+", resource
        ):
            raise PolicyError(f'Resource {resource} must be in ARN format or "*".')
        yield resource


def _conditions(written: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(written, Mapping):
        raise PolicyError("Syntax errors in policy.")
    for operator, keys in written.items():
        if not _OPERATOR.fullmatch(operator):
            raise PolicyError(f"Invalid Condition type : {operator}")
        if not isinstance(keys, Mapping):
            raise PolicyError("Syntax errors in policy.")
        for key, values in keys.items():
            if ":" not in key:
                raise PolicyError(f"Actions/Conditions must be prefaced by a vendor: {key}")
            if not listed(values) or any(isinstance(each, (dict, list)) for each in listed(values)):
                raise PolicyError("Syntax errors in policy.")
            yield operator, key


def unknown_keys(statement: Statement) -> list[str]:
    """List the global condition keys that AWS does not have.

    S3 refuses them, the others let them match nothing. They are refused everywhere: a condition
    that never holds is a right that nobody has.
    """
    return [
        key
        for _, key in statement.conditions
        if key.lower().startswith("aws:") and key.lower().split("/")[0] not in GLOBAL_KEYS
    ]


def trusts(document: str, service: str) -> bool:
    """Tell whether a role's trust policy lets a service assume it."""
    return any(("Service", service) in each.principals for each in read(document))
