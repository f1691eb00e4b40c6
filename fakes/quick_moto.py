"""moto, without what it works out anew for each request and each table.

`mock_aws` of here is moto's own. Two things that are the same each time are worked out once in a
process: a service's addresses (S3's module is even imported again for each request) and the private
key of a KMS key, of which every table makes one and which nothing here signs with.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from moto import mock_aws
from moto.core.base_backend import BaseBackend
from moto.kms import models

__all__ = ["mock_aws"]

kms: Any = models
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
