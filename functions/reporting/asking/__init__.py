"""What is asked of AWS and of StateTable: each source by itself, and why it has nothing."""
