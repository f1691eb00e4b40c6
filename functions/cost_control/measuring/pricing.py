"""Where prices come from: StateTable for a week, else the Price List API, else the bundled ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.partition import BusyError, Partition
from cost_control.money.price_list import PriceListError, parse
from cost_control.money.prices import BUNDLED, PriceList

FRESH = timedelta(days=7)
KEPT = timedelta(days=90)
MAX_PAGES = 20
"""Pages of 100 products; S3 has a few hundred in a region."""
_PARTITION = "cost-control#prices"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Prices, and when they were asked for."""

    asked: datetime
    prices: PriceList


@dataclass(frozen=True, slots=True)
class Pricing:
    """Prices of a region; ``log`` hears why the bundled ones were taken."""

    client: Any  # boto3's pricing client, for which no stubs are installed
    store: DocumentStore
    now: datetime
    log: Callable[[str], None]

    def of(self, region: str) -> PriceList:
        """Return the prices; it always has some, and says which."""
        kept = self._known(region)
        if kept and self.now - kept.asked < FRESH:
            return kept.prices
        try:
            asked = parse(self._products(region), region, self.now.date())
        except (ClientError, BotoCoreError, PriceListError) as error:
            self.log(f"prices of {region}: {error}")
            return kept.prices if kept else BUNDLED
        try:
            self._partition.set(region, _Kept(self.now, asked), self.now)
        except BusyError as error:
            self.log(f"prices of {region}: {error}")
        return asked

    @property
    def _partition(self) -> Partition[_Kept]:
        return Partition(self.store, _PARTITION, _Kept, KEPT)

    def _known(self, region: str) -> _Kept | None:
        """Return what was kept; None when a later version wrote it in another shape."""
        try:
            return self._partition.get(region)
        except msgspec.ValidationError:
            return None

    def _products(self, region: str) -> Iterator[str]:
        token: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            answer = self.client.get_products(
                ServiceCode="AmazonS3",
                Filters=[{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}],
                FormatVersion="aws_v1",
                MaxResults=100,
                **token,
            )
            yield from answer.get("PriceList", [])
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}
