"""The demo's step on reports: the day's by the deployed function, and a week's and a month's.

The emulator keeps points for two weeks alone, so that the longer ones read simulated weeks from
here: the same code, with everything but CloudWatch's numbers in the emulator.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from avatarwatch.alerts import publish
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from local.demo import evidence
from local.demo.steps import Log, StepFailedError, awaited
from local.emulator import REGION
from local.history import yesterday
from local.paths import OUT
from local.scene import AVATAR_BUCKET, SYSTEM
from local.weeks import METRICS_WITHOUT, simulated
from reporting.books import Books
from reporting.gathering import Sources
from reporting.payload import Order
from reporting.settings import FunctionSettings
from reporting.spans import Kind, span_of
from reporting.wiring import address
from reporting.work import Work

if TYPE_CHECKING:
    from local.scene import Scene
    from reporting.page.files import File

FOLDER = OUT / "demo" / "reports"
ACCOUNT = "000000000000"


def made(scene: Scene, _: Log) -> str:
    """Let the deployed function report the day, then a week and a month of simulated weeks."""
    answer = scene.invoke("Reporting", {"report": "daily"})
    if answer["outcome"] != "made and told":
        raise StepFailedError(f"the daily report: {answer}")
    lines = [told(scene, answer)]
    page = scene.report(f"reports/{answer['report']}/index.html")
    _keep(f"{answer['report']}/index.html", page)
    for kind in (Kind.WEEKLY, Kind.MONTHLY):
        found = _longer(scene, kind)
        if missing := _without_data(scene, found["report"]):
            raise StepFailedError(f"{kind} report: {min(missing)} has no data")
        lines.append(told(scene, found))
    _keep("index.html", scene.report("reports/index.html"))
    return "\n    ".join([*lines, f"all of them: {FOLDER / 'index.html'}"])


def told(scene: Scene, answer: dict[str, Any]) -> str:
    """Wait for a report's message, and return its first line and what changed."""
    kind, _ = answer["report"].split("/")
    text = f"{kind.capitalize()} report"

    def arrived(kept: Any) -> str | None:
        found = [m for m in evidence.slack(kept) if text in str(m.content)]
        return evidence.plain(found[0].content.text) if found else None

    return f"{awaited(scene, arrived, f'the {kind} report')}. {answer['sentence']}"


def _longer(scene: Scene, kind: Kind) -> dict[str, Any]:
    """Make the last whole week or month before yesterday, and tell of it as a run by the clock."""
    span = span_of(kind, yesterday()).before
    now = span.end + timedelta(hours=6)
    history = simulated(span.end.date())
    clients = {name: scene.emulator.client(name) for name in ("dynamodb", "s3", "sns")}
    work = _work(scene, now, history.client(scene.emulator), clients)
    return work.run(Order(span, is_scheduled=True))


def _work(scene: Scene, now: datetime, cloudwatch: Any, clients: Any) -> Work:
    outputs = scene.stack.outputs
    settings = FunctionSettings(
        system_name=SYSTEM, state_table=outputs["StateTableName"],
        alerts_topic_arn=outputs["AlertsTopicArn"], reports_bucket=outputs["ReportsBucketName"],
        region=REGION, zone=ZoneInfo("Europe/Stockholm"), buckets=(AVATAR_BUCKET,),
        plan_reviewed=date(2026, 6, 30), own_usd_month=11.0,
        reports_url=f"{scene.emulator.url}/{outputs['ReportsBucketName']}/reports",
    )  # fmt: skip
    store = DynamoDocumentStore(clients["dynamodb"], settings.state_table)
    watching = {name: scene.emulator.client(name)
                for name in ("backup", "guardduty", "securityhub")}  # fmt: skip
    sources = Sources(
        settings=settings, store=store, cloudwatch=cloudwatch, s3=clients["s3"],
        backup=watching["backup"], guardduty=watching["guardduty"],
        security_hub=watching["securityhub"], owner=ACCOUNT, now=now, seconds_left=lambda: 170.0,
    )  # fmt: skip

    def put(name: str, file: File) -> None:
        clients["s3"].put_object(
            Bucket=settings.reports_bucket, Key=f"reports/{name}", Body=file.text.encode(),
            ContentType=file.kind,
        )  # fmt: skip
        _keep(name, file.text)

    return Work(
        books=Books(store, now), settings=settings, gather=sources.gather, look=sources.look,
        put=put,
        publish=lambda m: publish(
            clients["sns"], settings.alerts_topic_arn, replace(m, time=datetime.now(UTC))
        ),
        address=lambda name: address(settings, name), seconds_left=lambda: 0.0, now=now,
    )  # fmt: skip


def _keep(name: str, text: str) -> None:
    target = FOLDER / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _without_data(scene: Scene, key: str) -> set[str]:
    """Return the KPIs of a report that have no data and should."""
    report = json.loads(scene.report(f"reports/{key}/report.json"))
    missing = {each["metric"] for each in report["figures"] if each["verdict"] == "no data"}
    return missing - METRICS_WITHOUT
