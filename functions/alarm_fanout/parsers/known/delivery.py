"""Deployments and what runs: ECS, CodePipeline, CodeBuild, CodeDeploy, CloudFormation, Lambda,
Auto Scaling, EC2, Batch, Step Functions, Glue.

Sources: each service's guide, its page on EventBridge events or SNS notifications (ECS "Service
deployment state change events"; CodePipeline "Monitoring events"; CodeBuild "Build notifications
input format"; CodeDeploy "Example of CodeDeploy events" and "JSON data formats for triggers";
CloudFormation "EventBridge events" and NotificationARNs; Lambda "Invocation record"; EC2 Auto
Scaling "SNS notifications" and "Event reference").
"""  # noqa: D205 - a list of services is no sentence of one line

from msgspec.structs import replace

from alarm_fanout.parsers.known.model import INFO, WARNING, Grade, Known, failing

_INVOKED = Known(
    service="Lambda",
    of=(
        "Lambda Function Invocation Result - Failure",
        "Lambda Function Invocation Result - Success",
    ),
    titles=(
        (
            "{requestContext/functionArn|function} failed[ after"
            " {requestContext/approximateInvokeCount} tries]: {responsePayload/errorMessage}"
        ),
        "{requestContext/functionArn|function}: {requestContext/condition|words}",
    ),
    severity=(
        Grade(
            "requestContext/condition",
            {
                "RETRIESEXHAUSTED": WARNING,
                "EVENTAGEEXCEEDED": WARNING,
                "RETRYATTEMPTSEXHAUSTED": WARNING,
                "MAXIMUMRECORDAGEEXCEEDED": WARNING,
            },
        ),
    ),
    facts=(
        ("Condition", "{requestContext/condition}"),
        ("Error", "{responsePayload/errorType}"),
        ("Request", "{requestContext/requestId}"),
    ),
)
_STACK_FAILED = dict.fromkeys(
    ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE",
     "ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE",
     "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"), WARNING,
)  # fmt: skip

DELIVERY = (
    Known(
        service="ECS",
        of=("ECS Deployment State Change",),
        titles=("Deployment of {/resources/0|service} {eventName|deployment}[: {reason}]",
            "Deployment of {deploymentId} {eventName|deployment}[: {reason}]"),
        severity=(Grade("eventType", {"ERROR": WARNING}),
            Grade("eventName", {"SERVICE_DEPLOYMENT_FAILED": WARNING})),
        facts=(("Event", "{eventName}"), ("Deployment", "{deploymentId}")),
        link="ecs/v2/home?region={/region}",
    ),
    Known(
        service="ECS",
        of=("ECS Service Action",),
        titles=("{/resources/0|service}: {eventName|words}[: {reason}]",),
        severity=(Grade("eventType", {"ERROR": WARNING, "WARN": WARNING}),),
        facts=(("Event", "{eventName}"),),
    ),
    Known(
        service="ECS",
        of=("ECS Task State Change",),
        titles=(("Task of {group|name} {lastStatus|words}[, {healthStatus|unhealthy}]"
            "[: {stoppedReason}][ ({containers/*/reason})]"),),
        severity=(
            Grade("stopCode", {"TASKFAILEDTOSTART": WARNING, "SPOTINTERRUPTION": WARNING,
                "TERMINATIONNOTICE": WARNING}),
            Grade("stoppedReason", sounds=True),
            Grade("healthStatus", {"UNHEALTHY": WARNING}),
            Grade("lastStatus", dict.fromkeys(("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING",
                "DEACTIVATING", "STOPPING", "DEPROVISIONING"), INFO)),
            # who stops a task ends its containers by a signal, which is no zero
            Grade("stopCode", {"SERVICESCHEDULERINITIATED": INFO, "USERINITIATED": INFO}),
            Grade("containers/*/reason", sounds=True),
            Grade("containers/*/exitCode", numbers=((1, WARNING),)),
            # a service's task goes on; one that was run by itself has done its work
            Grade("group|kind", {"SERVICE": WARNING}),
            Grade("containers/*/exitCode", numbers=((0, INFO),)),
            Grade("stopCode", {"ESSENTIALCONTAINEREXITED": WARNING}),
        ),
        facts=(("Stop code", "{stopCode}"), ("Exit codes", "{containers/*/exitCode}"),
            ("Cluster", "{clusterArn|name}"), ("Task", "{taskArn|name}")),
    ),
    Known(
        service="ECS",
        of=("ECS Container Instance State Change",),
        titles=(("Container instance {ec2InstanceId} of {clusterArn|name} {status|words}"
            "[, {agentConnected|agent}][: {statusReason}]"),),
        severity=(Grade("agentConnected", {"NO": WARNING}), failing("status")),
        facts=(("Tasks", "{runningTasksCount}"),),
    ),
    Known(
        service="CodePipeline",
        of=("CodePipeline Pipeline Execution State Change",),
        titles=(("Pipeline {pipeline} {state|words}[ in {/additionalAttributes/failedStage}]"
            "[: {/additionalAttributes/failedActions/*/additionalInformation}]"),),
        severity=(failing("state"),),
        sentence=("{execution-trigger/trigger-detail}",),
        facts=(("State", "{state}"), ("Execution", "{execution-id}"),
            ("Failed", "{/additionalAttributes/failedActions/*/action}")),
        link="codesuite/codepipeline/pipelines/{pipeline}/view?region={/region}",
    ),
    Known(
        service="CodePipeline",
        of=("CodePipeline Stage Execution State Change",
            "CodePipeline Action Execution State Change"),
        titles=(("Pipeline {pipeline}, {stage}[/{action}] {state|words}"
            "[: {execution-result/external-execution-summary}]"),),
        severity=(failing("state"),),
        facts=(("State", "{state}"), ("Execution", "{execution-id}"),
            ("Error", "{execution-result/error-code}")),
        link="codesuite/codepipeline/pipelines/{pipeline}/view?region={/region}",
    ),
    Known(
        service="CodeCommit",
        of=("CodeCommit Repository State Change",),
        titles=("{repositoryName}: {referenceType} {referenceName} {event|done}",
            "{repositoryName}: {event|words}"),
        facts=(("By", "{callerUserArn|name}"), ("Commit", "{commitId}")),
    ),
    Known(
        service="CodeCommit",
        has=("Records/0/codecommit/references/0/ref", "Records/0/eventSourceARN"),
        titles=(("{Records/0/eventSourceARN|name}: {Records/0/codecommit/references/*/ref|name}"
            " changed"),),
        facts=(("By", "{Records/*/userIdentityARN|name}"),
            ("Trigger", "{Records/*/eventTriggerName}"),
            ("Commit", "{Records/0/codecommit/references/*/commit}")),
    ),
    Known(
        service="CodeBuild",
        of=("CodeBuild Build State Change", "CodeBuild Build Phase Change"),
        titles=(("Build of {project-name} {build-status|words}"
            "[ in {completed-phase|phase}][: {completed-phase-context|spoken}]"),
            ("Build of {project-name}[: {completed-phase|phase}] {completed-phase-status|words}"
            "[: {completed-phase-context|spoken}]")),
        severity=(failing("build-status"), failing("completed-phase-status")),
        facts=(("Build", "{build-id|name}"),
            ("Initiator", "{additional-information/initiator}"),
            ("Version", "{additional-information/source-version}"),
            ("Failed in", "{additional-information/phases/*/phase-context}")),
        url="additional-information/logs/deep-link",
        link="codesuite/codebuild/projects/{project-name}/history?region={/region}",
    ),
    Known(
        service="CodeDeploy",
        of=("CodeDeploy Deployment State-change Notification",
            "CodeDeploy Instance State-change Notification"),
        titles=(("Deployment of {application}[/{deploymentGroup}][ on {instanceId|name}]"
            " {state|words}[: {errorInformation/ErrorMessage}]"),),
        severity=(failing("state", "STOP", "STOPPED"),),
        facts=(("State", "{state}"), ("Deployment", "{deploymentId}"),
            ("Instance", "{instanceId|name}")),
        link="codesuite/codedeploy/deployments/{deploymentId}?region={/region}",
    ),
    Known(
        service="CodeDeploy",
        has=("deploymentId", "applicationName", "status"),
        titles=(("Deployment of {applicationName}[/{deploymentGroupName}] {status|words}"
            "[: {errorInformation/ErrorMessage}]"),),
        severity=(failing("status", "STOP", "STOPPED"),),
        facts=(("Status", "{status}"), ("Deployment", "{deploymentId}"),
            ("Overview", "{deploymentOverview}")),
    ),
    Known(
        service="CloudFormation",
        of=("CloudFormation Stack Status Change", "CloudFormation Resource Status Change"),
        titles=(("{logical-resource-id} of stack {stack-id|stack}: {status-details/status|words}"
            "[: {status-details/status-reason}]"),
            ("Stack {stack-id|stack}: {status-details/status|words}"
            "[: {status-details/status-reason}]")),
        severity=(Grade("status-details/status", _STACK_FAILED),),
        facts=(("Status", "{status-details/status}"), ("Type", "{resource-type}"),
            ("Resource", "{physical-resource-id}")),
        link="cloudformation/home?region={/region}#/stacks/events?stackId={stack-id}",
    ),
    Known(
        service="CloudFormation",
        of=("CloudFormation StackSet Operation Status Change",
            "CloudFormation StackSet StackInstance Status Change",
            "CloudFormation StackSet Status Change"),
        titles=(("Stack set {stack-set-arn|set}[ in {stack-id|stack}][: {action|words}]"
            " {status-details/status|words}[: {status-details/status-reason}]"),),
        severity=(failing("status-details/status", "INOPERABLE"),),
        facts=(("Operation", "{stack-set-operation-id}"), ("Detail",
            "{status-details/detailed-status}")),
        link="cloudformation/home?region={/region}#/stacksets",
    ),
    Known(
        service="CloudFormation",
        of=("CloudFormation Drift Detection Status Change",),
        titles=(("Stack {stack-id|stack}: {status-details/stack-drift-status|words}"
            "[ ({drift-detection-details/drifted-stack-resource-count} resources)]"),),
        severity=(Grade("status-details/stack-drift-status", {"DRIFTED": WARNING}),),
    ),
    Known(
        service="CloudFormation",
        has=("StackId", "ResourceStatus", "LogicalResourceId"),
        titles=(("Stack {StackName}: {LogicalResourceId} {ResourceStatus|words}"
            "[: {ResourceStatusReason}]"),),
        severity=(Grade("ResourceStatus", _STACK_FAILED),),
        facts=(("Status", "{ResourceStatus}"), ("Type", "{ResourceType}"),
            ("Resource", "{PhysicalResourceId}")),
    ),
    _INVOKED,
    # as SQS and SNS get it: without EventBridge's envelope
    replace(_INVOKED, of=(), has=("requestContext/functionArn", "requestContext/condition")),
    Known(
        service="Auto Scaling",
        of=("EC2 Instance Launch Unsuccessful", "EC2 Instance Terminate Unsuccessful"),
        titles=("Auto Scaling {AutoScalingGroupName}: {/detail-type|words}: {StatusMessage}",
            "Auto Scaling {AutoScalingGroupName}: {/detail-type|words}"),
        otherwise=WARNING,
        sentence=("{Description}",),
        facts=(("Cause", "{Cause}"), ("Zone", "{Details/Availability Zone}")),
        link="ec2/home?region={/region}#AutoScalingGroupDetails:id={AutoScalingGroupName}",
    ),
    Known(
        service="Auto Scaling",
        of=("EC2 Instance Launch Successful", "EC2 Instance Terminate Successful",
            "EC2 Instance-launch Lifecycle Action", "EC2 Instance-terminate Lifecycle Action"),
        titles=("Auto Scaling {AutoScalingGroupName}: {/detail-type|words}[ {EC2InstanceId}]",),
        sentence=("{Description}",),
        facts=(("Cause", "{Cause}"),),
    ),
    Known(
        service="Auto Scaling",
        has=("AutoScalingGroupName", "Event"),
        titles=("Auto Scaling {AutoScalingGroupName}: {Event|scaling}[: {StatusMessage}]",),
        severity=(
            Grade("Event", {"AUTOSCALING:EC2_INSTANCE_LAUNCH_ERROR": WARNING,
                "AUTOSCALING:EC2_INSTANCE_TERMINATE_ERROR": WARNING}),
            failing("StatusCode"),
        ),
        sentence=("{Description}",),
        facts=(("Cause", "{Cause}"), ("Instance", "{EC2InstanceId}"),
            ("Zone", "{Details/Availability Zone}")),
    ),
    Known(
        service="EC2",
        of=("EC2 Instance State-change Notification",),
        titles=("Instance {instance-id} {state|words}",),
    ),
    Known(
        service="EC2",
        of=("EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"),
        titles=("Spot instance {instance-id}: {instance-action} in two minutes",
            "Spot instance {instance-id} may be interrupted soon"),
        otherwise=WARNING,
    ),
    Known(
        service="Batch",
        of=("Batch Job State Change",),
        titles=("Job {jobName} {status|words}[: {statusReason}][ ({container/reason})]",),
        severity=(failing("status"),),
        facts=(("Exit code", "{container/exitCode}"),
            ("Queue", "{jobQueue|name}")),
    ),
    Known(
        service="Step Functions",
        of=("Step Functions Execution Status Change",),
        titles=("{stateMachineArn|name} {status|words}[: {error}][: {cause|reason}]",),
        severity=(failing("status"),),
        facts=(("Status", "{status}"), ("Execution", "{name}")),
        link="states/home?region={/region}#/v2/executions/details/{executionArn}",
    ),
    Known(
        service="Glue",
        of=("Glue Job State Change", "Glue Crawler State Change", "Glue Job Run Status"),
        # only a run that takes longer than it may tells of how it is meanwhile
        titles=(("Job {jobName} is {state|words} for more than"
            " {notificationCondition/NotifyDelayAfter} min"),
            "Job {jobName} {state|words}[: {message}]",
            "Crawler {crawlerName} {state|words}[: {errorMessage}][: {message}]"),
        severity=(failing("state"), Grade("severity", {"ERROR": WARNING}),
            Grade("notificationCondition/NotifyDelayAfter", numbers=((0, WARNING),))),
    ),
    Known(
        service="Systems Manager",
        of=("EC2 Automation Execution Status-change Notification",
            "EC2 Command Status-change Notification",
            "EC2 Command Invocation Status-change Notification",
            "Maintenance Window Execution State-change Notification"),
        titles=("Automation {Definition} {Status|words}",
            "Command {document-name}[ on {instance-id}] {status|words}",
            "Maintenance window {window-id} {status|words}"),
        severity=(failing("Status", "TIMEDOUT"), failing("status", "TIMEDOUT")),
    ),
)  # fmt: skip
