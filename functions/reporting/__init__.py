"""Reporting: the guide's daily, weekly and monthly checklists, answered and kept as pages."""
