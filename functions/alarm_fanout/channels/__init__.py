"""The ways to tell a person, each in a folder of its own behind one interface.

A new channel is one folder here (the channel and its message) and its name in ``registry.NAMES``.
"""
