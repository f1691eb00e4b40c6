"""Whatever is made by a grammar passes, and one step away from it is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from aws_contract import filter_patterns, policies
from aws_contract.cloudwatch_composites import composite_rule
from aws_contract.core import first_breach
from aws_contract.event_patterns import pattern_fault
from aws_contract.schedules import expression_fault

# ---- Schedules ----


def field(least: int, most: int, *names: str) -> st.SearchStrategy[str]:
    """Return what a field of cron may hold: *, values, ranges, steps and lists of them."""
    value = st.integers(least, most).map(str)
    if names:
        value |= st.sampled_from(names)
    span = st.tuples(value, value).map("-".join)
    step = st.tuples(st.just("*") | value | span, st.integers(1, 30)).map(
        lambda s: f"{s[0]}/{s[1]}"
    )
    return st.lists(value | span | step, min_size=1, max_size=3).map(",".join) | st.just("*")


MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
DAYS_OF_MONTH = st.tuples(field(1, 31) | st.sampled_from(["L", "LW", "15W"]), st.just("?"))
DAYS_OF_WEEK = st.tuples(st.just("?"), field(1, 7, *DAYS) | st.sampled_from(["6L", "FRI#2"]))
CRON = st.tuples(
    field(0, 59), field(0, 23), DAYS_OF_MONTH | DAYS_OF_WEEK, field(1, 12, *MONTHS),
    field(1970, 2199),
).map(lambda f: [f[0], f[1], f[2][0], f[3], f[2][1], f[4]])  # fmt: skip


@given(CRON)
def test_any_cron(fields: list[str]) -> None:
    assert expression_fault(f"cron({' '.join(fields)})", with_at=False) is None


@given(CRON, st.integers(0, 5))
def test_five_fields_are_no_cron(fields: list[str], left_out: int) -> None:
    del fields[left_out]
    assert expression_fault(f"cron({' '.join(fields)})", with_at=True)


@given(CRON, st.sampled_from([(0, "60"), (1, "24"), (3, "13"), (3, "0"), (5, "2200"), (5, "?")]))
def test_a_field_out_of_its_range(fields: list[str], wrong: tuple[int, str]) -> None:
    fields[wrong[0]] = wrong[1]
    assert expression_fault(f"cron({' '.join(fields)})", with_at=True)


@given(CRON, st.sampled_from(["1", "*", "?"]))
def test_both_days_or_neither(fields: list[str], day: str) -> None:
    fields[2] = fields[4] = day
    assert expression_fault(f"cron({' '.join(fields)})", with_at=True)


@given(st.integers(1, 1_000), st.sampled_from(["minute", "hour", "day"]))
def test_any_rate(number: int, unit: str) -> None:
    right, wrong = (unit, f"{unit}s") if number == 1 else (f"{unit}s", unit)
    assert expression_fault(f"rate({number} {right})", with_at=False) is None
    assert expression_fault(f"rate({number} {wrong})", with_at=False)


# ---- Event patterns ----

TEXTS = st.text(st.characters(codec="ascii", exclude_characters="*"), min_size=1, max_size=8)
SCALARS = TEXTS | st.integers(-1_000, 1_000) | st.booleans() | st.none()
OPERATORS = (
    st.fixed_dictionaries({"prefix": TEXTS})
    | st.fixed_dictionaries({"suffix": st.fixed_dictionaries({"equals-ignore-case": TEXTS})})
    | st.fixed_dictionaries({"anything-but": TEXTS | st.lists(TEXTS, min_size=1)})
    | st.fixed_dictionaries({"anything-but": st.fixed_dictionaries({"prefix": TEXTS})})
    | st.fixed_dictionaries({"exists": st.booleans()})
    | st.integers(-99, 99).map(lambda n: {"numeric": [">", n, "<=", n + 5]})
)
LEAVES = st.lists(SCALARS | OPERATORS, min_size=1, max_size=3)
PATTERNS = st.recursive(
    st.dictionaries(TEXTS.filter(lambda name: name != "$or"), LEAVES, min_size=1, max_size=3),
    lambda inner: (
        st.dictionaries(TEXTS, inner, min_size=1, max_size=3)
        | st.lists(inner, min_size=2, max_size=3).map(lambda some: {"$or": some})
    ),
    max_leaves=6,
)


@given(PATTERNS)
def test_any_pattern(pattern: dict[str, Any]) -> None:
    assert pattern_fault(json.dumps(pattern)) is None


@given(PATTERNS, SCALARS | st.just([]) | st.just({}) | st.just([{"begins": "a"}]))
def test_a_pattern_with_one_wrong_leaf(pattern: dict[str, Any], wrong: Any) -> None:
    assert pattern_fault(json.dumps({"right": pattern, "wrong": wrong}))


# ---- Filter patterns ----

SELECTORS = st.lists(
    st.sampled_from(["a", "b_c", "user-id"]), min_size=1, max_size=3
).map(lambda names: "$." + ".".join(names))  # fmt: skip
COMPARISONS = (
    st.tuples(SELECTORS, st.sampled_from(["=", "!="]), TEXTS.map(json.dumps)).map(" ".join)
    | st.tuples(SELECTORS, st.sampled_from([">", "<="]), st.integers(0, 9).map(str)).map(" ".join)
    | SELECTORS.map(lambda name: f"{name} IS TRUE")
    | SELECTORS.map(lambda name: f"{name} NOT EXISTS")
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.tuples(inner, st.sampled_from([" && ", " || "]), inner).map(
        lambda parts: f"({parts[0]}){parts[1]}({parts[2]})"
    ),
    max_leaves=5,
)


@given(CONDITIONS)
def test_any_filter(conditions: str) -> None:
    filter_patterns.check(f"{{ {conditions} }}")


@given(CONDITIONS, st.sampled_from([" &&", " || (", ")", " = 1", " IS", " AND $.a = 1"]))
def test_a_filter_that_goes_on_wrongly(conditions: str, more: str) -> None:
    with pytest.raises(filter_patterns.PatternError):
        filter_patterns.check(f"{{ ({conditions}){more} }}")


# ---- Composite alarms ----

STATES = st.tuples(
    st.sampled_from(["ALARM", "OK", "INSUFFICIENT_DATA"]), st.sampled_from(["a", '"b c"', "'d'"])
).map(lambda state: f"{state[0]}({state[1]})")
RULES = st.recursive(
    STATES | st.sampled_from(["TRUE", "FALSE"]),
    lambda inner: (
        inner.map(lambda rule: f"NOT ({rule})")
        | st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map("".join)
    ),
    max_leaves=6,
)


@given(RULES)
def test_any_rule(rule: str) -> None:
    assert not list(composite_rule({"AlarmName": "down", "AlarmRule": rule}))


@given(RULES, st.sampled_from([" AND", " OR OR TRUE", ")", " ALARM(a)", " ALARM()", " XOR TRUE"]))
def test_a_rule_that_goes_on_wrongly(rule: str, more: str) -> None:
    assert list(composite_rule({"AlarmName": "down", "AlarmRule": rule + more}))


# ---- Policies and environments ----

MODELS = Session()
SET_TOPIC = MODELS.get_service_model("sns").operation_model("SetTopicAttributes")
CREATE_FUNCTION = MODELS.get_service_model("lambda").operation_model("CreateFunction")
ARNS = st.sampled_from(["a", "b", "c"]).map(lambda n: f"arn:aws:sns:eu-north-1:123456789012:{n}")


@given(st.lists(ARNS, min_size=1, max_size=3))
def test_a_topics_statement_names_that_topic_alone(resources: list[str]) -> None:
    statement = {
        "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": resources,
    }  # fmt: skip
    params = {
        "TopicArn": "arn:aws:sns:eu-north-1:123456789012:a", "AttributeName": "Policy",
        "AttributeValue": json.dumps({"Version": "2012-10-17", "Statement": statement}),
    }  # fmt: skip
    assert (first_breach(SET_TOPIC, params) is None) == (resources == [params["TopicArn"]])


@given(st.text(st.sampled_from("a \n\t{}"), max_size=50))
def test_a_policys_size_leaves_white_space_out(text: str) -> None:
    assert policies.size(text) == sum(not each.isspace() for each in text)


LONG = st.tuples(st.sampled_from('aé"\\'), st.integers(0, 2_500)).map(lambda p: p[0] * p[1])


@given(st.dictionaries(st.sampled_from(["AA", "BB", "CC", "DD"]), LONG))
def test_an_environment_is_measured_as_json(variables: dict[str, str]) -> None:
    size = len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode())
    params = {
        "FunctionName": "fan", "Runtime": "python3.13", "Handler": "fan.handler",
        "Role": "arn:aws:iam::123456789012:role/work",
        "Code": {"S3Bucket": "bucket", "S3Key": "key"}, "Environment": {"Variables": variables},
    }  # fmt: skip
    assert (first_breach(CREATE_FUNCTION, params) is None) == (size <= 4_096)
