"""What publishes the status page, and what of the reports bucket it may read."""

from __future__ import annotations

from typing import Any

from local.cloudformation import Deployment
from local.templates import written

type Resources = dict[str, dict[str, Any]]

TEMPLATE = written("status-page.yaml")
MAIN = written("template.yaml")


def statements(given: dict[str, str]) -> list[dict[str, Any]]:
    policy = MAIN["Resources"]["ReportsBucketPolicy"]["Properties"]["PolicyDocument"]
    found: list[dict[str, Any]] = Deployment(MAIN, given).value(policy["Statement"])
    return found


def test_nobody_reads_the_bucket_unless_a_distribution_is_named() -> None:
    assert [s["Effect"] for s in statements({})] == ["Deny"]


def test_the_distribution_reads_the_page_and_nothing_else() -> None:
    [allowed] = [
        s for s in statements({"StatusPageDistributionId": "E123"}) if s["Effect"] == "Allow"
    ]
    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Resource"].endswith("/status/*")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    [source] = allowed["Condition"]["StringEquals"].values()
    assert source == "arn:aws:cloudfront::123456789012:distribution/E123"


def test_it_serves_the_folder_over_tls_by_signed_requests() -> None:
    distribution = TEMPLATE["Resources"]["StatusPage"]["Properties"]["DistributionConfig"]
    [origin] = distribution["Origins"]
    assert origin["OriginPath"] == "/status"
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["StatusPageAccess", "Id"]}
    assert distribution["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert distribution["DefaultRootObject"] == "index.html"
    access = TEMPLATE["Resources"]["StatusPageAccess"]["Properties"]["OriginAccessControlConfig"]
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")


def test_its_outputs_are_parameters_of_the_main_stack() -> None:
    assert set(TEMPLATE["Outputs"]) <= set(MAIN["Parameters"])
