"""Security: GuardDuty, Security Hub, Inspector, Macie, Access Analyzer, ECR's scans, sign-ins.

Sources: each service's user guide, its page on EventBridge events (GuardDuty "Processing findings
with EventBridge" and "Monitoring S3 object scans"; Security Hub "EventBridge event formats";
Inspector and Macie "EventBridge event schema"; ECR "Events and EventBridge"; AWS Sign-In and
CloudTrail "AWS Console sign-in events").
"""

from alarm_fanout.parsers.known.calls import GRAVE
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

_THREAT = Grade("scanResultDetails/scanResultStatus", {"THREATS_FOUND": CRITICAL,
    "FAILED": WARNING, "ACCESS_DENIED": WARNING, "UNSUPPORTED": INFO,
    "NO_THREATS_FOUND": INFO})  # fmt: skip

SECURITY = (
    Known(
        service="GuardDuty",
        of=("GuardDuty Malware Protection Object Scan Result",),
        titles=(
            ("Threat found in {s3ObjectDetails/bucketName}/{s3ObjectDetails/objectKey|key}:"
            " {scanResultDetails/threats/*/name}"),
            ("{scanResultDetails/scanResultStatus|words|first} in"
            " {s3ObjectDetails/bucketName}/{s3ObjectDetails/objectKey|key}"),
        ),
        severity=(_THREAT,),
        facts=(
            ("Result", "{scanResultDetails/scanResultStatus}"),
            ("Threats", "{scanResultDetails/threats/*/name}"),
            ("Object", "{s3ObjectDetails/objectKey|key}"),
            ("Bucket", "{s3ObjectDetails/bucketName}"),
            ("Version", "{s3ObjectDetails/versionId}"),
        ),
        link="s3/object/{s3ObjectDetails/bucketName}?region={/region}"
        "&prefix={s3ObjectDetails/objectKey}",
    ),
    Known(
        service="GuardDuty",
        of=("GuardDuty Malware Protection Post Scan Action Failed",
            "GuardDuty Malware Protection Resource Status Active",
            "GuardDuty Malware Protection Resource Status Warning",
            "GuardDuty Malware Protection Resource Status Error"),
        titles=(("Malware protection of {s3BucketDetails/bucketName}[: {status|words}]"
            "[: {statusReasons/*/code|words}]"),
            ("Malware protection of {s3ObjectDetails/bucketName}/{s3ObjectDetails/objectKey|key}:"
            " {failureReason}")),
        severity=(failing("status"), Grade("eventTime", {}), Grade("status", {"WARNING": WARNING})),
    ),
    Known(
        service="GuardDuty",
        of=("GuardDuty Finding",),
        titles=("{title}", "{type}"),
        # what is archived by a rule is no news; GuardDuty's levels: 9 critical, 7 high, 4 medium
        severity=(
            Grade("service/archived", {"YES": INFO}),
            Grade("severity", numbers=((7, CRITICAL), (4, WARNING), (0, INFO))),
        ),
        sentence=("{description}",),
        facts=(
            ("Type", "{type}"),
            ("Severity", "{severity}"),
            ("Resource", "{resource/resourceType}"),
            ("Instance", "{resource/instanceDetails/instanceId}"),
            ("User", "{resource/accessKeyDetails/userName}"),
            ("Bucket", "{resource/s3BucketDetails/*/name}"),
            ("Cluster", "{resource/eksClusterDetails/name}"),
            ("Seen so often", "{service/count}"),
            ("Archived", "{service/archived}"),
        ),
        link="guardduty/home?region={/region}#/findings?macros=current&fId={id}",
    ),
    Known(
        service="Security Hub",
        of=("Security Hub Findings - Imported", "Security Hub Findings - Custom Action"),
        each="findings",
        titles=("{Title}[ · {Resources/0/Id|name}]",),
        severity=(
            Grade("Workflow/Status", {"RESOLVED": INFO, "SUPPRESSED": INFO}),
            Grade("RecordState", {"ARCHIVED": INFO}),
            Grade("Compliance/Status", {"PASSED": INFO}),
            labelled("Severity/Label"),
            Grade("Severity/Normalized",
                numbers=((90, CRITICAL), (40, WARNING), (0, INFO))),
        ),
        sentence=("{Description}",),
        facts=(
            ("Severity", "{Severity/Label}"),
            ("Resources", "{Resources/*/Id|name}"),
            ("Compliance", "{Compliance/Status}"),
            ("Control", "{GeneratorId|name}"),
            ("Product", "{ProductName}"),
            ("Remediation", "{Remediation/Recommendation/Text}"),
        ),
        url="Remediation/Recommendation/Url",
        link="securityhub/home?region={/region}#/findings?search=Id%3D%255Coperator%255C%253AEQUALS"
        "%255C%253A{Id}",
    ),
    Known(
        service="Security Hub",
        of=("Findings Imported V2", "Security Hub Findings V2 - Custom Action"),
        each="findings",
        titles=("{finding_info/title}[ · {resources/0/uid|name}]",),
        severity=(
            Grade("status", {"RESOLVED": INFO, "SUPPRESSED": INFO, "ARCHIVED": INFO}),
            labelled("severity"),
            Grade("severity_id", numbers=((5, CRITICAL), (3, WARNING), (0, INFO))),
        ),
        sentence=("{finding_info/desc}",),
        facts=(
            ("Severity", "{severity}"),
            ("Resources", "{resources/*/uid|name}"),
            ("Product", "{metadata/product/name}"),
            ("Remediation", "{remediation/desc}"),
        ),
        link="securityhub/v2/home?region={/region}#/findings",
    ),
    Known(
        service="Inspector",
        of=("Inspector2 Finding",),
        titles=("{title}[ · {resources/0/id|name}]",),
        severity=(Grade("status", {"CLOSED": INFO, "SUPPRESSED": INFO}), labelled("severity")),
        sentence=("{description}",),
        facts=(
            ("Severity", "{severity}[, score {inspectorScore}]"),
            ("Resource", "{resources/*/type} {resources/*/id|name}"),
            ("Status", "{status}"),
            ("Packages", "{packageVulnerabilityDetails/vulnerablePackages/*/name}"),
            ("Fixed in", "{packageVulnerabilityDetails/vulnerablePackages/*/fixedInVersion}"),
            ("Remedy", "{remediation/recommendation/text}"),
        ),
        url="packageVulnerabilityDetails/sourceUrl",
        link="inspector/v2/home?region={/region}#/findings/all",
    ),
    Known(
        service="Inspector",
        of=("Inspector2 Coverage",),
        titles=(("Inspector on {/resources/0|name} is {scanStatus/statusCodeValue|words}"
            "[: {scanStatus/reason|words}]"),),
    ),
    Known(
        service="Route 53",
        of=("DNS Firewall Block", "DNS Firewall Alert"),
        titles=(("DNS Firewall, {firewall-rule-action|words}: {query-name}"
            " asked for by {resources/*/instance-details/id}"),
            ("DNS Firewall, {firewall-rule-action|words}: {query-name}"
            "[ asked for by {src-addr}]")),
        otherwise=WARNING,
        facts=(("Instance", "{resources/*/instance-details/id}"), ("VPC", "{vpc-id}"),
            ("Rule group", "{firewall-rule-group-id}")),
    ),
    Known(
        service="Inspector",
        of=("Inspector2 Scan",),
        titles=(("Scan of {repository-name|name}: {finding-severity-counts/CRITICAL} critical,"
            " {finding-severity-counts/HIGH} high"),),
        severity=(Grade("finding-severity-counts/CRITICAL", numbers=((1, CRITICAL),)),
            Grade("finding-severity-counts/HIGH", numbers=((1, WARNING),)),
            failing("scan-status")),
    ),
    Known(
        service="Macie",
        of=("Macie Finding",),
        titles=("{title}[ · {resourcesAffected/s3Bucket/name}][/{resourcesAffected/s3Object/key}]",
            "{type}[ · {resourcesAffected/s3Bucket/name}]"),
        severity=(
            Grade("archived", {"YES": INFO}), labelled("severity/description"),
            Grade("severity/score", numbers=((3, WARNING), (0, INFO))),
        ),
        sentence=("{description}",),
        facts=(("Severity", "{severity/description}"), ("Type", "{type}"),
            ("Bucket", "{resourcesAffected/s3Bucket/name}"),
            ("Object", "{resourcesAffected/s3Object/path}"), ("Seen so often", "{count}")),
        link="macie/home?region={/region}#findings?search=id%3D{id}&macros=current",
    ),
    Known(
        service="ECR",
        of=("ECR Image Scan",),
        titles=(
            "Scan of {repository-name}[:{image-tags/*}] found {finding-severity-counts|counts}",
            "Scan of {repository-name}[:{image-tags/*}] {scan-status|words}",
        ),
        severity=(
            Grade("finding-severity-counts/CRITICAL", numbers=((1, CRITICAL),)),
            Grade("finding-severity-counts/HIGH", numbers=((1, WARNING),)),
            failing("scan-status"),
        ),
        facts=(("Status", "{scan-status}"), ("Digest", "{image-digest}")),
        link="ecr/repositories/private/{/account}/{repository-name}?region={/region}",
    ),
    Known(
        service="Image Builder",
        of=("EC2 Image Builder CVE Detected",),
        titles=("Image {/resources/0|image} has {finding-severity-counts|counts}",),
        severity=(
            Grade("finding-severity-counts/critical", numbers=((1, CRITICAL),)),
            Grade("finding-severity-counts/high", numbers=((1, WARNING),)),
        ),
        facts=(("Resource", "{resource-id}"),),
        link="imagebuilder/home?region={/region}#/images",
    ),
    Known(
        service="ECR",
        of=("ECR Image Action",),
        titles=("{action-type|words|first} of {repository-name}[:{image-tag}]: {result|words}",),
        severity=(failing("result"),),
    ),
    Known(
        service="IAM Access Analyzer",
        of=("Access Analyzer Finding", "Internal Access Finding"),
        titles=("Access from outside to {resource|name}[ ({isPublic|public})][: {action/*}]",),
        severity=(Grade("status", {"ARCHIVED": INFO, "RESOLVED": INFO}),
            Grade("isPublic", {"YES": CRITICAL})),
        otherwise=WARNING,
        facts=(("Status", "{status}"), ("Resource", "{resource}"), ("Principal", "{principal/*}")),
    ),
    Known(
        service="IAM Access Analyzer",
        of=("Unused Access Finding for IAM entities",),
        titles=("{findingType}: {resource|name}",),
        facts=(("Status", "{status}"), ("Resource", "{resource}")),
    ),
    Known(
        service="Sign-in",
        of=("AWS Console Sign In via CloudTrail", "AWS Console Action via CloudTrail"),
        titles=(
            ("Root user signed in: {responseElements/ConsoleLogin}[ from {sourceIPAddress}]"
            "{userIdentity/type|root}"),
            ("{userIdentity/userName} {eventName|words}: {responseElements/ConsoleLogin}"
            "[ from {sourceIPAddress}]"),
            ("{userIdentity/arn|name} {eventName|words}[: {responseElements/ConsoleLogin}]"
            "[ from {sourceIPAddress}]"),
            ("{userIdentity/type} {eventName|words}[: {responseElements/ConsoleLogin}]"
            "[ from {sourceIPAddress}]"),
        ),
        severity=(Grade("userIdentity/type", {"ROOT": CRITICAL}),
            Grade("responseElements/ConsoleLogin", {"FAILURE": WARNING})),
        sentence=("{errorMessage}",),
        facts=(("User", "{userIdentity/arn}"), ("From", "{sourceIPAddress}"),
            ("With MFA", "{additionalEventData/MFAUsed}"), ("Agent", "{userAgent}")),
    ),
    Known(
        service="CloudTrail",
        of=("AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"),
        titles=(
            ("Root user called {eventName} of {eventSource|host}"
            "[ · {requestParameters|target}][: {errorCode}]"
            "{userIdentity/type|root}"),
            ("{eventName} of {eventSource|host}[ · {additionalEventData/SecretId|name}]"
            "[ · {requestParameters|target}][ · {serviceEventDetails|named}]"
            "[ · {serviceEventDetails/secretId|name}]"
            "[ · {serviceEventDetails/*/account|named}][: {serviceEventDetails/status|words}]"
            "[: {serviceEventDetails/*/state|words}][: {serviceEventDetails/*/message}]"
            "[: {errorCode}]"
            "[ by {userIdentity/arn|name}]"),
        ),
        severity=(Grade("userIdentity/type", {"ROOT": CRITICAL}),
            Grade("errorCode", sounds=True), Grade("eventName", GRAVE),
            # by words: RevokeDBSecurityGroupIngress is not revoked; no name of ours is heard
            *(Grade(f"{path}|words", sounds=True) for path in ("eventName", "errorMessage",
                "serviceEventDetails/status", "serviceEventDetails/*/state"))),
        sentence=("{errorMessage}",),
        facts=(("By", "{userIdentity/arn}"), ("From", "{sourceIPAddress}"),
            ("Asked for", "{requestParameters|pairs}"), ("Error", "{errorCode}")),
    ),
    Known(
        service="CloudTrail Insights",
        of=("AWS Insight via CloudTrail",),
        titles=(("Unusual rate of {insightDetails/eventName} of {insightDetails/eventSource|host}:"
            " {insightDetails/insightContext/statistics/insight/average} a minute, usually"
            " {insightDetails/insightContext/statistics/baseline/average}"),
            "Unusual rate of {insightDetails/eventName} of {insightDetails/eventSource|host}"),
        otherwise=WARNING,
        facts=(("Type", "{insightDetails/insightType|words}"),
            ("Error", "{insightDetails/errorCode}")),
        state=State("insightDetails/state", {"START": AlertState.ALARM, "END": AlertState.OK}),
        keys=("{sharedEventID}", "{sharedEventId}",
            "{insightDetails/eventSource}#{insightDetails/eventName}"),
    ),
)  # fmt: skip
