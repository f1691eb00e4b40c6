"""What the template says of health polling and the reports bucket."""

from __future__ import annotations

import json
from typing import Any

HEALTH = {"Fn::Sub": "${MetricNamespace}/Health"}

type Resources = dict[str, dict[str, Any]]


def test_silence_is_an_alarm_that_reaches_a_mailbox_by_itself(resources: Resources) -> None:
    alarm = resources["HealthPollingSilent"]["Properties"]
    assert alarm["TreatMissingData"] == "breaching"
    assert {"Ref": "EmailTopic"} in alarm["AlarmActions"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (HEALTH, "UnhealthyEndpoints")
    assert alarm["Statistic"] == "SampleCount"  # how many fail is another question


def test_what_the_poller_tells_itself_has_no_alarm_beside_it(resources: Resources) -> None:
    watched = {
        resource["Properties"].get("MetricName")
        for resource in resources.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"].get("Statistic") != "SampleCount"
    }
    assert not watched & {"EndpointUp", "ComponentUp", "UnhealthyEndpoints", "TlsDaysRemaining"}


def test_a_round_ends_before_the_next_begins_and_is_not_repeated(resources: Resources) -> None:
    assert resources["HealthPollingFunction"]["Properties"]["Timeout"] < 60
    invoked = resources["HealthPollingFunctionEventInvokeConfig"]["Properties"]
    assert invoked["MaximumRetryAttempts"] == 0


def test_metrics_may_be_put_into_one_namespace_only(resources: Resources) -> None:
    [policy] = resources["HealthPollingRole"]["Properties"]["Policies"]
    written = policy["PolicyDocument"]["Statement"]
    statements = [each.get("Fn::If", [None, each])[1] for each in written]
    [put] = [s for s in statements if "PutMetricData" in json.dumps(s["Action"])]
    assert put["Condition"] == {"StringEquals": {"cloudwatch:namespace": HEALTH}}


def test_without_endpoints_nothing_runs_and_nothing_alarms(resources: Resources) -> None:
    schedule = resources["HealthPollingFunctionEveryMinute"]["Properties"]
    assert schedule["State"] == {"Fn::If": ["PollsHealth", "ENABLED", "DISABLED"]}
    assert resources["HealthPollingSilent"]["Condition"] == "PollsHealth"


def test_buckets_are_shut_encrypted_versioned_and_let_old_versions_go(resources: Resources) -> None:
    buckets = {n: r for n, r in resources.items() if r["Type"] == "AWS::S3::Bucket"}
    assert buckets
    guarded = {
        policy["Properties"]["Bucket"]["Ref"]
        for policy in resources.values()
        if policy["Type"] == "AWS::S3::BucketPolicy"
        and any(
            s.get("Effect") == "Deny"
            and s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for s in policy["Properties"]["PolicyDocument"]["Statement"]
        )
    }
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert name in guarded
        assert properties["BucketEncryption"], name
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, name
        rules = properties["LifecycleConfiguration"]["Rules"]
        if name == "AccessLogsBucket":  # of files that are written once
            assert any("ExpirationInDays" in rule for rule in rules)
            continue
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}, name
        assert any("NoncurrentVersionExpiration" in rule for rule in rules), name
