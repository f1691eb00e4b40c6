"""Entry point of AlarmFanout: alerts from the queue, or an action."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alarm_fanout.envelopes import apart, unpack
from alarm_fanout.fanout import Report, waits
from alarm_fanout.queue import RedeliverError, hide, set_aside
from alarm_fanout.wiring import fanout, log_report, publish_waits

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Tell people of what an event says; or do what its action asks.

    An SQS event is answered with the records to try again, anything else with a report. A direct
    event that could not be delivered raises, so that Lambda tries it again.
    """
    if isinstance(event, dict) and isinstance(event.get("action"), str):
        # late: an alert needs none of it in a cold start
        from alarm_fanout.actions import Actions, read_action  # noqa: PLC0415
        from alarm_fanout.mailbox import mailbox  # noqa: PLC0415

        acting = fanout(context)
        return Actions(acting, mailbox(acting.ledger.store)).run(read_action(event))
    envelopes = unpack(event, context.aws_request_id)
    work, report = fanout(context), Report()
    told, answers = apart(envelopes)
    read = work.read(told, report)
    work.tell([alert for _, alert in read], report)
    keys = [(envelope, alert.key) for envelope, alert in read]
    if answers:
        # late: an alert needs none of it in a cold start
        from alarm_fanout.answering import Answering  # noqa: PLC0415

        keys += Answering(work).take(answers, report)
    work.tell_of_losses(work.ledger.mend(work.now), report)
    again = waits(keys, report.retry, report.tally.due) + set_aside(report.unreadable)
    log_report(report)
    publish_waits(report, datetime.now(UTC))
    if any(envelope.record_id for envelope in envelopes):
        hide(again)
        return {"batchItemFailures": [{"itemIdentifier": e.record_id} for e, _ in again]}
    if again:
        raise RedeliverError(f"{len(again)} messages are to be tried again: {report.as_json()}")
    return report.as_json()
