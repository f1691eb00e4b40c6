"""ChatActions: what people answer to an alert in Slack or PagerDuty, taken in over a function URL.

It believes nobody without a signature, may write answers alone, and leaves all else to AlarmFanout.
"""
