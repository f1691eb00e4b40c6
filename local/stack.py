"""Deploy the real template with the real tools, and find what is in it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass

from local.emulator import Emulator
from local.sam import run_sam

STACK = "avatar-watch-local"


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its outputs by name, its resources' physical ids by logical id."""

    outputs: Mapping[str, str]
    resources: Mapping[str, str]


def architecture(machine: str) -> str:
    """Return the ``Architecture`` whose packages this machine runs: the emulator has no other."""
    return "arm64" if machine.lower() in {"aarch64", "arm64"} else "x86_64"


def ours(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return parameters with those that every stack on an emulator here has."""
    return {"Emulated": "true", "Architecture": architecture(platform.machine()), **parameters}


def deploy(emulator: Emulator, parameters: Mapping[str, str], stack: str = STACK) -> Stack:
    """Run `sam deploy --config-env local` against the emulator; raises SamError."""
    given = ours(parameters)
    # sam takes an empty value only in quotes; one that is not given keeps what it was before
    overrides = [f"{name}={value}" if value else f'{name}=""' for name, value in given.items()]
    run_sam(
        ["deploy", "--config-env", "local", "--stack-name", stack,
         "--parameter-overrides", *overrides],
        emulator.environment(),
        of=f"-{emulator.port}",
    )  # fmt: skip
    return describe(emulator, stack)


def describe(emulator: Emulator, stack: str = STACK) -> Stack:
    """Read a stack's outputs and resources."""
    cloudformation = emulator.client("cloudformation")
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return Stack(
        outputs={o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])},
        resources={
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        },
    )
