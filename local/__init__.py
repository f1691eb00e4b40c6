"""The whole on one machine: emulator, simulated backend, inbox, demo."""
