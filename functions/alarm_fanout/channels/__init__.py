"""The ways to tell a person, behind one interface.

A new channel is one module here and one line in ``registry.py``.
"""
