"""Metric math: User Guide, "Using math expressions with CloudWatch metrics"."""
