"""The services by which people are told, and the kind that each of them is."""

from enum import StrEnum

from avatarwatch.catalogue import ChannelKind


class ChannelName(StrEnum):
    """The ways to tell a person."""

    SLACK = "slack"
    PAGERDUTY = "pagerduty"
    EMAIL = "email"
    SMS = "sms"


OF_KIND = {
    ChannelKind.CHAT: ChannelName.SLACK,
    ChannelKind.PAGE: ChannelName.PAGERDUTY,
    ChannelKind.MAIL: ChannelName.EMAIL,
    ChannelKind.TEXT: ChannelName.SMS,
}
