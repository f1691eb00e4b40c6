"""What the measurements are made of: peers, stubs, cases, fresh processes."""
