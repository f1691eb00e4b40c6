"""What AWS refuses because of what was made before: rules over several requests.

A hook sees one request at a time. Whoever knows a whole stack asks an `Account` instead, request by
request in the order in which CloudFormation would make them::

    account = Account(log_groups=["/aws/avatar-system/api"])
    breach = account.ask(operation_model, params)
"""

import fnmatch
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from botocore.model import OperationModel

from aws_contract import policies
from aws_contract.cloudwatch_actions import ACTIONS
from aws_contract.cloudwatch_composites import children
from aws_contract.core import Breach, Params, first_breach
from aws_contract.iam import MAX_ROLE_POLICIES

# Source: Developer Guide, "Configuring reserved concurrency".
MIN_UNRESERVED = 100

type Check = Callable[["Account", Params], Iterator[Breach]]


class Account:
    """An account in one region that remembers what it was asked to make.

    Parameters
    ----------
    log_groups
        Names of the log groups that are there already.
    region
        Where it is: alarms act, and queues feed functions, in their own region alone.
    concurrency
        Its quota of functions that run at once: 1,000, in new accounts 10 or 50.
    """

    def __init__(
        self, log_groups: Iterable[str] = (), region: str = "eu-north-1", concurrency: int = 1_000
    ) -> None:
        self.log_groups = set(log_groups)
        self.region = region
        self.role_policies: dict[str, dict[str, str]] = defaultdict(dict)
        self.trust: dict[str, str] = {}
        self.functions: dict[str, Params] = {}
        self.concurrency = concurrency
        self.reserved: dict[str, int] = {}
        self.queues: dict[str, int] = {}
        self.alarms: set[str] = set()
        self.urls: dict[str, str] = {}
        self.permitted: dict[str, set[str]] = defaultdict(set)

    def ask(self, operation: OperationModel, params: Params) -> Breach | None:
        """Return what AWS would refuse the request for; without a breach it is remembered."""
        found = first_breach(operation, params)
        if found:
            return found[1]
        check = _CHECKS.get((operation.service_model.service_name, operation.name))
        return next(check(self, params), None) if check else None

    def shut_urls(self) -> dict[str, set[str]]:
        """Return the public function URLs that answer 403 to everybody, and what each lacks.

        Since October 2025 a URL without authorization needs both, to everybody (Developer Guide,
        "Control access to Lambda function URLs", NONE).
        """
        wanted = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
        lacking = {
            name: wanted - self.permitted[name]
            for name, auth in self.urls.items()
            if auth == "NONE"
        }
        return {name: missing for name, missing in lacking.items() if missing}

    def allows(self, role: str, action: str, resource: str) -> bool:
        """Tell whether a role's inline policies let it do something, conditions left aside."""
        for text in self.role_policies[role.rsplit("/", 1)[-1]].values():
            for each in policies.read(text):
                acts = any(fnmatch.fnmatchcase(action, one) for one in each.actions)
                reaches = any(fnmatch.fnmatchcase(resource, one) for one in each.resources)
                if each.effect == "Allow" and acts and reaches:
                    return True
        return False


def _create_role(account: Account, params: Params) -> Iterator[Breach]:
    account.trust[params["RoleName"]] = params["AssumeRolePolicyDocument"]
    yield from ()


def _put_role_policy(account: Account, params: Params) -> Iterator[Breach]:
    """Keep a role's inline policies within 10,240 characters in sum. Source: "IAM quotas"."""
    held = account.role_policies[params["RoleName"]]
    held[params["PolicyName"]] = params["PolicyDocument"]
    if sum(map(policies.size, held.values())) > MAX_ROLE_POLICIES:
        text = (
            f"Maximum policy size of {MAX_ROLE_POLICIES} bytes exceeded for role "
            f"{params['RoleName']}"
        )
        yield Breach("LimitExceeded", text, 409)


def _create_log_group(account: Account, params: Params) -> Iterator[Breach]:
    if params["logGroupName"] in account.log_groups:
        text = "The specified log group already exists"
        yield Breach("ResourceAlreadyExistsException", text)
    account.log_groups.add(params["logGroupName"])


def _put_metric_filter(account: Account, params: Params) -> Iterator[Breach]:
    """Filter a log group that is there. Source: API Reference, PutMetricFilter, Errors."""
    if params["logGroupName"] not in account.log_groups:
        yield Breach("ResourceNotFoundException", "The specified log group does not exist.")


def _create_queue(account: Account, params: Params) -> Iterator[Breach]:
    seconds = int((params.get("Attributes") or {}).get("VisibilityTimeout", "30"))
    account.queues[params["QueueName"]] = seconds
    yield from ()


def _create_function(account: Account, params: Params) -> Iterator[Breach]:
    """Run under a role that Lambda may assume. Source: API Reference, CreateFunction, Role."""
    account.functions[params["FunctionName"]] = params
    trust = account.trust.get(params["Role"].rsplit("/", 1)[-1])
    if trust is not None and not _trusts(trust, "lambda.amazonaws.com"):
        yield _invalid("The role defined for the function cannot be assumed by Lambda.")


def _create_mapping(account: Account, params: Params) -> Iterator[Breach]:
    """Feed from a queue that hides long enough, by a role that may receive.

    Source: Developer Guide, "Using Lambda with Amazon SQS", configuration and permissions; Lambda's
    answers.
    """
    function = account.functions.get(params["FunctionName"])
    arn = params.get("EventSourceArn", "")
    if arn and arn.split(":")[3] != account.region:
        yield _invalid("The event source arn is in another region than the function.")
    seconds = account.queues.get(arn.rsplit(":", 1)[-1])
    if function is None or seconds is None:
        return
    timeout = function.get("Timeout", 3)
    if seconds < timeout:
        yield _invalid(
            f"Queue visibility timeout: {seconds} seconds is less than Function timeout: "
            f"{timeout} seconds"
        )
    for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        if not account.allows(function["Role"], f"sqs:{action}", arn):
            yield _invalid(
                f"The provided execution role does not have permissions to call {action} on SQS"
            )


def _create_url(account: Account, params: Params) -> Iterator[Breach]:
    """Open a function that is there. Source: API Reference, CreateFunctionUrlConfig, Errors."""
    yield from _is_there(account, params)
    account.urls[_function_name(params)] = params["AuthType"]


def _add_permission(account: Account, params: Params) -> Iterator[Breach]:
    """Let somebody call a function that is there. Source: API Reference, AddPermission, Errors.

    What everybody may do by its URL is remembered.
    """
    yield from _is_there(account, params)
    via = (
        params.get("FunctionUrlAuthType") == "NONE"
        or params.get("InvokedViaFunctionUrl") is True
    )  # fmt: skip
    if params["Principal"] == "*" and via:
        account.permitted[_function_name(params)].add(params["Action"])


def _put_concurrency(account: Account, params: Params) -> Iterator[Breach]:
    """Reserve no more than leaves 100 to all the others.

    Source: Developer Guide, "Configuring reserved concurrency". An account whose quota is less
    reserves nothing: it is answered with its quota as the minimum, as many have met.
    """
    yield from _is_there(account, params)
    name = _function_name(params)
    least = min(MIN_UNRESERVED, account.concurrency)
    reserved = account.reserved | {name: params["ReservedConcurrentExecutions"]}
    if account.concurrency - sum(reserved.values()) < least:
        yield _invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{least}]."
        )
        return
    account.reserved = reserved


def _delete_concurrency(account: Account, params: Params) -> Iterator[Breach]:
    yield from _is_there(account, params)
    account.reserved.pop(_function_name(params), None)


def _is_there(account: Account, params: Params) -> Iterator[Breach]:
    name = _function_name(params)
    if name not in account.functions:
        yield Breach("ResourceNotFoundException", f"Function not found: {name}", 404)


def _function_name(params: Params) -> str:
    name: str = params["FunctionName"].rsplit(":", 1)[-1]
    return name


def _put_invoke_config(account: Account, params: Params) -> Iterator[Breach]:
    """Set failures aside by a role that may. Source: Developer Guide, "Adding a destination"."""
    function = account.functions.get(params["FunctionName"])
    arn = ((params.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
    if function is None or ":sqs:" not in arn:
        return
    if not account.allows(function["Role"], "sqs:SendMessage", arn):
        yield _invalid(
            f"The function's execution role does not have permissions to call SendMessage on {arn}"
        )


def _create_schedule(account: Account, params: Params) -> Iterator[Breach]:
    """Run under a role that Scheduler may assume. Source: API Reference, CreateSchedule."""
    trust = account.trust.get(params["Target"]["RoleArn"].rsplit("/", 1)[-1])
    if trust is not None and not _trusts(trust, "scheduler.amazonaws.com"):
        text = "The execution role you provide must allow AWS EventBridge Scheduler to assume it."
        yield Breach("ValidationException", text)


def _trusts(document: str, service: str) -> bool:
    return any(("Service", service) in each.principals for each in policies.read(document))


def _put_composite_alarm(account: Account, params: Params) -> Iterator[Breach]:
    """Look at alarms that are there. Source: API Reference, PutCompositeAlarm, AlarmRule."""
    for name in _children(params):
        if name not in account.alarms:
            text = f"Could not save the composite alarm as alarms [{name}] do not exist"
            yield Breach("ValidationError", text)
    yield from _actions_here(account, params)
    account.alarms.add(params["AlarmName"])


def _children(params: Params) -> Iterator[str]:
    for name in (*children(params["AlarmRule"]), params.get("ActionsSuppressor")):
        if name:
            yield name.split(":alarm:")[-1]


def _put_metric_alarm(account: Account, params: Params) -> Iterator[Breach]:
    yield from _actions_here(account, params)
    account.alarms.add(params["AlarmName"])


def _actions_here(account: Account, params: Params) -> Iterator[Breach]:
    """Act in the alarm's region. Source: CloudWatch's answer to a topic of another one."""
    for action in (each for name in ACTIONS for each in params.get(name) or ()):
        region = action.split(":")[3]
        if action.split(":")[2] in {"sns", "lambda"} and region != account.region:
            yield Breach(
                "ValidationError",
                f"Invalid region {region} specified. Only {account.region} is supported.",
            )


def _invalid(message: str) -> Breach:
    return Breach("InvalidParameterValueException", message)


_CHECKS: dict[tuple[str, str], Check] = {
    ("iam", "CreateRole"): _create_role,
    ("iam", "PutRolePolicy"): _put_role_policy,
    ("logs", "CreateLogGroup"): _create_log_group,
    ("logs", "PutMetricFilter"): _put_metric_filter,
    ("sqs", "CreateQueue"): _create_queue,
    ("lambda", "CreateFunction"): _create_function,
    ("lambda", "CreateEventSourceMapping"): _create_mapping,
    ("lambda", "PutFunctionEventInvokeConfig"): _put_invoke_config,
    ("lambda", "CreateFunctionUrlConfig"): _create_url,
    ("lambda", "AddPermission"): _add_permission,
    ("lambda", "PutFunctionConcurrency"): _put_concurrency,
    ("lambda", "DeleteFunctionConcurrency"): _delete_concurrency,
    ("scheduler", "CreateSchedule"): _create_schedule,
    ("cloudwatch", "PutMetricAlarm"): _put_metric_alarm,
    ("cloudwatch", "PutCompositeAlarm"): _put_composite_alarm,
}


def looks_back(service: str, operation: str) -> bool:
    """Tell whether an account judges an operation by what was asked before."""
    return (service, operation) in _CHECKS
