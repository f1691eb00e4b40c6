"""What is only believed about AWS, how one command shows it, and what asks it of a deployment.

Everything here was read in AWS' documentation or in the work of others, and no emulator shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.doctor import questions
from local.doctor.deployment import Deployment
from local.doctor.questions import Answer


@dataclass(frozen=True, slots=True)
class Belief:
    """A claim about AWS, why it is not known, and the one command whose answer would show it.

    ``<Name>`` in ``command`` stands for an output or a resource of the stack; ``said`` are the
    files that say that they rest on it.
    """

    claim: str
    why: str
    command: str
    holds: str
    ask: Callable[[Deployment], Answer]
    said: tuple[str, ...] = ()


BELIEFS: tuple[Belief, ...] = (
    Belief(
        "Each topic takes its policy as the template has it.",
        "SNS refuses what names two topics in a statement; three projects met it.",
        "aws sns get-topic-attributes --topic-arn <AlertsTopicArn> --query Attributes.Policy",
        "It holds when the answer has the statement TlsOnly.",
        questions.policies_are_kept,
    ),
    Belief(
        "CloudWatch may publish to the topics, with TopicKey=own as well.",
        "The key lets it in by SNS's encryption context; under a refused one alarms vanish.",
        "aws cloudwatch describe-alarm-history --history-item-type Action"
        " --query 'AlarmHistoryItems[].HistorySummary'",
        "It holds when none begins with Failed, and any with Successfully.",
        questions.cloudwatch_is_let_in,
    ),
    Belief(
        "SNS delivers from AlertsTopic into the encrypted queue.",
        "The emulator enforces neither the queue's policy nor keys.",
        "aws sns publish --topic-arn <AlertsTopicArn> --message hello",
        "It holds when Slack shows it within seconds.",
        questions.topics_reach_the_queue,
    ),
    Belief(
        "EventBridge Scheduler may call the functions by the roles that SAM makes.",
        "The emulator calls without a role.",
        "aws logs filter-log-events --limit 5"
        " --log-group-name /avatar-watch/avatar-watch-prod/kpi-aggregation",
        "It holds when there are lines, two runs in ten minutes.",
        questions.schedules_call,
    ),
    Belief(
        "Cost Explorer lets KpiAggregation ask.",
        "Which resource AWS checks was read in others' denials; with CostSource=cost-explorer.",
        "aws lambda invoke --function-name <KpiAggregationFunction>"
        ' --cli-binary-format raw-in-base64-out --payload \'{"cadence": "P1D"}\' /dev/stdout',
        "It holds when CostPerUpload is computed, or its reason is another than AccessDenied.",
        questions.cost_explorer_may_be_asked,
    ),
    Belief(
        "SMS that fail are counted with their topic's name.",
        "The metric's documentation names SMS, and TopicName as its dimension; nobody saw it here.",
        "aws cloudwatch list-metrics --namespace AWS/SNS --metric-name NumberOfNotificationsFailed",
        "It holds when NumberOfNotificationsDelivered or NumberOfNotificationsFailed is listed.",
        questions.texts_are_counted_by_topic,
    ),
    Belief(
        "SNS counts an address that has not confirmed among SubscriptionsPending.",
        "The API reference names the attribute, and not how soon it counts.",
        "aws sns get-topic-attributes --topic-arn <EmailTopicArn>"
        " --query Attributes.SubscriptionsPending",
        "It holds when it is 1 before the click and 0 after it.",
        questions.pending_are_counted,
    ),
    Belief(
        "An alarm that keeps its state without data does so for any time, whatever its period.",
        "The user guide's tables show three periods. BandwidthWarning waits for its next number up"
        " to a day.",
        "aws cloudwatch describe-alarm-history --alarm-name avatar-system-BandwidthWarning"
        " --history-item-type StateUpdate --query 'AlarmHistoryItems[].HistorySummary'",
        "It holds when none ends with INSUFFICIENT_DATA.",
        questions.alarms_keep_their_state,
        ("docs/decisions/0125-a-days-sum-is-put-when-it-crosses.md",),
    ),
    Belief(
        "CloudFormation hands the alarms on silence their warm-up.",
        "The property is in the resource's schema and in botocore; the emulator ignores it.",
        "aws cloudwatch describe-alarms --alarm-names avatar-system-KpiAggregationSilent"
        " --query 'MetricAlarms[].WarmUpConfiguration'",
        "It holds when it says 60 minutes.",
        questions.alarms_warm_up,
    ),
    Belief(
        "CloudWatch takes a statistic set of less than one sample.",
        "Zero is refused, and no lower bound is named; corrections of a sum are such sets.",
        "aws logs filter-log-events --filter-pattern '\"corrections were refused\"'"
        " --log-group-name /avatar-watch/avatar-watch-prod/kpi-aggregation",
        "It holds when there is no line though the answers have corrected some.",
        questions.slivers_are_taken,
        (
            "docs/decisions/0040-a-ratio-is-a-statistic-set.md",
            "functions/kpi_aggregation/publisher.py",
        ),
    ),
    Belief(
        "CloudWatch takes a request of metrics whole, and shows a point of now within 5 minutes.",
        "Neither is said in so many words; AccessLogs asks it after a crash.",
        "aws cloudwatch list-metrics --namespace AvatarSystem/Access --metric-name AccessLogBatch"
        " --recently-active PT3H",
        "It holds when the number is listed five minutes after a run's log line.",
        questions.batches_are_seen,
        ("docs/decisions/0100-each-request-counts-once.md",),
    ),
)
