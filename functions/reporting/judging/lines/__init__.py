"""The answers to the lines of the guide's three checklists."""
