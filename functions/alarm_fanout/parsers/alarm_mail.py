"""CloudWatch alarms as e-mails write them, which scripts publish once more with their own words.

Source: the e-mails of SNS for CloudWatch's alarms; "You are receiving this email because …".
"""

import re

from alarm_fanout.alert import Alert
from alarm_fanout.parsers import alarm_sns
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.errors import NotThisShapeError

_TOLD = re.compile(
    r'.{0,80}Amazon CloudWatch Alarm "(?P<AlarmName>[^"\n]{1,255})" in the .{1,80} has '
    r"(?:entered the|transitioned to(?: the)?) (?P<NewStateValue>OK|ALARM|INSUFFICIENT_DATA) state"
    r'(?:[^"]{0,120}because "(?P<NewStateReason>[^"]{1,1024}))?',
    re.DOTALL,
)
_DETAIL = re.compile(
    r"^\s*- (Description|State Change|Alarm Arn|AWS Account):[ \t]+(\S.*)$", re.MULTILINE
)
_LONGEST = 4000  # characters in which it stands: names and reasons have their limits


def parse(text: str, arrival: Arrival) -> Alert:
    """Read an e-mail's words as the message that it was made of.

    Raises
    ------
    NotThisShapeError
        It is no such e-mail.
    """
    if not (told := _TOLD.match(" ".join(text[:_LONGEST].split()))):
        raise NotThisShapeError("no e-mail of an alarm")
    details = dict(_DETAIL.findall(text))
    return alarm_sns.parse(
        told.groupdict()
        | {
            "AlarmDescription": details.get("Description", "").strip(),
            "OldStateValue": details.get("State Change", "").split(" ")[0],
            "AlarmArn": details.get("Alarm Arn", "").strip(),
            "AWSAccountId": details.get("AWS Account", "").strip(),
        },
        arrival,
    )
