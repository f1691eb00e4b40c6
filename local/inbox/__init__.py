"""The far ends of the alerting channels, on one machine.

Slack, Slack webhooks, PagerDuty and SNS deliver here as they would to the real services: the
inbox accepts and refuses as those do, keeps what it got and shows it on a web page.
"""
