"""Slack: by a bot, which can come back to its messages, or by an incoming webhook."""
