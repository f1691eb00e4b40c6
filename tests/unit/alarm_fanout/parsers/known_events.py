"""Messages of AWS' services in the shapes that their guides document, and what each must say.

Our wording and names; each source is named in the catalogue's file of its service.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
ACCOUNT, REGION = "123456789012", "eu-north-1"


@dataclass(frozen=True, slots=True)
class Case:
    """A message and the headlines that it must make, with how bad each is."""

    name: str
    payload: Any
    says: tuple[str, ...]
    severity: Severity
    state: AlertState = AlertState.INFO
    subject: str | None = None


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def _event(detail_type: str, detail: Any, *resources: str, source: str = "aws.x") -> dict[str, Any]:
    return {
        "version": "0", "id": f"id-{detail_type}", "detail-type": detail_type, "source": source,
        "account": ACCOUNT, "time": "2026-11-23T10:14:00Z", "region": REGION,
        "resources": list(resources), "detail": detail,
    }  # fmt: skip


def _finding(title: str, label: str, **more: Any) -> dict[str, Any]:
    bucket = {"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{title.lower()}"}
    return {"Id": f"arn/{title}", "Title": title, "Severity": {"Label": label},
            "Description": f"{title} is wrong.", "Resources": [bucket]} | more  # fmt: skip


def _firing(status: str) -> dict[str, Any]:
    alert = {
        "status": status, "fingerprint": "c0ffee",
        "labels": {"alertname": "HighLatency", "severity": "critical", "instance": "api-1"},
        "annotations": {"summary": "p99 of api-1 is 3.2 s"}, "startsAt": "2026-11-23T10:10:00Z",
        "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://prometheus.example/graph",
    }  # fmt: skip
    return {"receiver": "sns", "status": status, "alerts": [alert], "version": "4",
            "groupKey": "{}:{}", "externalURL": "https://alertmanager.example"}  # fmt: skip


def _rds(message: str, *categories: str) -> dict[str, Any]:
    return _event("RDS DB Instance Event", {
        "EventCategories": list(categories), "SourceType": "DB_INSTANCE",
        "SourceArn": _arn("rds", "db:avatars"), "Date": "2026-11-23T10:13:00.000Z",
        "Message": message, "SourceIdentifier": "avatars", "EventID": "RDS-EVENT-0049",
    })  # fmt: skip


_STACK = _arn("cloudformation", "stack/avatar-system/5c1d")
_FUNCTION = _arn("lambda", "function:resize:$LATEST")

CASES = (
    Case("guardduty high", _event("GuardDuty Finding", {
        "schemaVersion": "2.0", "accountId": ACCOUNT, "type": "Trojan:EC2/DNSDataExfiltration",
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-99"}},
        "service": {"archived": False, "count": 3}, "severity": 8, "id": "f",
        "title": "i-99 sends data through DNS", "description": "Data left by DNS queries."}),
        ("i-99 sends data through DNS",), CRITICAL),
    Case("guardduty low", _event("GuardDuty Finding", {
        "type": "Recon:EC2/Portscan", "severity": 2, "title": "i-99 scans ports"}),
        ("i-99 scans ports",), INFO),
    Case("clean object", _event("GuardDuty Malware Protection Object Scan Result", {
        "scanStatus": "COMPLETED", "s3ObjectDetails": {"bucketName": "avatars", "objectKey": "a b"},
        "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND", "threats": None}}),
        ("No threats found in avatars/a b",), INFO),
    Case("several findings", _event("Security Hub Findings - Imported", {"findings": [
        _finding("One", "HIGH"), _finding("Two", "LOW")]}), ("One · one", "Two · two"), WARNING),
    Case("a finding that is resolved", _event("Security Hub Findings - Imported", {"findings": [
        _finding("One", "CRITICAL", Workflow={"Status": "RESOLVED"})]}), ("One · one",), INFO),
    Case("inspector", _event("Inspector2 Finding", {
        "awsAccountId": ACCOUNT, "findingArn": _arn("inspector2", "finding/1"), "inspectorScore": 9,
        "severity": "CRITICAL", "status": "ACTIVE", "title": "CVE-2026-1 - openssl",
        "description": "A buffer overflow.", "type": "PACKAGE_VULNERABILITY",
        "resources": [{"id": _arn("ecr", "repository/resize"), "type": "AWS_ECR_CONTAINER_IMAGE"}],
        "packageVulnerabilityDetails": {"vulnerablePackages": [{"name": "openssl"}]}}),
        ("CVE-2026-1 - openssl · resize",), CRITICAL),
    Case("macie", _event("Macie Finding", {
        "schemaVersion": "1.0", "id": "m", "title": "The S3 object contains personal information",
        "severity": {"score": 3, "description": "High"}, "type": "SensitiveData:S3Object/Personal",
        "resourcesAffected": {"s3Bucket": {"name": "avatars"}, "s3Object": {"key": "p.csv"}}}),
        ("The S3 object contains personal information · avatars/p.csv",), WARNING),
    Case("ecr scan", _event("ECR Image Scan", {
        "scan-status": "COMPLETE", "repository-name": "resize", "image-digest": "sha256:7f",
        "finding-severity-counts": {"CRITICAL": 2, "HIGH": 5}, "image-tags": ["v12"]}),
        ("Scan of resize:v12 found 2 critical, 5 high",), CRITICAL),
    Case("ecr scan without findings", _event("ECR Image Scan", {
        "scan-status": "COMPLETE", "repository-name": "resize", "finding-severity-counts": {},
        "image-tags": []}), ("Scan of resize complete",), INFO),
    Case("bucket for everybody", _event("Access Analyzer Finding", {
        "resource": "arn:aws:s3:::avatars", "resourceType": "AWS::S3::Bucket", "isPublic": True,
        "status": "ACTIVE", "action": ["s3:GetObject"], "accountId": ACCOUNT}),
        ("Access from outside to avatars (public): s3:GetObject",), CRITICAL),
    Case("root signs in", _event("AWS Console Sign In via CloudTrail", {
        "eventVersion": "1.08", "userIdentity": {"type": "Root", "arn": "arn:aws:iam::1:root"},
        "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
        "sourceIPAddress": "203.0.113.9", "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {"MFAUsed": "No"}}),
        ("Root user signed in: Success from 203.0.113.9",), CRITICAL),
    Case("a person fails to sign in", _event("AWS Console Sign In via CloudTrail", {
        "userIdentity": {"type": "IAMUser", "userName": "ana"}, "eventName": "ConsoleLogin",
        "responseElements": {"ConsoleLogin": "Failure"}, "sourceIPAddress": "203.0.113.9"}),
        ("ana console login: Failure from 203.0.113.9",), WARNING),
    Case("root calls", _event("AWS API Call via CloudTrail", {
        "userIdentity": {"type": "Root"}, "eventSource": "s3.amazonaws.com",
        "eventName": "DeleteBucket"}), ("Root user called DeleteBucket of s3",), CRITICAL),
    Case("ecs rolls back", _event("ECS Deployment State Change", {
        "eventType": "ERROR", "eventName": "SERVICE_DEPLOYMENT_FAILED", "deploymentId": "ecs-svc/9",
        "reason": "tasks failed to start."}, _arn("ecs", "service/prod/api")),
        ("Deployment of prod/api failed: tasks failed to start.",), WARNING),
    Case("ecs completes", _event("ECS Deployment State Change", {
        "eventType": "INFO", "eventName": "SERVICE_DEPLOYMENT_COMPLETED", "deploymentId": "x",
        "reason": "deployment x completed."}, _arn("ecs", "service/prod/api")),
        ("Deployment of prod/api completed: deployment x completed.",), INFO),
    Case("ecs cannot place", _event("ECS Service Action", {
        "eventType": "ERROR", "eventName": "SERVICE_TASK_PLACEMENT_FAILURE",
        "reason": "RESOURCE:FARGATE"}, _arn("ecs", "service/prod/api")),
        ("prod/api: service task placement failure: RESOURCE:FARGATE",), WARNING),
    Case("pipeline's action", _event("CodePipeline Action Execution State Change", {
        "pipeline": "avatar-deploy", "execution-id": "1", "stage": "Prod", "action": "Apply",
        "state": "FAILED", "region": REGION, "version": 2, "execution-result": {
            "external-execution-summary": "stack rolled back", "error-code": "JobFailed"}}),
        ("Pipeline avatar-deploy, Prod/Apply failed: stack rolled back",), WARNING),
    Case("pipeline succeeds", _event("CodePipeline Pipeline Execution State Change", {
        "pipeline": "avatar-deploy", "state": "SUCCEEDED"}),
        ("Pipeline avatar-deploy succeeded",), INFO),
    Case("build", _event("CodeBuild Build State Change", {
        "build-status": "FAILED", "project-name": "resize", "build-id": "arn:b/r:1",
        "additional-information": {"initiator": "ana", "logs": {"deep-link": "https://c.example"}},
        "completed-phase": "BUILD", "completed-phase-context": "exit status 1"}),
        ("Build of resize failed in build: exit status 1",), WARNING),
    Case("codedeploy", _event("CodeDeploy Deployment State-change Notification", {
        "instanceGroupId": "9", "region": REGION, "application": "avatar", "deploymentId": "d-1",
        "state": "FAILURE", "deploymentGroup": "prod"}),
        ("Deployment of avatar/prod failure",), WARNING),
    Case("codedeploy over sns", {
        "region": REGION, "accountId": ACCOUNT, "eventTriggerName": "t",
        "applicationName": "avatar",
        "deploymentId": "d-1", "deploymentGroupName": "prod", "status": "FAILED",
        "errorInformation": {"ErrorCode": "HEALTH", "ErrorMessage": "too few healthy instances"}},
        ("Deployment of avatar/prod failed: too few healthy instances",), WARNING),
    Case("stack", _event("CloudFormation Stack Status Change", {
        "stack-id": _STACK, "status-details": {"status": "ROLLBACK_COMPLETE",
        "status-reason": "a bucket of that name exists"}, "client-request-token": ""}),
        ("Stack avatar-system: rollback complete: a bucket of that name exists",), WARNING),
    Case("lambda destination", {
        "version": "1.0", "timestamp": "2026-11-23T10:13:00Z", "requestContext": {
            "requestId": "r", "functionArn": _FUNCTION, "condition": "RetriesExhausted",
            "approximateInvokeCount": 3}, "requestPayload": {"key": "u/1"},
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorType": "KeyError", "errorMessage": "'size'"}},
        ("resize failed after 3 tries: 'size'",), WARNING),
    Case("auto scaling by eventbridge", _event("EC2 Instance Launch Unsuccessful", {
        "StatusCode": "Failed", "AutoScalingGroupName": "api", "StatusMessage": "no capacity",
        "Description": "Launching.", "Cause": "At 10:12", "EC2InstanceId": ""}),
        ("Auto Scaling api: EC2 Instance Launch Unsuccessful: no capacity",), WARNING),
    Case("spot", _event("EC2 Spot Instance Interruption Warning", {
        "instance-id": "i-1", "instance-action": "terminate"}),
        ("Spot instance i-1: terminate in two minutes",), WARNING),
    Case("batch", _event("Batch Job State Change", {
        "jobName": "import", "jobId": "1", "status": "FAILED", "statusReason": "Task failed"}),
        ("Job import failed: Task failed",), WARNING),
    Case("step functions", _event("Step Functions Execution Status Change", {
        "executionArn": _arn("states", "execution:import:1"), "status": "TIMED_OUT",
        "stateMachineArn": _arn("states", "stateMachine:import"), "name": "1", "error": None}),
        ("import timed out",), WARNING),
    Case("rds event", _rds("Multi-AZ instance failover completed", "failover"),
        ("avatars: Multi-AZ instance failover completed",), WARNING),
    Case("rds backup", _rds("Finished DB Instance backup", "backup"),
        ("avatars: Finished DB Instance backup",), INFO),
    Case("backup", _event("Backup Job State Change", {
        "backupJobId": "b", "backupVaultName": "v",
        "resourceArn": _arn("dynamodb", "table/avatars"),
        "state": "FAILED", "statusMessage": "Access denied", "resourceType": "DynamoDB"}),
        ("Backup job of avatars failed: Access denied",), WARNING),
    Case("complaint", {"notificationType": "Complaint", "complaint": {
        "complainedRecipients": [{"emailAddress": "a@example.com"}],
        "complaintFeedbackType": "abuse"}, "mail": {"destination": ["a@example.com"]}},
        ("Complaint: a@example.com: abuse",), WARNING),
    Case("several bounces", {"eventType": "Bounce", "bounce": {"bounceType": "Transient",
        "bouncedRecipients": [{"emailAddress": f"{n}@example.com"} for n in "abcde"]},
        "mail": {"source": "x@example.com"}},
        ("Bounce (transient): a@example.com, b@example.com, c@example.com and 2 more",), INFO),
    Case("elasticache fails", {"ElastiCache:SnapshotFailed": "redis-001 : no memory"},
        ("redis-001 : no memory: snapshot failed",), WARNING, subject="ElastiCache Notification"),
    Case("two objects", {"Records": [
        {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": REGION,
         "s3": {"bucket": {"name": "avatars"}, "object": {"key": key, "size": 10}}}
        for key in ("a+b.png", "%C3%A9.png")]},
        ("ObjectCreated:Put a b.png in avatars", "ObjectCreated:Put é.png in avatars"), INFO),
    Case("trusted advisor", _event("Trusted Advisor Check Item Refresh Notification", {
        "check-name": "IAM Access Key Rotation", "status": "ERROR", "resource_id": "AKIA1",
        "check-item-detail": {"Status": "Red"}, "uuid": "u"}),
        ("IAM Access Key Rotation: AKIA1, error",), CRITICAL),
    Case("config", _event("Config Rules Compliance Change", {
        "resourceId": "avatars", "resourceType": "AWS::S3::Bucket", "configRuleName": "s3-tls-only",
        "newEvaluationResult": {"complianceType": "NON_COMPLIANT"}}),
        ("avatars is non compliant: s3-tls-only",), WARNING),
    Case("certificate", _event("ACM Certificate Approaching Expiration", {
        "DaysToExpiry": 31, "CommonName": "cdn.example.com"}),
        ("Certificate of cdn.example.com ends in 31 days",), WARNING),
    Case("alertmanager fires", _firing("firing"), ("p99 of api-1 is 3.2 s",), CRITICAL,
        AlertState.ALARM),
    Case("alertmanager resolves", _firing("resolved"), ("p99 of api-1 is 3.2 s",), CRITICAL,
        AlertState.OK),
    Case("nobody's event", _event("Import Finished", {
        "metadata": {"schemaVersion": "3", "requestId": "r"}, "name": "nightly", "status": "FAILED",
        "reason": "disk is full"}), ("Import Finished: nightly FAILED: disk is full",), WARNING),
    Case("nobody's event with a severity", _event("Probe", {"severity": "CRITICAL", "title": "x"}),
        ("Probe: x",), CRITICAL),
    Case("nobody's json", {"version": "1", "requestId": "r", "service": "thumbs", "level": "error",
        "message": "queue is full"}, ("thumbs: queue is full",), WARNING),
)  # fmt: skip

OTHERS: list[dict[str, Any]] = [
    case
    for name in ("other_events", "more_services", "other_senders", "more_forms")
    for case in json.loads(Path(__file__).with_name(f"{name}.json").read_text())
]
