"""Auto Scaling: groups and their policies."""

from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

_SOURCES = ("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "InstanceId")
_HEALTH_CHECKS = frozenset({"EC2", "EBS", "ELB", "VPC_LATTICE"})
_STEPS = ("AdjustmentType", "StepAdjustments", "ScalingAdjustment", "MetricAggregationType")
# Source: API Reference, PredefinedMetricSpecification.
_PREDEFINED = frozenset(
    {"ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut"}
    | {"ALBRequestCountPerTarget"}
)


def _error(message: str) -> Breach:
    return Breach("ValidationError", message)


@rule("autoscaling", "CreateAutoScalingGroup")
def group(params: Params) -> Iterator[Breach]:
    """Launch from one source within bounds. Source: API Reference, CreateAutoScalingGroup."""
    if sum(bool(params.get(name)) for name in _SOURCES) != 1:
        yield _error(f"Valid requests must contain exactly one of {', '.join(_SOURCES)}.")
    least, most = params["MinSize"], params["MaxSize"]
    if not 0 <= least <= params.get("DesiredCapacity", least) <= most:
        yield _error("Desired capacity must be between the specified min size and max size.")
    if not params.get("VPCZoneIdentifier") and not params.get("AvailabilityZones"):
        yield _error("At least one Availability Zone or VPC Subnet is required.")
    template = params.get("LaunchTemplate") or {"LaunchTemplateId": ""}
    if ("LaunchTemplateId" in template) == ("LaunchTemplateName" in template):
        yield _error("Exactly one of LaunchTemplateId and LaunchTemplateName is needed.")
    for each in (params.get("HealthCheckType") or "EC2").split(","):
        if each not in _HEALTH_CHECKS:
            yield _error(f"The health check type {each} is invalid.")
    if params.get("MaxInstanceLifetime", 0) and params["MaxInstanceLifetime"] < 86_400:
        yield _error("MaxInstanceLifetime is 0 or at least 86,400 seconds.")


@rule("autoscaling", "PutScalingPolicy")
def policy(params: Params) -> Iterator[Breach]:
    """Hold one metric at a value. Source: API Reference, TargetTrackingConfiguration."""
    tracking = params.get("TargetTrackingConfiguration")
    if (params.get("PolicyType", "SimpleScaling") == "TargetTrackingScaling") != bool(tracking):
        yield _error("TargetTrackingConfiguration is for policies of type TargetTrackingScaling.")
    if not tracking:
        return
    if any(params.get(name) is not None for name in _STEPS):
        yield _error("Target tracking takes no adjustments.")
    metrics = ("PredefinedMetricSpecification", "CustomizedMetricSpecification")
    if sum(bool(tracking.get(name)) for name in metrics) != 1:
        yield _error("Exactly one of a predefined and a customized metric must be specified.")
    predefined = tracking.get("PredefinedMetricSpecification")
    if predefined:
        kind = predefined["PredefinedMetricType"]
        if kind not in _PREDEFINED:
            yield _error(f"The predefined metric {kind} does not exist.")
        if (kind == "ALBRequestCountPerTarget") != bool(predefined.get("ResourceLabel")):
            yield _error("ResourceLabel is required for ALBRequestCountPerTarget, and only there.")
    if tracking["TargetValue"] <= 0:
        yield _error("TargetValue must be greater than 0.")
