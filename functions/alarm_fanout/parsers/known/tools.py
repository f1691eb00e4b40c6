"""What builds, guards and talks besides AWS, and what people write themselves for the chat.

Sources: GitHub "Webhook events and payloads"; Snyk and SonarQube "Webhooks"; HCP Terraform
"Notification configurations"; CircleCI and Vercel "Webhooks"; Flux "Events"; Wazuh "Rules
classification"; Falco "Alerts"; Rollbar "Webhooks"; Amazon Q Developer in chat applications,
"Custom notifications".
"""

from alarm_fanout.parsers.known.model import (
    CRITICAL,
    INFO,
    WARNING,
    Grade,
    Known,
    failing,
    labelled,
)

TOOLS = (
    Known(
        service="Chat",
        has=("source", "content/textType", "content/description"),
        titles=("{content/title}[: {content/description}]", "{content/description}"),
        severity=(labelled("metadata/additionalContext/severity"),
            labelled("metadata/additionalContext/priority"), Grade("content/title", sounds=True)),
        otherwise=None,
        facts=(("Next", "{content/nextSteps/*}"), ("About", "{metadata/relatedResources/*}"),
            ("Thread", "{metadata/threadId}")),
    ),
    Known(
        service="GitHub",
        has=("deployment_status/state", "repository/full_name"),
        titles=(("Deployment of {repository/full_name} to {deployment_status/environment}:"
            " {deployment_status/state|words}[: {deployment_status/description}]"),),
        severity=(failing("deployment_status/state"),),
        facts=(("Of", "{deployment/ref}"), ("By", "{sender/login}")),
        url="deployment_status/target_url",
    ),
    Known(
        service="GitHub",
        has=("alert/security_advisory/summary", "repository/full_name"),
        titles=(("{alert/security_advisory/summary} · {repository/full_name}"
            "[: {alert/state|ended}]"),),
        severity=(Grade("alert/state", {"FIXED": INFO, "DISMISSED": INFO, "AUTO_DISMISSED": INFO}),
            labelled("alert/security_advisory/severity")),
        facts=(("Package", "{alert/dependency/package/name}"), ("Alert", "{action|words}")),
        url="alert/html_url",
    ),
    Known(
        service="GitHub",
        has=("alert/rule/description", "alert/tool/name", "repository/full_name"),
        titles=("{alert/rule/description} · {repository/full_name}[: {alert/state|ended}]",),
        severity=(Grade("alert/state", {"FIXED": INFO, "DISMISSED": INFO, "CLOSED": INFO}),
            labelled("alert/rule/security_severity_level"), labelled("alert/rule/severity")),
        facts=(("Rule", "{alert/rule/id}"), ("Alert", "{action|words}"),
            ("Tool", "{alert/tool/name}"), ("At", "{alert/most_recent_instance/location/path}")),
        url="alert/html_url",
    ),
    Known(
        service="GitHub",
        has=("alert/affected_package_name", "action"),
        titles=(("{alert/affected_package_name}: {alert/external_identifier}"
            "[ · {repository/full_name}][: {action|ended}]"),),
        severity=(Grade("action", {"DISMISS": INFO, "RESOLVE": INFO}), labelled("alert/severity")),
        otherwise=WARNING,
        facts=(("Fixed in", "{alert/fixed_in}"), ("Affected", "{alert/affected_range}"),
            ("Reason", "{alert/dismiss_reason}")),
        url="alert/external_reference",
    ),
    Known(
        service="GitHub",
        has=("check_run/name", "repository/full_name"),
        titles=("{check_run/name} of {repository/full_name}: {check_run/conclusion|words}",
            "{check_run/name} of {repository/full_name}: {check_run/status|words}"),
        severity=(failing("check_run/conclusion", "ACTION_REQUIRED", "STARTUP_FAILURE"),),
        sentence=("{check_run/output/summary}",),
        url="check_run/html_url",
    ),
    Known(
        service="GitHub",
        has=("release/tag_name", "repository/full_name", "action"),
        titles=("Release {release/tag_name} of {repository/full_name} {action|words}",),
        sentence=("{release/name}",),
        facts=(("By", "{sender/login}"),),
        url="release/html_url",
    ),
    Known(
        service="GitLab",
        has=("object_attributes/status", "object_kind", "object_attributes/ref"),
        titles=(("{object_kind|words|first} of {project/path_with_namespace}, "
            "{object_attributes/ref}: {object_attributes/status|words}"),),
        severity=(failing("object_attributes/status"),),
        facts=(("Failed", "{builds/*/failure_reason}"), ("By", "{user/name}"),
            ("Commit", "{commit/message}")),
        url="object_attributes/url",
    ),
    Known(
        service="GitLab",
        has=("object_kind", "build_name", "build_status"),
        titles=(("Build {build_name} of {project_name}[, {ref}]: {build_status|words}"
            "[: {build_failure_reason|failure}]"),),
        severity=(failing("build_status"),),
        facts=(("Stage", "{build_stage}"), ("By", "{user/name}")),
    ),
    Known(
        service="GitLab",
        has=("object_kind", "deployment_id", "environment", "status"),
        titles=("Deployment of {project/path_with_namespace} to {environment}: {status|words}",),
        severity=(failing("status"),),
        facts=(("Commit", "{commit_title}"), ("By", "{user/name}")),
        url="deployable_url",
    ),
    Known(
        service="Snyk",
        has=("project/name", "newIssues/0/issueData/title"),
        titles=("{project/name}: {newIssues/*/issueData/title}",),
        severity=(labelled("newIssues/*/issueData/severity"),),
        facts=(("Severity", "{newIssues/*/issueData/severity}"),
            ("Packages", "{newIssues/*/pkgName}")),
        url="project/browseUrl",
    ),
    Known(
        service="SonarQube",
        has=("qualityGate/status", "project/name"),
        titles=("Quality gate of {project/name}[ ({branch/name})]: {qualityGate/status}",),
        severity=(failing("qualityGate/status"),),
        facts=(("Conditions", "{qualityGate/conditions/*/metric}"),),
        url="branch/url",
    ),
    Known(
        service="Harbor",
        has=("type", "event_data/repository/repo_full_name"),
        titles=(("{event_data/repository/repo_full_name}[:{event_data/resources/0/tag}]:"
            " {type|words}[: {event_data/custom_attributes/Details}]"
            "[: {event_data/resources/0/scan_overview/*/severity|words} at worst]"),),
        severity=(Grade("type", {"QUOTA_EXCEED": WARNING, "QUOTA_WARNING": WARNING,
            "SCANNING_FAILED": WARNING}),
            labelled("event_data/resources/*/scan_overview/*/severity")),
        facts=(("Found", "{event_data/resources/0/scan_overview/*/summary/summary|counts}"),
            ("By", "{operator}")),
    ),
    Known(
        service="Terraform",
        has=("run_id", "workspace_name", "notifications/0/message"),
        titles=("{workspace_name}: {notifications/0/message}[: {run_message}]",),
        severity=(failing("notifications/0/run_status", "ERRORED"),),
        facts=(("Run", "{run_id}"), ("By", "{notifications/0/run_updated_by}")),
        url="run_url",
    ),
    Known(
        service="CircleCI",
        has=("workflow/status", "workflow/name", "project/name"),
        titles=("{project/name}: {workflow/name} {workflow/status|words}",),
        severity=(failing("workflow/status"),),
        url="workflow/url",
    ),
    Known(
        service="Vercel",
        has=("type", "payload/deployment/name", "payload/target"),
        titles=("{payload/deployment/name}[ to {payload/target}]: {type}",),
        otherwise=None,
        url="payload/links/deployment",
    ),
    Known(
        service="Flux",
        has=("involvedObject/kind", "reportingController", "message"),
        titles=("{involvedObject/kind} {involvedObject/name}: {message}",),
        severity=(labelled("severity"),),
        otherwise=None,
        facts=(("Reason", "{reason}"), ("Namespace", "{involvedObject/namespace}"),
            ("Revision", "{metadata/revision}")),
    ),
    Known(
        service="Wazuh",
        has=("rule/level", "rule/description", "agent/name"),
        titles=("{rule/description} · {agent/name}",),
        severity=(Grade("rule/level", numbers=((15, CRITICAL), (7, WARNING), (0, INFO))),),
        sentence=("{full_log}",),
        facts=(("Level", "{rule/level}"), ("Rule", "{rule/id}"), ("From", "{data/srcip}")),
    ),
    Known(
        service="Falco",
        has=("rule", "priority", "output", "output_fields"),
        titles=("{rule}[ on {hostname}]: {output}",),
        severity=(labelled("priority"),),
    ),
    Known(
        service="Rollbar",
        has=("event_name", "data/item/title"),
        titles=("{data/item/title}[ · {data/item/environment}]",),
        severity=(Grade("event_name", {"RESOLVED_ITEM": INFO}),
            Grade("data/item/level", {"CRITICAL": CRITICAL, "ERROR": WARNING, "WARNING": WARNING},
                numbers=((50, CRITICAL), (30, WARNING), (0, INFO)))),
        otherwise=WARNING,
        facts=(("Event", "{event_name|words}"), ("Seen so often", "{data/item/total_occurrences}")),
    ),
)  # fmt: skip
