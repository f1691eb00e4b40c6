"""IAM: roles and their inline policies."""

from collections.abc import Iterator

from aws_contract import policies
from aws_contract.core import Breach, Params, rule
from aws_contract.policies import Statement

# Source: IAM User Guide, "IAM and AWS STS quotas". A role's trust policy may be raised to 4,096.
MAX_ROLE_POLICIES = 10_240
MAX_TRUST_POLICY = 2_048
_MALFORMED = "MalformedPolicyDocument"
# Services whose ARNs have no region, so that one with a region is refused.
_GLOBAL = frozenset({"iam", "s3", "cloudfront", "route53", "budgets"})


def _read(text: str) -> list[Statement] | Breach:
    try:
        statements = policies.read(text)
    except policies.PolicyError as error:
        return Breach(_MALFORMED, str(error))
    for each in statements:
        if each.sid and not each.sid.isalnum():
            return Breach(_MALFORMED, f"Statement IDs (SID) must be alpha-numeric: {each.sid}")
    return statements


def _limit(name: str, most: int) -> Breach:
    return Breach("LimitExceeded", f"Cannot exceed quota for {name}: {most}", 409)


@rule("iam", "CreateRole", "UpdateAssumeRolePolicy")
def trust_policy(params: Params) -> Iterator[Breach]:
    """Say who may assume the role. Source: User Guide, "Role terms and concepts"."""
    text = params.get("AssumeRolePolicyDocument") or params.get("PolicyDocument") or ""
    statements = _read(text)
    if isinstance(statements, Breach):
        yield statements
        return
    if policies.size(text) > MAX_TRUST_POLICY:
        yield _limit("ACLSizePerRole", MAX_TRUST_POLICY)
    for each in statements:
        if each.resources:
            yield Breach(_MALFORMED, "Has prohibited field Resource")
        if not each.principals:
            yield Breach(_MALFORMED, "Missing required field Principal")
        if not all(action.startswith("sts:") for action in each.actions):
            yield Breach(_MALFORMED, "AssumeRole policy may only specify STS AssumeRole actions.")
        for key in policies.unknown_keys(each):
            yield Breach(_MALFORMED, f"Invalid global condition key: {key}")


@rule("iam", "PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "CreatePolicy")
def identity_policy(params: Params) -> Iterator[Breach]:
    """Say what may be done to what. Source: User Guide, "IAM JSON policy elements"."""
    statements = _read(params["PolicyDocument"])
    if isinstance(statements, Breach):
        yield statements
        return
    if policies.size(params["PolicyDocument"]) > MAX_ROLE_POLICIES:
        yield _limit("PolicySize", MAX_ROLE_POLICIES)
    for each in statements:
        if each.principals:
            yield Breach(_MALFORMED, "Policy document should not specify a principal.")
        if not each.resources:
            yield Breach(_MALFORMED, "Policy statement must contain resources.")
        for key in policies.unknown_keys(each):
            yield Breach(_MALFORMED, f"Invalid global condition key: {key}")
        for resource in each.resources:
            yield from _resource(resource)


def _resource(resource: str) -> Iterator[Breach]:
    if resource == "*":
        return
    _, partition, service, region, _, _ = resource.split(":", 5)
    if not partition.startswith("aws") and partition != "*":
        yield Breach(_MALFORMED, f'Partition "{partition}" is not valid for resource "{resource}".')
    if service in _GLOBAL and region:
        yield Breach(
            _MALFORMED, f"{service} resource {resource} cannot contain region information."
        )


@rule("iam", "SimulateCustomPolicy", "SimulatePrincipalPolicy")
def simulated_actions(params: Params) -> Iterator[Breach]:
    """Name each action in full. Source: API Reference, SimulateCustomPolicy, ActionNames."""
    for action in params["ActionNames"]:
        if "*" in action or ":" not in action:
            yield Breach("InvalidInput", f"Invalid Input Actions: {action}")
