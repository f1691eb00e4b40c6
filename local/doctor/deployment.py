"""A deployed stack as the doctor reads it. Nothing in here writes."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.command import refusal
from local.emulator import CREDENTIALS, REGION
from local.paths import ROOT
from local.running import Running

LONGEST = 910.0  # seconds; a function runs for 900 at most (Lambda quotas)

type Client = Callable[[str, str], Any]  # of a service and a region


class NoDeploymentError(Exception):
    """There is nothing to look at; the message says what to do."""


class Outputs(dict[str, str]):
    """A stack's outputs; NoDeploymentError for one that it has not."""

    def __init__(self, outputs: Mapping[str, str], stands: str) -> None:
        super().__init__(outputs)
        self._stands = stands

    def __missing__(self, name: str) -> str:
        why = f"has no output {name}" if self else "was never made whole"
        raise NoDeploymentError(f"{self._stands} and {why}: `make doctor` says what to do")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One stack: its parameters and outputs by name, its resources' names by logical id.

    ``role`` is the ARN of the role that CloudFormation deploys it by, empty for whoever asks it to;
    ``failed`` says why, by logical id, of what the last deployment left behind half done.
    """

    stack: str
    region: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    client_in: Client
    stack_id: str = ""
    role: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client; of the stack's region unless another is named."""
        return self.client_in(service, region or self.region)

    @property
    def is_emulated(self) -> bool:
        """Whether it is an emulator that answers, and not AWS."""
        return self.parameters.get("Emulated") == "true"

    @property
    def was_made(self) -> bool:
        """Whether it was ever whole: CloudFormation gives a stack outputs when it is."""
        return bool(self.outputs)

    @property
    def system(self) -> str:
        """Return the name of the system that is watched."""
        return self.parameters["SystemName"]

    def names(self, parameter: str) -> list[str]:
        """Return the names in a parameter that is a list."""
        given = self.parameters.get(parameter, "")
        return [each.strip() for each in given.split(",") if each.strip()]

    @classmethod
    def read(cls, stack: str, region: str, client_in: Client) -> Self:
        """Read a stack; raises NoDeploymentError when it is not there."""
        try:
            client = client_in("cloudformation", region)
            [found] = client.describe_stacks(StackName=stack)["Stacks"]
            pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
            listed = [each for page in pages for each in page["StackResourceSummaries"]]
        except (ClientError, BotoCoreError) as error:
            raise NoDeploymentError(
                f"the stack {stack} cannot be read in {region}: {refusal(error)}"
            ) from error
        return cls(
            stack,
            region,
            found["StackStatus"],
            {e["ParameterKey"]: e["ParameterValue"] for e in found.get("Parameters", [])},
            Outputs(
                {e["OutputKey"]: e["OutputValue"] for e in found.get("Outputs", [])},
                f"{stack} is in {found['StackStatus']}",
            ),
            {
                each["LogicalResourceId"]: each["PhysicalResourceId"]
                for each in listed
                if each.get("PhysicalResourceId") and each["ResourceStatus"] != "DELETE_COMPLETE"
            },
            client_in,
            found.get("StackId", ""),
            found.get("RoleARN", ""),
            {
                each["LogicalResourceId"]: each.get("ResourceStatusReason", "no reason given")
                for each in listed
                if each["ResourceStatus"].endswith("_FAILED")
            },
        )


def environments() -> dict[str, str]:
    """Return the stack of each environment of samconfig.toml."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    return {
        name: str(settings["global"]["parameters"]["stack_name"])
        for name, settings in config.items()
        if isinstance(settings, dict) and name != "default"
    }


def deployment_of(environment: str) -> Deployment:
    """Return an environment's deployment: ``local`` is what `make up` left running.

    Raises
    ------
    NoDeploymentError
        No such environment, no such stack, nothing running, or no region.
    """
    stacks = environments()
    if environment not in stacks:
        raise NoDeploymentError(f"ENV is one of {', '.join(stacks)}, not {environment!r}")
    if environment == "local":
        return on_emulator(_running(), stacks["local"])
    try:
        region = boto3.Session().region_name
    except BotoCoreError as error:  # no such profile, or a file that cannot be read
        raise NoDeploymentError(refusal(error)) from error
    if region is None:
        raise NoDeploymentError("no region: set AWS_REGION, or the region of your profile")
    return Deployment.read(stacks[environment], region, _client)


def on_emulator(url: str, stack: str) -> Deployment:
    """Return a stack of an emulator."""
    make = cast("Any", boto3.client)

    def client(service: str, region: str) -> Any:
        return make(
            service,
            region_name=region,
            endpoint_url=url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=_config(service),
        )

    return Deployment.read(stack, REGION, client)


def _client(service: str, region: str) -> Any:
    return cast("Any", boto3.client)(service, region_name=region, config=_config(service))


def _config(service: str) -> Config | None:
    """Wait for a function as long as it may run, and never run it twice."""
    if service != "lambda":
        return None
    return Config(read_timeout=LONGEST, retries={"total_max_attempts": 1})


def _running() -> str:
    running = Running.load()
    if running is None:
        raise NoDeploymentError("nothing runs on this machine: `make up` in another terminal")
    os.environ.pop("AWS_PROFILE", None)  # the emulator knows none, and botocore would look for it
    return running.emulator
