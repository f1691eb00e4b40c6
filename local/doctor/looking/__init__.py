"""How each type of our resources is looked at: the one list, which a test holds complete."""

from __future__ import annotations

from collections.abc import Mapping

from local.doctor.looking import kept, messages, others, rights, running, telemetry
from local.doctor.looking.look import Look

LOOKS: Mapping[str, Look] = {
    "AWS::Athena::NamedQuery": others.NAMED_QUERY,
    "AWS::Athena::WorkGroup": others.WORK_GROUP,
    "AWS::AutoScaling::AutoScalingGroup": others.SCALING_GROUP,
    "AWS::AutoScaling::ScalingPolicy": others.SCALING_POLICY,
    "AWS::CloudFront::RealtimeLogConfig": others.REALTIME_LOGS,
    "AWS::CloudWatch::Alarm": telemetry.ALARM,
    "AWS::CloudWatch::Dashboard": telemetry.DASHBOARD,
    "AWS::DynamoDB::Table": kept.TABLE,
    "AWS::Events::Rule": running.RULE,
    "AWS::Glue::Database": others.DATABASE,
    "AWS::Glue::Table": others.GLUE_TABLE,
    "AWS::IAM::Policy": rights.ROLE_POLICY,
    "AWS::IAM::Role": rights.ROLE,
    "AWS::KMS::Key": kept.KEY,
    "AWS::Kinesis::Stream": kept.STREAM,
    "AWS::Lambda::EventInvokeConfig": running.INVOCATIONS,
    "AWS::Lambda::EventSourceMapping": running.MAPPING,
    "AWS::Lambda::Function": running.FUNCTION,
    "AWS::Lambda::LayerVersion": running.LAYER,
    "AWS::Logs::LogGroup": telemetry.LOG_GROUP,
    "AWS::Logs::MetricFilter": telemetry.METRIC_FILTER,
    "AWS::Logs::QueryDefinition": telemetry.QUERY,
    "AWS::S3::Bucket": kept.BUCKET,
    "AWS::S3::BucketPolicy": kept.BUCKET_POLICY,
    "AWS::SNS::Subscription": messages.SUBSCRIPTION,
    "AWS::SNS::Topic": messages.TOPIC,
    "AWS::SNS::TopicPolicy": messages.TOPIC_POLICY,
    "AWS::SQS::Queue": messages.QUEUE,
    "AWS::SQS::QueuePolicy": messages.QUEUE_POLICY,
    "AWS::SSM::Parameter": kept.PARAMETER,
    "AWS::Scheduler::Schedule": running.SCHEDULE,
}
