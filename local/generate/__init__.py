"""What is made from the catalogues and the template by a command: `make docs`."""
