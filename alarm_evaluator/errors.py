"""What the evaluator says instead of guessing."""

from __future__ import annotations


class EvaluatorError(Exception):
    """An alarm, an expression or a rule cannot be read; the message names what is wrong."""


class NotSimulatedError(EvaluatorError):
    """AWS does something here that nobody outside can compute; the message names it."""
