"""Change the rules of a bucket so that nobody loses work, and keep the way back."""
