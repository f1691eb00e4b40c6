"""Layers with packages that are compiled: one resource for each processor, alike but for that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packages:
    """A layer of third-party packages; ``when`` begins the names of its two conditions."""

    name: str
    folder: str
    holds: str
    when: str
    why: str


PACKAGES = (
    Packages("Dependencies", "dependencies", "Third-party packages", "On", "Of all functions."),
    Packages(
        "Numpy", "numpy", "NumPy and ISA-L", "CountsLogsOn",
        "Of AccessLogs alone: it is larger than all else together.",
    ),
    Packages(
        "Reports", "reports", "Jinja2 and time zones", "On",
        "Of Reporting alone: pages and time zones.",
    ),
)  # fmt: skip
_PROCESSORS = (("X86", "", "x86_64"), ("Arm", "Arm", "arm64"))
"""What ends a condition, what ends a resource's name, the processor."""


def block() -> str:
    """Return the layers as they stand in the template."""
    return "\n" + "".join(
        f"  # {each.why}\n" + "".join(_layer(each, *processor) for processor in _PROCESSORS)
        for each in PACKAGES
    )


def _layer(packages: Packages, condition: str, suffix: str, processor: str) -> str:
    return f"""\
  {packages.name}Layer{suffix}:
    Type: AWS::Serverless::LayerVersion
    Condition: {packages.when}{condition}
    Properties:
      Description: {packages.holds}, pinned, for {processor}
      ContentUri: layers/{packages.folder}
      CompatibleRuntimes: [python3.13]
      CompatibleArchitectures: [{processor}]
      RetentionPolicy: Delete
    Metadata: {{ BuildMethod: python3.13, BuildArchitecture: {processor} }}

"""
