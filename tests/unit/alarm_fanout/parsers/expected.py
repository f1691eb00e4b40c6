"""What each event file must be read as, typed by hand from the files."""

from dataclasses import dataclass, replace

from alarm_fanout.alert import Kind
from avatarwatch.alert_state import AlertState

ALARM, OK, INFO = AlertState.ALARM, AlertState.OK, AlertState.INFO
UNKNOWN = AlertState.INSUFFICIENT_DATA


@dataclass(frozen=True, slots=True)
class Expected:
    """One alert; ``key`` ending in an asterisk is a beginning (the rest is a digest)."""

    kind: Kind
    state: AlertState
    name: str
    key: str
    time: str
    previous: AlertState | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No alert: the message goes to the dead-letter queue with this reason."""

    reason: str


def _arn(name: str) -> str:
    return f"arn:aws:cloudwatch:eu-north-1:123456789012:alarm:{name}"


def _alarm(
    kind: Kind,
    name: str,
    time: str,
    state: AlertState = ALARM,
    previous: AlertState | None = OK,
) -> Expected:
    return Expected(kind, state, name, _arn(name), time, previous)


def _held_back(alarm: Expected) -> Expected:
    return replace(alarm, suppressed=True)


def _told(kind: Kind, name: str, key: str, time: str) -> Expected:
    return Expected(kind, INFO, name, key, time)


_METRIC, _COMPOSITE, _EVENT = Kind.METRIC, Kind.COMPOSITE, Kind.EVENT
_UPLOADS, _DOWN, _TABLES = (
    "avatar-system-UploadFailuresCritical",
    "avatar-system-down",
    "avatar-tables-throttled",
)
_IN_ALARM = _alarm(_METRIC, _UPLOADS, "10:15:31.874")
_RECOVERED = _alarm(_METRIC, _UPLOADS, "10:38:31.402", OK, ALARM)
_SUPPRESSION_ENDED = _alarm(_COMPOSITE, _DOWN, "10:31:07.950", ALARM, ALARM)
_CONTRIBUTOR = _arn(_TABLES) + "#6d442278dba546f6"
_BUDGET = "budget:123456789012:avatar-system"
_ACTUAL = _told(
    Kind.BUDGET,
    "avatar-system-monthly",
    f"{_BUDGET}-monthly:ACTUAL:> $200.00",
    "01:12:40.357",
)
_ANOMALY = "cost-anomaly:5e4d3c2b-2222-ef12-3456-987654321a12"
_HEALTH = "arn:aws:health:eu-north-1::event"
_S3_ISSUE = (
    f"{_HEALTH}/S3/AWS_S3_OPERATIONAL_ISSUE/"
    "AWS_S3_OPERATIONAL_ISSUE_7f35c8ae-af1f-54e6-a526-d0179ed6d68f#123456789012"
)
_RDS_CHANGE = (
    f"{_HEALTH}/RDS/AWS_RDS_MAINTENANCE_SCHEDULED/"
    "AWS_RDS_MAINTENANCE_SCHEDULED_90353408594353980#123456789012"
)
_ENDPOINT = "endpoint:https://api.example.com/health"
_ENDPOINT_DOWN = Expected(Kind.OWN, ALARM, "EndpointDown", _ENDPOINT, "10:15:02.000")
_EVIL = "<@channel> <!channel> &lt;b&gt; *bold* `code` <https://evil.example|click>"
_UNICODE = (
    "\u202eevas\u202c \u05d0\u05d6\u05e2\u05e7\u05d4 \U0001f525\U0001f468\u200d\U0001f469\u200d"
    "\U0001f467 \u30a2\u30d0\u30bf\u30fc \ufffd\ufffd[31m:alarm:"
)

type Row = tuple[Expected | Unreadable, ...]

EXPECTED: dict[str, Row] = {
    # CloudWatch alarms over SNS
    "metric-alarm-in-alarm": (_IN_ALARM,),
    "metric-alarm-recovered": (_RECOVERED,),
    "metric-alarm-insufficient-data": (
        _alarm(_METRIC, "avatar-system-CacheHitRateWarning", "11:05:12.040", UNKNOWN),
    ),
    "metric-alarm-first-evaluation": (
        _alarm(_METRIC, "avatar-system-ErrorRateCritical", "07:01:02.998", OK, UNKNOWN),
    ),
    "metric-alarm-storage-critical": (
        _alarm(_METRIC, "avatar-system-StorageCritical", "06:10:44.500"),
    ),
    "metric-alarm-percentile": (
        _alarm(_METRIC, "avatar-system-CdnLatencyCritical", "12:26:09.117"),
    ),
    "metric-alarm-m-of-n": (_alarm(_METRIC, "avatar-api-queue-depth", "13:44:51.760"),),
    "metric-alarm-rds-cpu": (_alarm(_METRIC, "accounts-db-cpu-high", "03:20:18.231"),),
    "metric-alarm-lambda-errors": (
        _alarm(_METRIC, "avatar-resize-errors", "09:33:07.419", ALARM, UNKNOWN),
    ),
    "metric-alarm-most-recent-datapoints": (_alarm(_METRIC, "thumbs-disk-full", "06:25:33.104"),),
    "metric-alarm-no-datapoints": (
        _alarm(_METRIC, "avatar-system-HealthPollingSilent", "04:16:40.666"),
    ),
    "metric-alarm-without-arn": (_IN_ALARM,),
    "metric-alarm-null-fields": (_alarm(_METRIC, "legacy-disk-full", "14:02:00.000", ALARM, None),),
    "metric-alarm-china": (
        Expected(
            _METRIC,
            ALARM,
            "avatar-cn-5xx",
            "arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:avatar-cn-5xx",
            "08:09:10.111",
            OK,
        ),
    ),
    "metric-alarm-govcloud": (
        Expected(
            _METRIC,
            ALARM,
            "avatar-gov-throttles",
            "arn:aws-us-gov:cloudwatch:us-gov-west-1:123456789012:alarm:avatar-gov-throttles",
            "08:30:00.250",
            OK,
        ),
    ),
    "metric-alarm-sovereign-cloud": (
        Expected(
            _METRIC,
            ALARM,
            "avatar-eusc-5xx",
            "arn:aws-eusc:cloudwatch:eusc-de-east-1:123456789012:alarm:avatar-eusc-5xx",
            "08:09:10.111",
            OK,
        ),
    ),
    "metric-math-alarm": (_alarm(Kind.MATH, "avatar-api-5xx-share", "10:25:40.008"),),
    "anomaly-alarm": (_alarm(Kind.ANOMALY, "avatar-cdn-requests-unusual", "15:56:11.501"),),
    "anomaly-alarm-upper-band": (
        _alarm(Kind.ANOMALY, "avatar-cdn-latency-unusual", "15:56:11.501"),
    ),
    "composite-with-children": (_alarm(_COMPOSITE, _DOWN, "10:15:32.410"),),
    "composite-recovered": (_alarm(_COMPOSITE, _DOWN, "10:38:32.004", OK, ALARM),),
    "contributor-over-sns": (
        Expected(Kind.CONTRIBUTOR, ALARM, _TABLES, _CONTRIBUTOR, "16:42:04.919", OK),
    ),
    # the same over EventBridge
    "eventbridge-metric-alarm-in-alarm": (_IN_ALARM,),
    "eventbridge-metric-alarm-recovered": (_RECOVERED,),
    "eventbridge-metric-math-alarm": (_alarm(Kind.MATH, "avatar-api-5xx-share", "10:25:40.008"),),
    "eventbridge-anomaly-alarm": (
        _alarm(Kind.ANOMALY, "avatar-cdn-requests-unusual", "15:56:11.501"),
    ),
    "eventbridge-composite-with-children": (_alarm(_COMPOSITE, _DOWN, "10:15:32.410"),),
    "eventbridge-state-change-suppressed": (_held_back(_alarm(_COMPOSITE, _DOWN, "10:15:32.410")),),
    "eventbridge-suppression-begins": (
        _held_back(_alarm(_COMPOSITE, _DOWN, "10:16:40.031", ALARM, ALARM)),
    ),
    "eventbridge-suppression-ended": (_SUPPRESSION_ENDED,),
    "eventbridge-state-change-muted": (
        _held_back(_alarm(_METRIC, "avatar-system-StorageWarning", "06:10:44.989")),
    ),
    "eventbridge-contributor-state-change": (
        Expected(Kind.CONTRIBUTOR, ALARM, _TABLES, _CONTRIBUTOR, "16:42:04.919"),
    ),
    "eventbridge-multi-time-series": (_alarm(Kind.MATH, _TABLES, "16:42:04.919", ALARM, UNKNOWN),),
    "eventbridge-broken-reason-data": (_alarm(_METRIC, _UPLOADS, "10:15:31.874", ALARM, None),),
    "eventbridge-without-reason": (_IN_ALARM,),
    "eventbridge-partial-data": (
        _alarm(Kind.MATH, "avatar-tables-busy", "11:26:05.401", ALARM, UNKNOWN),
    ),
    "eventbridge-with-alarm-tags": (_IN_ALARM,),
    "eventbridge-configuration-created": (
        _told(Kind.CONFIGURATION, _DOWN, f"configuration:{_arn(_DOWN)}", "08:00:00.000"),
    ),
    "eventbridge-configuration-updated": (
        _told(Kind.CONFIGURATION, _UPLOADS, f"configuration:{_arn(_UPLOADS)}", "17:06:34.000"),
    ),
    "eventbridge-configuration-deleted": (
        _told(Kind.CONFIGURATION, _UPLOADS, f"configuration:{_arn(_UPLOADS)}", "17:07:13.000"),
    ),
    "eventbridge-direct": (_IN_ALARM,),
    "eventbridge-over-sns": (_IN_ALARM,),
    # direct Lambda actions and other ways in
    "lambda-action-metric-alarm": (_IN_ALARM,),
    "lambda-action-composite-alarm": (_SUPPRESSION_ENDED,),
    "sns-metric-alarm-in-alarm": (_IN_ALARM,),
    "raw-delivery-metric-alarm": (_IN_ALARM,),
    "raw-delivery-text": (
        _told(Kind.TEXT, "certificate of cdn.example.com ends in 9 days", "text:*", "02:32:00.000"),
    ),
    "direct-text": (
        _told(Kind.TEXT, "Deployment 1.4.2 of avatar-api is done", "text:*", "20:00:00.000"),
    ),
    "direct-json": (_told(_EVENT, "Deployment done", "json:*", "20:00:00.000"),),
    # money
    "budget-actual-monthly": (_ACTUAL,),
    "budget-forecast-monthly": (
        _told(
            Kind.BUDGET,
            "avatar-system-monthly",
            f"{_BUDGET}-monthly:FORECASTED:> $250.00",
            "01:12:41.030",
        ),
    ),
    "budget-actual-daily": (
        _told(
            Kind.BUDGET, "avatar-system-daily", f"{_BUDGET}-daily:ACTUAL:> $10.00", "02:40:02.118"
        ),
    ),
    "cost-anomaly-over-sns": (
        _told(Kind.COST_ANOMALY, "Amazon Simple Storage Service", _ANOMALY, "05:00:17.644"),
    ),
    "cost-anomaly-over-eventbridge": (
        _told(Kind.COST_ANOMALY, "Amazon Simple Storage Service", _ANOMALY, "05:00:12.000"),
    ),
    # AWS Health and other events
    "health-issue-open": (
        Expected(Kind.HEALTH, ALARM, "S3 operational issue", _S3_ISSUE, "10:21:13.000"),
    ),
    "health-issue-closed": (
        Expected(Kind.HEALTH, OK, "S3 operational issue", _S3_ISSUE, "11:12:44.000"),
    ),
    "health-scheduled-change": (
        _told(Kind.HEALTH, "RDS maintenance scheduled", _RDS_CHANGE, "10:21:13.000"),
    ),
    "event-ecs-task-stopped": (_told(_EVENT, "ECS Task State Change", "event:*", "10:01:44.000"),),
    "event-guardduty-finding": (_told(_EVENT, "GuardDuty Finding", "event:*", "09:20:00.000"),),
    "event-pipeline-failed": (
        _told(_EVENT, "CodePipeline Pipeline Execution State Change", "event:*", "12:20:23.000"),
    ),
    "event-without-detail-fields": (_told(_EVENT, "Scheduled Event", "event:*", "00:00:00.000"),),
    # ours
    "own-alert-endpoint-down": (_ENDPOINT_DOWN,),
    "own-alert-endpoint-up": (Expected(Kind.OWN, OK, "EndpointDown", _ENDPOINT, "10:29:02.000"),),
    "own-alert-report": (_told(Kind.OWN, "WeeklyReport", "report:weekly:2026-47", "07:00:00.000"),),
    "own-alert-invalid": (_told(_EVENT, "EndpointDown", "json:*", "10:15:02.310"),),
    # unknown JSON and plain text
    "unknown-json": (_told(_EVENT, "thumbnailer", "json:*", "18:00:00.000"),),
    "unknown-json-array": (_told(_EVENT, "disk: not ok and 1 more", "json:*", "18:01:00.000"),),
    "s3-event-notification": (_told(_EVENT, "S3", "event:*", "18:02:01.000"),),
    "autoscaling-launch-failed": (
        _told(_EVENT, 'Auto Scaling: failed launch for group "resize"', "event:*", "18:03:00.402"),
    ),
    "plain-text-with-subject": (_told(Kind.TEXT, "Import stopped", "text:*", "02:30:00.000"),),
    "plain-text-without-subject": (_told(Kind.TEXT, "Backup failed", "text:*", "02:31:00.000"),),
    "truncated-json": (_told(Kind.TEXT, f'ALARM: "{_UPLOADS}"', "text:*", "10:15:32.101"),),
    # hostile
    "hostile-slack-markup": (_alarm(_METRIC, _EVIL, "19:00:00.000"),),
    "hostile-unicode-name": (
        Expected(_METRIC, ALARM, _UNICODE + "  ", _arn(_UNICODE) + "\n\u2028", "19:01:00.000", OK),
    ),
    "description-100-kb": (_alarm(_METRIC, _UPLOADS, "19:02:00.000"),),
    "hostile-deep-nesting": (_told(_EVENT, "JSON message", "json:*", "19:03:00.000"),),
    "hostile-wrong-types": (_alarm(_METRIC, _UPLOADS, "19:04:00.300", ALARM, None),),
    "hostile-numbers": (
        Expected(_METRIC, ALARM, "numbers", "alarm:123456789012:numbers", "19:05:00.000"),
    ),
    "hostile-surrogates": (_told(_EVENT, "half a pair \ufffd", "json:*", "19:06:00.000"),),
    "hostile-duplicate-keys": (
        Expected(_METRIC, ALARM, "second", "alarm:123456789012:second", "19:07:00.000"),
    ),
    # batches
    "batch-duplicates": (_IN_ALARM, _IN_ALARM, _IN_ALARM, _IN_ALARM),
    "batch-out-of-order": (_RECOVERED, _IN_ALARM),
    "batch-mixed": (
        _IN_ALARM,
        _ACTUAL,
        _ENDPOINT_DOWN,
        Unreadable("the message is empty"),
        _told(Kind.TEXT, "plain words", "text:*", "19:10:01.000"),
    ),
    # what goes to the dead-letter queue
    "unreadable-empty": (Unreadable("the message is empty"),),
    "unreadable-binary": (Unreadable("the message is binary data, not text"),),
    "unreadable-number": (Unreadable("the message is of type int, not text"),),
}
