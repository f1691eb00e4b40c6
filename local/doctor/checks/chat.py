"""Whether people can answer alerts: the secrets, the address, and buttons that somebody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alarm_fanout.channels.slack import SlackSettings
from avatarwatch.environment import SettingsError
from chat_actions.secrets import read_secrets
from local.doctor.checks.notifications import document
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_WRITE = "aws ssm put-parameter --overwrite --type SecureString"
# Lambda Developer Guide, "Creating and managing Lambda function URLs"
_ADDRESS = re.compile(r"https://[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws/")


def answers(deployment: Deployment) -> Iterator[Finding]:
    """Judge what answers need, where they are turned on; nothing is asked of the address."""
    name = deployment.parameters.get("ChatSecretsParameter", "")
    if not name:
        return
    yield from _secrets(deployment, name)
    if deployment.parameters.get("Emulated") != "true":  # there it is this machine's own
        yield from _address(deployment)
    read = document(deployment)
    slack = read.settings.sections.get("slack") if read and read.settings else None
    if isinstance(slack, SlackSettings) and slack.bot_token is None:
        what = "Slack is an incoming webhook, which shows no buttons: a bot's token does"
        yield Finding(Kind.NOTE, "answers", what)


def _address(deployment: Deployment) -> Iterator[Finding]:
    client, function = deployment.client("lambda"), deployment.outputs["ChatActionsFunction"]
    try:
        url = client.get_function_url_config(FunctionName=function)["FunctionUrl"]
    except client.exceptions.ResourceNotFoundException:
        mend = f"deploy chat-url.yaml with ChatActionsFunction={function} (docs/chat.md)"
        yield mistake("answers", "the function has no address: no answer can arrive", mend)
        return
    if not _ADDRESS.fullmatch(url):
        yield mistake("answers", f"the address {url!r} is no function URL", "deploy once more")


def _secrets(deployment: Deployment, name: str) -> Iterator[Finding]:
    client = deployment.client("ssm")
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except client.exceptions.ParameterNotFound:
        mend = f"write it (docs/chat.md): {_WRITE} --name {name} --value file://chat.json"
        yield mistake("answers", f"there is no SSM parameter {name}: nobody is believed", mend)
        return
    if found["Type"] != "SecureString":
        mend = f"delete it and write it anew: {_WRITE} --name {name} --value file://chat.json"
        yield mistake("answers", f"{name} is a {found['Type']}: the secrets stand in clear", mend)
    try:
        read_secrets(found["Value"])
    except SettingsError as error:
        yield mistake("answers", str(error), "mend it after docs/chat.md")
