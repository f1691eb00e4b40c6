"""An alarm that is in ALARM because it is new: it was made before its metric had any data.

CloudWatch begins each alarm in INSUFFICIENT_DATA ("Unchecked: Initial alarm creation") and looks
at it within minutes. Where missing points count as breaching, that first look finds none and
rings; with such an alarm INSUFFICIENT_DATA comes at no other time than after its creation or
after a change of how it treats missing data (CloudWatch User Guide, "Configuring how CloudWatch
alarms treat missing data").
"""

from datetime import datetime, timedelta

from alarm_fanout.parsers.reason import rings_for_want_of_data
from avatarwatch.alert_state import AlertState

WARM_UP = timedelta(hours=1)  # what the alarms of our own have (WarmUpConfiguration)
_FROM_NOTHING = (AlertState.INSUFFICIENT_DATA, AlertState.ALARM)


def waits_until(
    change: tuple[AlertState | None, AlertState],
    reason: str,
    made: datetime | None,
    changed_at: datetime,
) -> datetime | None:
    """Return until when an alarm's change waits for its first data, None where it doesn't.

    ``change`` is the state before and after; ``made`` when the alarm was made or changed last, None
    where the message does not tell: then nothing waits.
    """
    if change != _FROM_NOTHING or made is None or not rings_for_want_of_data(reason):
        return None
    return made + WARM_UP if timedelta() <= changed_at - made < WARM_UP else None
