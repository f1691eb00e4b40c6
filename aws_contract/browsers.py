"""What browsers send: RUM's app monitors, Cognito's identities, CloudFront's metrics."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")


@rule("rum", "CreateAppMonitor")
def app_monitor(params: Params) -> Iterator[Breach]:
    """Watch one domain or a list. Source: API Reference, CreateAppMonitor, Domain, DomainList."""
    if bool(params.get("Domain")) == bool(params.get("DomainList")):
        yield Breach("ValidationException", "Exactly one of Domain and DomainList is needed.")
    settings = params.get("AppMonitorConfiguration") or {}
    if settings.get("IncludedPages") and settings.get("ExcludedPages"):
        yield Breach("ValidationException", "Either included or excluded pages, not both.")
    role = settings.get("GuestRoleArn")
    if role is not None and not _ROLE.fullmatch(role):
        yield Breach("ValidationException", "GuestRoleArn is no role.")


@rule("cognito-identity", "SetIdentityPoolRoles")
def pool_roles(params: Params) -> Iterator[Breach]:
    """Give each kind of visitor a role. Source: API Reference, SetIdentityPoolRoles, Roles."""
    for kind, role in params["Roles"].items():
        if kind not in {"authenticated", "unauthenticated"} or not _ROLE.fullmatch(role):
            yield Breach("InvalidParameterException", f"Invalid role of the pool: {kind} {role}")


@rule("cloudfront", "CreateMonitoringSubscription")
def additional_metrics(params: Params) -> Iterator[Breach]:
    """Turn metrics on or off. Source: API Reference, RealtimeMetricsSubscriptionConfig."""
    settings = params["MonitoringSubscription"].get("RealtimeMetricsSubscriptionConfig") or {}
    if settings.get("RealtimeMetricsSubscriptionStatus") not in {"Enabled", "Disabled"}:
        yield Breach("InvalidArgument", "RealtimeMetricsSubscriptionStatus: Enabled or Disabled.")
    if not re.fullmatch(r"[A-Z0-9]{2,32}", params["DistributionId"]):
        yield Breach("NoSuchDistribution", "The specified distribution does not exist.", 404)
