"""Deploy the real template with the real tools, and find what is in it."""

from __future__ import annotations

import compileall
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from py_compile import PycInvalidationMode

from local.emulator import Emulator
from local.paths import BUILT, OUT, ROOT, SAM

STACK = "avatar-watch-local"


class DeployError(Exception):
    """`sam build` or `sam deploy` failed; the message ends with what it printed last."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its outputs by name, its resources' physical ids by logical id."""

    outputs: Mapping[str, str]
    resources: Mapping[str, str]


def build() -> None:
    """Run `sam build`; raises DeployError."""
    _sam(["build", "--config-env", "local"], None)
    compile_bytecode()


def compile_bytecode() -> None:
    """Compile what was built: Lambda cannot write bytecode beside code, so it would never have any.

    Unchecked, because a package's times change on their way into Lambda.
    """
    compileall.compile_dir(BUILT, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


def deploy(emulator: Emulator, parameters: Mapping[str, str], stack: str = STACK) -> Stack:
    """Run `sam deploy --config-env local` against the emulator; raises DeployError."""
    given = {"Emulated": "true", **parameters}
    # sam takes an empty value only in quotes; one that is not given keeps what it was before
    overrides = [f"{name}={value}" if value else f'{name}=""' for name, value in given.items()]
    _sam(
        ["deploy", "--config-env", "local", "--stack-name", stack,
         "--parameter-overrides", *overrides],
        emulator.environment(),
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


def _sam(arguments: list[str], environment: dict[str, str] | None) -> None:
    OUT.mkdir(exist_ok=True)
    log = OUT / f"sam-{arguments[0]}.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [str(SAM), *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        last = " / ".join(log.read_text(errors="replace").strip().splitlines()[-4:])
        raise DeployError(f"sam {arguments[0]} failed (see out/{log.name}): {last}")
