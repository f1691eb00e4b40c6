"""SSM Parameter Store."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule
from aws_contract.values import utf8_length

MAX_BYTES = {"Standard": 4_096, "Advanced": 8_192, "Intelligent-Tiering": 8_192}
MAX_LEVELS = 15
_NAME = re.compile(r"[a-zA-Z0-9_.-]+|(/[a-zA-Z0-9_.-]+)+")
_SELECTOR = re.compile(r":[a-zA-Z0-9_.-]{1,100}$")
_SYNTAX = (
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can '
    "consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of "
    "letters, numbers and the following 3 symbols .-_"
)


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


@rule("ssm", "GetParameter", "GetParameters")
def names(params: Params) -> Iterator[Breach]:
    """Check names, which may select a version or a label, and ARNs. Source: API Reference."""
    for name in params.get("Names") or [params.get("Name", "")]:
        if name.startswith("arn:"):
            continue
        plain = _SELECTOR.sub("", name.strip(" "))
        if not _NAME.fullmatch(plain):
            yield _error(_SYNTAX)
    if len(set(params.get("Names") or ())) < len(params.get("Names") or ()):
        yield _error("Parameter names must be unique within a request.")


@rule("ssm", "GetParametersByPath")
def path(params: Params) -> Iterator[Breach]:
    """Begin a path with a slash; 10 a page by the model. Source: API Reference."""
    if not params["Path"].startswith("/") or len(params["Path"].split("/")) - 1 > MAX_LEVELS:
        yield _error(
            "The parameter path must be prefixed with a forward slash and have at most "
            f"{MAX_LEVELS} levels."
        )


@rule("ssm", "PutParameter")
def put_name(params: Params) -> Iterator[Breach]:
    """Check a new name. Source: API Reference, PutParameter, Name; quotas for the length."""
    name = params["Name"].strip(" ")
    if name.startswith("arn:") or not _NAME.fullmatch(name):
        yield _error(_SYNTAX)
    if re.match(r"/?(aws|ssm)", name, re.IGNORECASE):
        yield _error(_SYNTAX)
    if "/" in name and not name.startswith("/"):
        yield _error("Parameter name must be a fully qualified name.")
    if name.count("/") > MAX_LEVELS:
        message = f"A hierarchy can have a maximum of {MAX_LEVELS} levels."
        yield Breach("HierarchyLevelLimitExceededException", message)
    if len(name) > 1_011:
        yield _error("Parameter name must not be longer than 1011 characters.")


@rule("ssm", "PutParameter")
def put_value(params: Params) -> Iterator[Breach]:
    """Limit the value by tier. Source: API Reference, PutParameter, Value and Tier."""
    tier, value = params.get("Tier", "Standard"), params["Value"]
    if not value:
        yield _error(
            "1 validation error detected: Value at 'value' failed to satisfy constraint: Member "
            "must have length greater than or equal to 1"
        )
    if utf8_length(value) > MAX_BYTES.get(tier, 0):
        yield _error(
            f"{tier} tier parameters support a maximum parameter value of {MAX_BYTES.get(tier, 0)} "
            "characters. To create a larger parameter value, upgrade the parameter to use the "
            "advanced-parameter tier."
        )
    if re.search(r"\{\{.*?\}\}", value, re.DOTALL):
        yield _error(
            'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.'
        )


@rule("ssm", "PutParameter")
def put_combination(params: Params) -> Iterator[Breach]:
    """Refuse members that exclude each other. Source: API Reference, PutParameter."""
    if params.get("Tags") and params.get("Overwrite"):
        yield _error(
            "Invalid request: tags and overwrite can't be used together. To create a parameter "
            "with tags, please remove overwrite flag. To update tags for an existing parameter, "
            "please use AddTagsToResource or RemoveTagsFromResource."
        )
    if params.get("KeyId") and params.get("Type", "SecureString") != "SecureString":
        yield _error("KeyId is required for SecureString type parameter only.")
    if params.get("Policies") and params.get("Tier", "Standard") == "Standard":
        yield _error("Parameter policies are available for advanced-tier parameters only.")


@rule("ssm", "DeleteParameters")
def delete(params: Params) -> Iterator[Breach]:
    """Delete by plain names; 10 at once by the model. Source: API Reference, DeleteParameters."""
    if not all(_NAME.fullmatch(name.strip(" ")) for name in params["Names"]):
        yield _error(_SYNTAX)
