"""How a step of the demo fails."""


class StepFailedError(Exception):
    """A step did not show what it should; the message says what was missing."""
