"""What watches and runs services: DevOps Guru, Synthetics, OpenSearch, Elastic Beanstalk,
MediaLive, EMR.

Sources: DevOps Guru "Working with Amazon EventBridge in DevOps Guru"; CloudWatch "Monitoring canary
events with Amazon EventBridge"; OpenSearch Service "Monitoring OpenSearch Service events"; Elastic
Beanstalk "Using Elastic Beanstalk with Amazon EventBridge"; MediaLive "Monitoring using CloudWatch
Events"; EMR "Monitor CloudWatch events".
"""  # noqa: D205 - a list of services is no sentence of one line

from alarm_fanout.parsers.known.model import (
    CRITICAL,
    INFO,
    WARNING,
    Grade,
    Known,
    State,
    failing,
    labelled,
)
from avatarwatch.alert_state import AlertState

_INSIGHT = State(
    "/detail-type",
    {
        "DEVOPS GURU NEW INSIGHT OPEN": AlertState.ALARM,
        "DEVOPS GURU INSIGHT SEVERITY UPGRADED": AlertState.ALARM,
        "DEVOPS GURU INSIGHT CLOSED": AlertState.OK,
    },
)
_CHANNEL = State("alarm_state", {"SET": AlertState.ALARM, "CLEARED": AlertState.OK})

OPERATIONS = (
    Known(
        service="DevOps Guru",
        of=("DevOps Guru New Insight Open", "DevOps Guru Insight Severity Upgraded",
            "DevOps Guru Insight Closed"),
        titles=("{insightDescription}",),
        severity=(labelled("insightSeverity"),),
        facts=(("Type", "{insightType|words}"), ("Severity", "{insightSeverity}")),
        url="insightUrl",
        state=_INSIGHT,
        keys=("{insightId}",),
    ),
    Known(
        service="DevOps Guru",
        has=("MessageType", "InsightId", "InsightDescription"),
        titles=("{InsightDescription}",),
        severity=(labelled("InsightSeverity"),),
        otherwise=None,
        facts=(("Name", "{InsightName}"), ("Type", "{InsightType|words}"),
            ("Severity", "{InsightSeverity}")),
        url="InsightUrl",
        state=State("MessageType", {"NEW_INSIGHT": AlertState.ALARM,
            "SEVERITY_UPGRADED": AlertState.ALARM, "CLOSED_INSIGHT": AlertState.OK}),
        keys=("{InsightId}",),
    ),
    Known(
        service="Systems Manager",
        of=("OpsItem Create", "OpsItem Update"),
        titles=("OpsItem {status|words}: {title}",),
        severity=(Grade("status", {"RESOLVED": INFO, "CLOSED": INFO}),
            Grade("severity", {"1": CRITICAL, "2": WARNING, "3": INFO, "4": INFO})),
        facts=(("Severity", "{severity}"), ("From", "{source}"), ("OpsItem", "{ops-item-id}")),
        link="systems-manager/opsitems/{ops-item-id}?region={/region}",
    ),
    Known(
        service="Systems Manager",
        of=("Parameter Store Policy Action",),
        titles=("{parameter-name}: {action-reason}", "{parameter-name}: {policy-type|words}"),
        severity=(Grade("policy-type", {"EXPIRATION": WARNING, "EXPIRATIONNOTIFICATION": WARNING}),
            failing("action-status")),
        facts=(("Policy", "{policy-type|words}"), ("Result", "{action-status}")),
        link="systems-manager/parameters?region={/region}",
    ),
    Known(
        service="X-Ray",
        of=("AWS X-Ray Insight Update",),
        titles=("{Summary}", "{RootCauseServiceId/Name} of {GroupName}: {Categories/*|words}"),
        otherwise=WARNING,
        facts=(("Group", "{GroupName}"), ("Cause", "{RootCauseServiceId/Name}"),
            ("What", "{Categories/*|words}"),
            ("Requests", "{ClientRequestImpactStatistics/TotalCount}"),
            ("Faults", "{ClientRequestImpactStatistics/FaultCount}")),
        link="cloudwatch/home?region={/region}#xray:insights/{InsightId}",
        state=State("State", {"ACTIVE": AlertState.ALARM, "CLOSED": AlertState.OK}),
        keys=("{InsightId}",),
    ),
    Known(
        service="Internet Monitor",
        of=("Internet Monitor Health Event",),
        titles=(("Internet to {monitor-arn|name}: {impactType|words} impaired"
            "[, {percentOfTotalTrafficImpacted} % of the traffic]"
            "[: {impacted-locations/*/City}][ ({impacted-locations/*/ASName})]"),),
        otherwise=WARNING,
        facts=(("Monitor", "{monitor-arn|name}"), ("Countries", "{impacted-locations/*/Country}"),
            ("Networks", "{impacted-locations/*/ASName}")),
        link="cloudwatch/home?region={/region}#internet-monitor:health-events",
        state=State("status", {"ACTIVE": AlertState.ALARM, "RESOLVED": AlertState.OK}),
        keys=("{/resources/0}", "{monitor-arn}"),
    ),
    Known(
        service="Synthetics",
        of=("Synthetics Canary TestRun Failure", "Synthetics Canary TestRun Successful",
            "Synthetics Canary Status Change"),
        titles=("Canary {canary-name}: test run {test-run-status|words}",
            "Canary {canary-name}: {current-state|words}[: {message}]"),
        severity=(failing("test-run-status"), failing("current-state")),
        facts=(("Said", "{message}"), ("Run", "{canary-run-id}"),
            ("Artifacts", "{artifact-location}")),
        link="cloudwatch/home?region={/region}#synthetics:canary/detail/{canary-name}",
    ),
    Known(
        service="OpenSearch",
        of=("Amazon OpenSearch Service Notification",
            "Amazon OpenSearch Service Software Update Notification",
            "Amazon OpenSearch Service Domain Update Notification",
            "Amazon OpenSearch Service Domain Error Notification",
            "Amazon OpenSearch Service Auto-Tune Notification"),
        titles=("{/resources/0|name}: {event}, {status|words}[: {description}]",),
        severity=(Grade("status", {"COMPLETED": INFO}), labelled("severity")),
        facts=(("Severity", "{severity}"),),
    ),
    Known(
        service="Elastic Beanstalk",
        of=("Elastic Beanstalk resource status change", "Other resource status change",
            "Health status change", "Managed update status change"),
        titles=("{EnvironmentName}: {Message}", "{ApplicationName}: {Message}"),
        severity=(labelled("Severity"),),
        otherwise=None,
        facts=(("Status", "{Status}"),),
    ),
    Known(
        service="Elastic Beanstalk",
        has=("Environment", "Application", "Message"),
        titles=("{Environment}: {Message}",),
        otherwise=None,
        facts=(("Application", "{Application}"), ("Address", "{Environment URL}")),
    ),
    Known(
        service="MediaLive",
        of=("MediaLive Channel Alert", "MediaLive Multiplex Alert"),
        titles=("{channel_arn|name}, pipeline {pipeline}: {alert_type}[: {message}]",
            "{multiplex_arn|name}: {alert_type}[: {message}]"),
        otherwise=WARNING,
        state=_CHANNEL,
        keys=("{channel_arn}#{pipeline}#{alarm_id}", "{multiplex_arn}#{alarm_id}"),
    ),
    Known(
        service="EMR",
        of=("EMR Cluster State Change", "EMR Step Status Change"),
        titles=("Step {name} of {clusterId} {state|words}{stepId|nothing}",
            "Cluster {name} {state|words}[: {stateChangeReason|reason}]"),
        severity=(failing("state", "TERMINATED_WITH_ERRORS"),),
        sentence=("{message}",),
        facts=(("Cluster", "{clusterId}"), ("Step", "{stepId}")),
    ),
)  # fmt: skip
