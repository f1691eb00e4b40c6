"""One inbox for the folder, emptied for each test."""

from inboxes import inbox, inbox_server

__all__ = ["inbox", "inbox_server"]
