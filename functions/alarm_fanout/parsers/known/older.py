"""What older forms of alert managers' webhooks say, which are still sent.

Sources: New Relic "Legacy: webhook format for alerts"; Azure Monitor "Call a webhook with a classic
metric alert"; Kapacitor "Alert node, data of an event".
"""

from alarm_fanout.parsers.known.model import INFO, WARNING, Known, labelled, states

OLDER = (
    Known(
        service="New Relic",
        has=("incident_id", "condition_name", "current_state"),
        titles=("{condition_name}[ · {targets/*/name}][: {details}]",),
        severity=(labelled("severity"),),
        otherwise=WARNING,
        facts=(("Policy", "{policy_name}"), ("State", "{current_state}")),
        url="incident_url",
        state=states("current_state", "OPEN|ACKNOWLEDGED", "CLOSED"),
        keys=("{incident_id}",),
    ),
    Known(
        service="Azure Monitor",
        has=("context/conditionType", "context/name", "status"),
        titles=("{context/name}[ · {context/resourceName}][: {context/condition/metricName}]",),
        otherwise=WARNING,
        sentence=("{context/description}",),
        facts=(("Value", "{context/condition/metricValue} {context/condition/metricUnit}"),
            ("Threshold", "{context/condition/operator|words} {context/condition/threshold}"),
            ("Group", "{context/resourceGroupName}")),
        state=states("status", "ACTIVATED", "RESOLVED"),
        keys=("{context/id}#{context/resourceId}", "{context/id}"),
    ),
    Known(
        service="Kapacitor",
        has=("id", "level", "message", "data/series"),
        titles=("{message}",),
        severity=(labelled("level"),),
        otherwise=INFO,
        sentence=("{details}",),
        facts=(("Alert", "{id}"), ("Level", "{level}"), ("Was", "{previousLevel}")),
        state=states("level", "CRITICAL|WARNING", "OK"),
        keys=("{id}",),
    ),
)  # fmt: skip
