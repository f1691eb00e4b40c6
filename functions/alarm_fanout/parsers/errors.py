"""What parsers say when they cannot read."""


class NotThisShapeError(Exception):
    """The document only looks like this shape; it is told as the plain JSON that it is."""


class UnreadableError(Exception):
    """Nobody can read the message; it goes to the dead-letter queue with this reason."""
