"""What the figures mean: pure, the clock passed in."""
