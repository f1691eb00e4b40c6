"""The account and other alert managers: Trusted Advisor, Config, ACM, KMS, Application Signals,
Alertmanager, Grafana.

Sources: Trusted Advisor "Monitoring check results with EventBridge"; Config "Monitoring with
EventBridge"; ACM "Amazon EventBridge support"; Prometheus Alertmanager's webhook_config; Grafana's
"Configure webhook notifications". The last two are sent by Amazon Managed Grafana and Amazon
Managed Service for Prometheus over SNS as they are written there.
"""  # noqa: D205 - a list of services is no sentence of one line

from msgspec.structs import replace

from alarm_fanout.parsers.known.model import CRITICAL, INFO, WARNING, Grade, Known, State, labelled
from avatarwatch.alert_state import AlertState

_FIRING = State("status", {"FIRING": AlertState.ALARM, "RESOLVED": AlertState.OK})
_COMPLIANCE = Known(
    service="Config",
    of=("Config Rules Compliance Change",),
    titles=("{resourceId} is {newEvaluationResult/complianceType|words}: {configRuleName}",),
    severity=(Grade("newEvaluationResult/complianceType", {"NON_COMPLIANT": WARNING}),),
    sentence=("{newEvaluationResult/annotation}",),
    facts=(
        ("Rule", "{configRuleName}"),
        ("Type", "{resourceType}"),
        ("Was", "{oldEvaluationResult/complianceType|words}"),
    ),
    link="config/home?region={/region}#/rules/details?configRuleName={configRuleName}",
)
_ITEM = Known(
    service="Config",
    has=("configurationItem/resourceId", "configurationItemDiff/changeType"),
    titles=(
        (
            "{configurationItem/resourceType} {configurationItem/resourceId}:"
            " {configurationItemDiff/changedProperties/?} changed"
        ),
        (
            "{configurationItem/resourceType} {configurationItem/resourceId}:"
            " {configurationItemDiff/changeType|words}"
        ),
    ),
    facts=(("Changes", "{configurationItemDiff/changedProperties|pairs}"),),
)

ACCOUNT = (
    Known(
        service="Trusted Advisor",
        of=("Trusted Advisor Check Item Refresh Notification",),
        titles=("{check-name}: {resource_id|name}[, {status|words}]",
            "{check-name}: {check-item-detail/User Name (IAM or Root)}[, {status|words}]",
            ("{check-name}: {check-item-detail/Current Usage} of {check-item-detail/Limit Amount}"
            " used: {check-item-detail/Limit Name}[ of {check-item-detail/Service}]"),
            "{check-name}[: {check-item-detail/Status}][, {status|words}]"),
        severity=(Grade("status", {"ERROR": CRITICAL, "WARN": WARNING, "OK": INFO}),),
        facts=(("Status", "{status}"), ("Resource", "{resource_id}"),
            ("Region", "{check-item-detail/Region}"), ("Savings",
                "{check-item-detail/Estimated Monthly Savings}")),
        link="trustedadvisor/home",
    ),
    _COMPLIANCE,
    replace(_COMPLIANCE, of=(), link="",
        has=("configRuleName", "newEvaluationResult/complianceType", "messageType")),
    Known(
        service="ACM",
        of=("ACM Certificate Approaching Expiration", "ACM Certificate Expired",
            "ACM Certificate Renewal Action Required", "ACM Certificate Available",
            "ACM Certificate Revoked"),
        titles=("Certificate of {CommonName} is not renewed: {RenewalStatusReason|words}",
            "Certificate of {CommonName} is available: {Action|words}",
            "Certificate of {CommonName} ends in {DaysToExpiry} days",
            "Certificate of {CommonName}: {/detail-type|certificate}",
            "Certificate of {DomainName}: {/detail-type|certificate}"),
        severity=(
            Grade("/detail-type", {"ACM CERTIFICATE AVAILABLE": INFO,
                "ACM CERTIFICATE EXPIRED": CRITICAL, "ACM CERTIFICATE REVOKED": CRITICAL}),
            Grade("DaysToExpiry", numbers=((8, WARNING), (-9999, CRITICAL))),
        ),
        otherwise=WARNING,
        link="acm/home?region={/region}#/certificates/list",
    ),
    Known(
        service="KMS",
        of=("KMS CMK Deletion", "KMS Imported Key Material Expiration", "KMS CMK Rotation"),
        titles=("Key {key-id}: {/detail-type|words}",),
        severity=(Grade("/detail-type", {"KMS CMK ROTATION": INFO}),),
        otherwise=WARNING,
        link="kms/home?region={/region}#/kms/keys/{key-id}",
    ),
    _ITEM,
    replace(_ITEM, of=("Config Configuration Item Change",), has=()),
    Known(
        service="Config",
        has=("configurationItemSummary/resourceId", "messageType"),
        titles=(("{configurationItemSummary/resourceType}"
            " {configurationItemSummary/resourceName}:"
            " {configurationItemSummary/changeType|words}"),
            ("{configurationItemSummary/resourceType} {configurationItemSummary/resourceId}:"
            " {configurationItemSummary/changeType|words}")),
        facts=(("Told in", "{s3DeliverySummary/s3BucketLocation}"),),
    ),
    Known(
        service="CloudTrail",
        has=("s3Bucket", "s3ObjectKey/0"),
        titles=("CloudTrail log files in {s3Bucket}",),
        facts=(("Files", "{s3ObjectKey/*}"),),
    ),
    Known(
        service="Application Signals",
        of=("Application Signals Service Level Objective Status Change",
            "SLO Status Change", "CloudWatch Application Signals SLO Breach"),
        titles=("{sloName}[ {attainment} %][, {status|words}]",),
        severity=(Grade("status", {"BREACHED": WARNING, "UNHEALTHY": WARNING}),),
    ),
    Known(
        service="Grafana or Alertmanager",
        has=("alerts/0/labels", "alerts/0/status"),
        each="alerts",
        titles=("{annotations/summary}", "{annotations/title}", "{annotations/message}",
            "{annotations/description}",
            "{labels/alertname}[ of {labels/instance}]", "{/title}"),
        severity=(labelled("labels/severity", high=CRITICAL),
            labelled("labels/priority", high=CRITICAL)),
        otherwise=WARNING,
        sentence=("{annotations/description}", "{valueString}"),
        facts=(("Alert", "{labels/alertname}"), ("Instance", "{labels/instance}"),
            ("Job", "{labels/job}"), ("Namespace", "{labels/namespace}")),
        url="generatorURL",
        state=_FIRING,
        keys=("{fingerprint}", "{labels|digest}"),
    ),
)  # fmt: skip
