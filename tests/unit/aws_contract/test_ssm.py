from typing import Any

import pytest

SENT, INVALID = "sent", "ValidationException"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("/avatar-system/notifications", SENT),
        ("plain.name_1", SENT),
        ("/avatar-system/notifications:3", SENT),
        ("/avatar-system/notifications:current", SENT),
        ("arn:aws:ssm:eu-north-1:123456789012:parameter/x", SENT),
        ("/aws/service/global-infrastructure/version", SENT),
        ("two words", INVALID),
        ("/double//slash", INVALID),
        ("/ends/", INVALID),
        ("/höhe", INVALID),
    ],
)
def test_get(verdict: Any, name: str, expected: str) -> None:
    assert verdict("ssm", "GetParameter", {"Name": name}) == expected
    assert verdict("ssm", "GetParameters", {"Names": [name]}) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param([f"/n/{number}" for number in range(10)], SENT, id="10"),
        pytest.param([f"/n/{number}" for number in range(11)], INVALID, id="11"),
        pytest.param(["/n", "/n"], INVALID, id="twice"),
        pytest.param([], "botocore", id="none"),
    ],
)
def test_get_several(verdict: Any, names: list[str], expected: str) -> None:
    assert verdict("ssm", "GetParameters", {"Names": names}) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="plain"),
        pytest.param({"Value": "x" * 4_096}, SENT, id="4 KB"),
        pytest.param({"Value": "x" * 4_097}, INVALID, id="over 4 KB"),
        pytest.param({"Value": "ü" * 2_049}, INVALID, id="bytes, not characters"),
        pytest.param({"Value": "x" * 8_192, "Tier": "Advanced"}, SENT, id="advanced"),
        pytest.param({"Value": "x" * 8_193, "Tier": "Advanced"}, INVALID, id="over 8 KB"),
        pytest.param({"Value": ""}, INVALID, id="empty"),
        pytest.param({"Value": '{"a": {"b": {}}}'}, SENT, id="nested JSON"),
        pytest.param({"Value": "{{ssm:other}}"}, INVALID, id="nested parameter"),
        pytest.param({"Name": "/" + "/".join("a" * 15)}, SENT, id="15 levels"),
        pytest.param(
            {"Name": "/" + "/".join("a" * 16)},
            "HierarchyLevelLimitExceededException",
            id="16 levels",
        ),
        pytest.param({"Name": "/aws/x"}, INVALID, id="aws"),
        pytest.param({"Name": "SSM-x"}, INVALID, id="ssm"),
        pytest.param({"Name": "no/slash/first"}, INVALID, id="not fully qualified"),
        pytest.param({"Name": "/two words"}, INVALID, id="space"),
        pytest.param({"Name": "n" * 1_012}, INVALID, id="name of 1012"),
        pytest.param({"Type": "Secure"}, INVALID, id="type"),
        pytest.param({"KeyId": "alias/k"}, SENT, id="key"),
        pytest.param({"KeyId": "alias/k", "Type": "String"}, INVALID, id="key without secure"),
        pytest.param({"Overwrite": True}, SENT, id="overwrite"),
        pytest.param(
            {"Overwrite": True, "Tags": [{"Key": "a", "Value": "b"}]},
            INVALID,
            id="tags and overwrite",
        ),
        pytest.param({"Policies": "[]"}, INVALID, id="policies of a standard parameter"),
    ],
)
def test_put(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {"Name": "/avatar-system/notifications", "Value": "x", "Type": "SecureString"}
    assert verdict("ssm", "PutParameter", params | changes) == expected


@pytest.mark.parametrize(("path", "expected"), [("/avatar", SENT), ("avatar", INVALID)])
def test_path(verdict: Any, path: str, expected: str) -> None:
    assert verdict("ssm", "GetParametersByPath", {"Path": path}) == expected


def test_delete(verdict: Any) -> None:
    assert verdict("ssm", "DeleteParameters", {"Names": ["/a"]}) == SENT
    assert verdict("ssm", "DeleteParameters", {"Names": ["/a:1"]}) == INVALID
