"""`make deploy ENV=prod PARAMETERS="OpsEmail=…"`: samconfig.toml's parameters, and those beside.

sam has one list of overrides: on its command line it takes the place of the environment's own, of
which a stack's name for its system and its metrics are two. Here each replaces its own alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping

from local.command import ended
from local.generate.template import load
from local.parameters import ParameterError, pairs, refuse, words
from local.paths import ROOT, SAM
from local.sam import SamError, build, sam_environment


def merged(config: str, environment: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return an environment's parameters, each replaced by what is given for it.

    Parameters
    ----------
    config
        The text of samconfig.toml.
    """
    parameters = tomllib.loads(config)[environment]["deploy"]["parameters"]
    return {**pairs(words(parameters.get("parameter_overrides", ""))), **given}


def overrides(parameters: Mapping[str, str]) -> list[str]:
    """Return what follows sam's ``--parameter-overrides``."""
    return [f"{name}={_quoted(value)}" for name, value in parameters.items()]


def _quoted(value: str) -> str:
    """Return a value as sam reads it: quoted, or it would end at its first blank, or be missed."""
    escaped = value.replace('"', '\\"')
    return f'"{escaped}"'


def main(arguments: list[str]) -> int:
    """Build and deploy; 2 for parameters that CloudFormation would refuse, before anything is."""
    [environment] = arguments
    try:
        given = pairs(words(os.environ.get("PARAMETERS", "")))
        refuse(load(), given)
    except ParameterError as error:
        sys.stderr.write(f"deploy: {error}\n")
        return 2
    try:
        build()
    except SamError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    whole = merged((ROOT / "samconfig.toml").read_text(), environment, given)
    command = [str(SAM), "deploy", "--config-env", environment]
    command += ["--parameter-overrides", *overrides(whole)] if given else []
    environ = sam_environment(os.environ)
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


if __name__ == "__main__":
    AFTER_CTRL_C = "what CloudFormation began goes on: `make doctor` shows how it ended"
    sys.exit(ended(lambda: main(sys.argv[1:]), AFTER_CTRL_C))
