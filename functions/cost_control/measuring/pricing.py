"""Where prices come from: StateTable for a week, else the Price List API, else the bundled ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.state import ConflictError, Document, DocumentStore, Json
from cost_control.money.price_list import PriceListError, parse
from cost_control.money.prices import BUNDLED, ClassPrices, PriceList, StorageClass

FRESH = timedelta(days=7)
KEPT = timedelta(days=90)
MAX_PAGES = 20
"""Pages of 100 products; S3 has a few hundred in a region."""
_PARTITION = "cost-control#prices"
_MONEY = ("storage", "get", "transition", "retrieval", "infrequent", "archive_instant",
          "monitoring")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pricing:
    """Prices of a region; ``log`` hears why the bundled ones were taken."""

    client: Any  # boto3's pricing client, for which no stubs are installed
    store: DocumentStore
    now: datetime
    log: Callable[[str], None]

    def of(self, region: str) -> PriceList:
        """Return the prices; it always has some, and says which."""
        kept = self.store.get((_PARTITION, region))
        known = _read(kept) if kept else None
        if known and kept and self.now - _asked(kept) < FRESH:
            return known
        try:
            asked = parse(self._products(region), region, self.now.date())
        except (ClientError, BotoCoreError, PriceListError) as error:
            self.log(f"prices of {region}: {error}")
            return known or BUNDLED
        self._keep(kept or Document((_PARTITION, region), 0, {}), asked)
        return asked

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

    def _keep(self, document: Document, prices: PriceList) -> None:
        body: Json = {
            "asked": self.now.isoformat(),
            "as_of": prices.as_of.isoformat(),
            "source": prices.source,
            "classes": {
                str(each): {
                    name: None if value is None else str(value)
                    for name, value in asdict(one).items()
                    if name in _MONEY
                }
                for each, one in prices.classes.items()
            },
        }
        try:
            self.store.put(Document(document.key, document.version, body), self.now + KEPT)
        except ConflictError:
            self.log("prices: somebody else kept them at the same time")


def _asked(document: Document) -> datetime:
    return datetime.fromisoformat(document.body["asked"])


def _read(document: Document) -> PriceList | None:
    """Read what was kept; None when a later version wrote it in another shape."""
    body = document.body
    try:
        classes = {StorageClass(name): _class(name, one) for name, one in body["classes"].items()}
        return PriceList(
            document.key[1], date.fromisoformat(body["as_of"]), str(body["source"]), classes
        )
    except (KeyError, ValueError, TypeError, InvalidOperation):
        return None


def _class(name: str, kept: Mapping[str, str | None]) -> ClassPrices:
    shape = BUNDLED.classes[StorageClass(name)]
    money = {each: None if kept[each] is None else Decimal(str(kept[each])) for each in _MONEY}
    return ClassPrices(
        **money,  # type: ignore[arg-type]  # None only where the class has none
        minimum_size=shape.minimum_size,
        minimum_days=shape.minimum_days,
    )
