"""From what is known to what is done: pure decisions."""
