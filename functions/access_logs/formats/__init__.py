"""The formats of access logs: how each writes a request, read quickly and read with care."""
