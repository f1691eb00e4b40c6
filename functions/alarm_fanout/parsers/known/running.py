"""What runs and how far it can go: zonal autoshifts, scaling, Batch's queues, IVS, AppConfig.

Sources: Route 53 ARC "Using zonal autoshift with EventBridge"; Application Auto Scaling "Monitor
scaling events using EventBridge"; AWS Batch "Job queue blocked events"; IVS "Using EventBridge";
AppConfig "Notification extensions, SNS"; Amazon Location "Geofence events".
"""

from alarm_fanout.parsers.known.model import INFO, WARNING, Grade, Known, State
from avatarwatch.alert_state import AlertState

RUNNING = (
    Known(
        service="Zonal autoshift",
        of=("Autoshift In Progress", "Autoshift Completed"),
        titles=("{/detail-type}: away from {metadata/awayFrom}[: {metadata/notes}]",),
        severity=(Grade("/detail-type", {"AUTOSHIFT COMPLETED": INFO}),),
        otherwise=WARNING,
        state=State("/detail-type", {"AUTOSHIFT IN PROGRESS": AlertState.ALARM,
            "AUTOSHIFT COMPLETED": AlertState.OK}),
        keys=("{metadata/awayFrom}",),  # of one zone there is one at a time
    ),
    Known(
        service="Application Auto Scaling",
        of=("Application Auto Scaling Scaling Activity State Change",),
        titles=(("{resourceId} is at its maximum of {newDesiredCapacity},"
            " {oldDesiredCapacity} before{scaledToMax|yes}"),
            "{resourceId}: from {oldDesiredCapacity} to {newDesiredCapacity}[ ({statusCode})]"),
        severity=(Grade("scaledToMax", {"YES": WARNING}),),
        otherwise=None,
        facts=(("Of", "{scalableDimension}"),),
    ),
    Known(
        service="Batch",
        of=("Batch Job Queue Blocked",),
        titles=("Job queue {jobQueue|name} is blocked[: {statusReason}]",
            "Job queue {jobQueueArn|name} is blocked[: {statusReason}]"),
        otherwise=WARNING,
        facts=(("First job", "{jobName}"),),
    ),
    Known(
        service="IVS",
        of=("IVS Stream Health Change", "IVS Stream State Change", "IVS Recording State Change"),
        titles=("{channel_name}: {event_name}[: {reason}]",
            "{channel_name}: {recording_status}[: {recording_status_reason}]"),
        severity=(Grade("event_name", {"STARVATION END": INFO}),),
        otherwise=None,
        state=State("event_name", {"STARVATION START": AlertState.ALARM,
            "STARVATION END": AlertState.OK}),
        keys=("{channel_name}#{stream_id}",),
    ),
    Known(
        service="AppConfig",
        has=("Type", "Application/Name", "Environment/Name", "DeploymentNumber"),
        titles=(("{Application/Name}, {Environment/Name}: {Type|words}"
            "[ ({ConfigurationProfile/Name}, deployment {DeploymentNumber})]"),),
        otherwise=None,
    ),
    Known(
        service="Location",
        of=("Location Geofence Event",),
        titles=("{DeviceId}: {EventType|words} {GeofenceId}",),
    ),
)  # fmt: skip
