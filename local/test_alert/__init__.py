"""`make test-alert`: an alert of each severity through a deployed stack, and its recovery."""
