"""The simulated avatar backend: what Avatar Watch watches when no real one is there."""
