"""Data: RDS (both shapes), Redshift, Backup, S3, ElastiCache, SES, DMS, EBS.

Sources: RDS "Working with Amazon RDS event notification" (SNS) and "Creating a rule that triggers
on an RDS event"; AWS Backup "Monitoring events with EventBridge" and "Notification options"; S3
"Event message structure"; ElastiCache "Event notifications and Amazon SNS"; SES "Examples of
notifications" and "Event publishing".
"""

from msgspec.structs import replace

from alarm_fanout.parsers.known.model import INFO, WARNING, Grade, Known, failing, labelled

_BAD_NEWS = dict.fromkeys(
    ("FAILOVER", "FAILURE", "LOW STORAGE", "RECOVERY", "AVAILABILITY", "READ REPLICA", "DELETION",
     "SECURITY", "SECURITY PATCHING"), WARNING,
)  # fmt: skip
# backups, changes and snapshots that went well (RDS, "Amazon RDS event categories")
_ROUTINE = dict.fromkeys(
    [f"RDS-EVENT-{number:04}" for number in (1, 2, 5, 11, 12, 14, 16, 17, 18, 19, 24, 25, 26, 27,
     40, 42, 43, 46, 47, 48, 75, 77, 90, 91, 92, 168, 169, 171, 172)], INFO,
)  # fmt: skip
_EMAIL = (
    ("Diagnosis", "{bounce/bouncedRecipients/*/diagnosticCode}"),
    ("From", "{mail/source}"),
    ("Subject", "{mail/commonHeaders/subject}"),
    ("Feedback", "{complaint/complaintFeedbackType}"),
    ("Reason", "{reject/reason}"),
    ("Failure", "{failure/errorMessage}"),
)
_EMAIL_TITLES = (
    (
        "Bounce ({bounce/bounceType|words}): {bounce/bouncedRecipients/*/emailAddress}"
        "[: {bounce/bouncedRecipients/*/diagnosticCode}]"
    ),
    (
        "Complaint: {complaint/complainedRecipients/*/emailAddress}"
        "[: {complaint/complaintFeedbackType}]"
    ),
    "E-mail rejected: {reject/reason}",
    "E-mail not rendered[ from {failure/templateName}]: {failure/errorMessage}",
    (
        "Delivery is delayed ({deliveryDelay/delayType|words}):"
        " {deliveryDelay/delayedRecipients/*/emailAddress}"
    ),
)
_EMAIL_GRADES = dict.fromkeys(
    ("COMPLAINT", "REJECT", "RENDERING FAILURE", "RENDERINGFAILURE"), WARNING
)

_SUBSCRIBED = Known(
    service="RDS",
    has=("Event Message", "Source ID"),
    titles=("{Source ID}: {Event Message}",),
    severity=(Grade("Event Message", sounds=True), Grade("Event ID|fragment", _ROUTINE)),
    otherwise=WARNING,
    facts=(
        ("Source", "{Event Source}"),
        ("Event", "{Event ID|fragment}"),
        ("ARN", "{Source ARN}"),
    ),
    url="Identifier Link",
)
_TRANSFER = (
    "SFTP Server File Upload", "SFTP Server File Download", "FTPS Server File Upload",
    "FTPS Server File Download", "FTP Server File Upload", "FTP Server File Download",
)  # fmt: skip

DATA = (
    _SUBSCRIBED,
    replace(_SUBSCRIBED, service="Redshift", has=("Event Message", "Resource", "Event ID"),
        titles=("{Resource}: {Event Message}",), severity=(labelled("Severity"),), otherwise=None,
        facts=(("Source", "{Event Source}"), ("Event", "{Event ID}"),
            ("Category", "{Category/*}"))),
    replace(_SUBSCRIBED, service="DMS", has=("Event Message", "SourceId"),
        titles=("{SourceId}: {Event Message}",), severity=(), otherwise=None),
    Known(
        service="Transfer Family",
        of=tuple(f"{each} {end}" for each in _TRANSFER for end in ("Completed", "Failed")),
        titles=(("{/detail-type|last}: {file-path} by {username}[, {failure-code|words}]"
            "[: {failure-message}]"),
            "{/detail-type|last}: {server-id}[, {failure-code|words}][: {failure-message}]"),
        severity=(failing("status-code"),),
        facts=(("User", "{username}"), ("File", "{file-path}"), ("Size", "{bytes|bytes}"),
            ("From", "{client-ip}"), ("Protocol", "{protocol}"), ("Server", "{server-id}"),
            ("Session", "{session-id}")),
        link="transfer/home?region={/region}#/servers/{server-id}",
    ),
    Known(
        service="Athena",
        of=("Athena Query State Change",),
        titles=(("Query in {workgroupName} {currentState|words}"
            "[: {athenaError/errorMessage}][ ({queryExecutionId})]"),),
        severity=(failing("currentState"),),
        facts=(("Query", "{queryExecutionId}"), ("State", "{currentState}"),
            ("Workgroup", "{workgroupName}"), ("Statement", "{statementType}")),
        link="athena/home?region={/region}#/query-editor/history/{queryExecutionId}",
    ),
    Known(
        service="RDS",
        of=("RDS DB Instance Event", "RDS DB Cluster Event", "RDS DB Snapshot Event",
            "RDS DB Cluster Snapshot Event", "RDS DB Parameter Group Event",
            "RDS DB Security Group Event", "RDS DB Proxy Event", "RDS Custom Engine Version Event",
            "RDS Blue Green Deployment Event", "DocumentDB Cluster Event",
            "DocumentDB Instance Event", "DocumentDB Cluster Snapshot Event",
            "Neptune DB Instance Event", "Neptune DB Cluster Event"),
        titles=("{SourceIdentifier}: {Message}", "{SourceArn|name}: {Message}"),
        severity=(Grade("Message", sounds=True),
            *(Grade(f"EventCategories/{place}", _BAD_NEWS) for place in range(3))),
        facts=(("Categories", "{EventCategories/*}"), ("Event", "{EventID}")),
        link="rds/home?region={/region}#events:",
    ),
    Known(
        service="Backup",
        of=("Backup Job State Change", "Copy Job State Change", "Restore Job State Change"),
        titles=("{/detail-type|job} of {resourceArn|name} {state|words}[: {statusMessage}]",
            "{/detail-type|job} of {resourceArn|name} {status|words}[: {statusMessage}]",
            "{/detail-type|job} {restoreJobId} {status|words}[: {statusMessage}]",
            "{/detail-type|job} {backupJobId} {state|words}[: {statusMessage}]"),
        severity=(failing("state"), failing("status")),
        facts=(("State", "{state}"), ("Vault", "{backupVaultName}"), ("Type", "{resourceType}"),
            ("Job", "{backupJobId}")),
        link="backup/home?region={/region}#/jobs/backup",
    ),
    Known(
        service="Glacier",
        has=("Action", "JobId", "VaultARN", "StatusCode"),
        titles=("{Action|words|first} of {VaultARN|name} {StatusCode|words}[: {StatusMessage}]",),
        severity=(failing("StatusCode"),),
        facts=(("Job", "{JobDescription}"), ("Size", "{ArchiveSizeInBytes|bytes}")),
    ),
    Known(
        service="S3",
        has=("Records/0/s3/bucket/name", "Records/0/eventName"),
        each="Records",
        titles=("{eventName} {s3/object/key|key} in {s3/bucket/name}",
            "{eventName} in {s3/bucket/name}"),
        facts=(("Size", "{s3/object/size|bytes}"), ("Version", "{s3/object/versionId}"),
            ("By", "{userIdentity/principalId}"), ("From", "{requestParameters/sourceIPAddress}")),
        severity=(Grade("eventName", {"REDUCEDREDUNDANCYLOSTOBJECT": WARNING,
            "REPLICATION:OPERATIONFAILEDREPLICATION": WARNING,
            "S3:REPLICATION:OPERATIONFAILEDREPLICATION": WARNING,
            "REPLICATION:OPERATIONMISSEDTHRESHOLD": WARNING,
            "S3:REPLICATION:OPERATIONMISSEDTHRESHOLD": WARNING}),),
    ),
    Known(
        service="S3",
        of=("Object Created", "Object Deleted", "Object Restore Initiated",
            "Object Restore Completed", "Object Restore Expired", "Object Tags Added",
            "Object Tags Deleted", "Object ACL Updated", "Object Storage Class Changed",
            "Object Access Tier Changed"),
        titles=("{/detail-type|words|first}: {object/key} in {bucket/name}",),
        facts=(("Size", "{object/size|bytes}"), ("Reason", "{reason}"),
            ("From", "{source-ip-address}")),
    ),
    *(
        Known(
            service=service,
            has=(f"?{service}:",),
            titles=(f"{{?{service}:|event}}",),
            otherwise=None,
        )
        for service in ("ElastiCache", "MemoryDB", "DAX")
    ),
    Known(
        service="SES",
        has=("notificationType", "mail"),
        titles=(*_EMAIL_TITLES, "{notificationType}: {mail/destination/*}"),
        severity=(Grade("notificationType", _EMAIL_GRADES),),
        facts=_EMAIL,
    ),
    Known(
        service="SES",
        has=("eventType", "mail"),
        titles=(*_EMAIL_TITLES, "{eventType}: {mail/destination/*}"),
        severity=(Grade("eventType", _EMAIL_GRADES),),
        facts=_EMAIL,
    ),
    Known(
        service="SES",
        of=("Email Bounced", "Email Complaint Received", "Email Rejected", "Email Delivery Delayed",
            "Email Rendering Failed"),
        titles=(*_EMAIL_TITLES, "{eventType}: {mail/destination/*}"),
        severity=(Grade("eventType", _EMAIL_GRADES),),
        facts=_EMAIL,
    ),
    Known(
        service="SES",
        of=("Sending Status Disabled", "Sending Status Enabled",
            "Advisor Recommendation Status Open", "Advisor Recommendation Status Closed"),
        titles=tuple(
            f"{{/detail-type|words|first}}[ for {{/resources/0|tenant}}]{said}"
            for said in (": {data/reason}", ": {data/record/cause}", "[: {data}]")
        ),
        severity=(Grade("/detail-type", {"SENDING STATUS DISABLED": WARNING,
            "ADVISOR RECOMMENDATION STATUS OPEN": WARNING}),),
        facts=(("Impact", "{metadata/impact}"), ("Kind", "{metadata/type}")),
    ),
    Known(
        service="DMS",
        of=("DMS Replication Task State Change", "DMS Replication Instance State Change"),
        titles=("{/resources/0|name}: {detailMessage}", "{/resources/0|name} {type|words}"),
        severity=(Grade("type", {"REPLICATION_TASK_FAILED": WARNING}),
            Grade("category", {"FAILURE": WARNING, "LOWSTORAGE": WARNING, "FAILOVER": WARNING})),
    ),
    Known(
        service="EBS",
        of=("EBS Snapshot Notification", "EBS Volume Notification",
            "EBS Multi-Volume Snapshots Completion Status"),
        titles=("{/resources/0|name}[ of {source|name}]: {event|words} {result|words}[: {cause}]",
            "{snapshot_id|name}[ of {source|name}]: {event|words} {result|words}[: {cause}]"),
        severity=(failing("result"),),
        facts=(("Snapshot", "{snapshot_id|name}"), ("Of", "{source|name}"),
            ("Snapshots", "{snapshots/*/snapshot_id|name}"),
            ("Volumes", "{snapshots/*/source|name}"), ("Failed", "{cause}"),
            ("Began", "{startTime}"), ("Request", "{request-id}")),
        link="ec2/home?region={/region}#Snapshots:snapshotId={snapshot_id|name}",
    ),
)  # fmt: skip
