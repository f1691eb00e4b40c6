"""What storage costs: prices, and what a transition makes of the bill."""
