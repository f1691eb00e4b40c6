"""moto, without what it works out anew for each request and each table.

`mock_aws` of here is moto's own. What is the same each time is worked out once in a process: a
service's addresses (S3's module is even imported again for each request), the calls that it
answers, the words of a client's user agent, and the private key of a KMS key, of which every table
makes one and which nothing here signs with. And a metric without data is not looked for in each
period of a question by itself, nor a member of an answer under each of the names that it may have.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore import useragent
from moto import mock_aws
from moto.cloudwatch import models as cloudwatch_models
from moto.core import responses, serialize
from moto.core.base_backend import BaseBackend
from moto.kms import models

__all__ = ["mock_aws"]

kms: Any = models
answering: Any = responses
agents: Any = useragent
cloudwatch: Any = cloudwatch_models
writing: Any = serialize
_make_urls: Any = vars(BaseBackend)["urls"].fget
_make_key = kms.generate_private_key
_urls: dict[tuple[type, str, str], Any] = {}


def _urls_of(backend: BaseBackend) -> Any:
    place = (type(backend), backend.region_name, backend.account_id)
    if place not in _urls:
        _urls[place] = _make_urls(backend)
    return _urls[place]


setattr(BaseBackend, "urls", property(_urls_of))  # noqa: B010 - mypy knows a property, not its place
kms.generate_private_key = cache(_make_key)
answering.method_names_from_class = cache(answering.method_names_from_class)
agents.sanitize_user_agent_string_component = cache(agents.sanitize_user_agent_string_component)

_metric_data: Any = cloudwatch.CloudWatchBackend.get_metric_data


def _of_what_is_there(
    self: Any, queries: list[dict[str, Any]], start_time: Any, end_time: Any, **more: Any
) -> Any:
    """Look through no period after the other for a metric that has no data."""
    there = {datum.name for datum in self.get_all_metrics()}
    span = int((end_time - start_time).total_seconds()) + 1
    asked = [
        query | {"MetricStat": stat | {"Period": span}}
        if (stat := query.get("MetricStat")) and stat["Metric"]["MetricName"] not in there
        else query
        for query in queries
    ]
    return _metric_data(self, asked, start_time, end_time, **more)


cloudwatch.CloudWatchBackend.get_metric_data = _of_what_is_there


_picked: Any = writing.AttributePicker.__call__
_names: dict[tuple[int, str, type], tuple[Any, tuple[str, ...]]] = {}


def _of_document(self: Any, context: Any) -> Any:
    """Pick a member of a dictionary: its names are the same for each that has the shape."""
    document = context.obj
    # what has a dot is a path to moto
    if type(document) is not dict or self.response_transformers or "." in context.key:
        return _picked(self, context)
    place = (id(context.shape), context.key, type(self))
    if place not in _names:  # with its shape, which so keeps its identity
        _names[place] = context.shape, tuple(self.get_possible_keys(context))
    found = next((name for name in _names[place][1] if name in document), None)
    return None if found is None else document[found]


writing.AttributePicker.__call__ = _of_document
