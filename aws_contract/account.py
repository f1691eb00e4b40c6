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

from aws_contract import account_cloudwatch, account_lambda, policies
from aws_contract.core import Breach, Params, first_breach
from aws_contract.iam import MAX_ROLE_POLICIES

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


def _create_schedule(account: Account, params: Params) -> Iterator[Breach]:
    """Run under a role that Scheduler may assume. Source: API Reference, CreateSchedule."""
    trust = account.trust.get(params["Target"]["RoleArn"].rsplit("/", 1)[-1])
    if trust is not None and not policies.trusts(trust, "scheduler.amazonaws.com"):
        text = "The execution role you provide must allow AWS EventBridge Scheduler to assume it."
        yield Breach("ValidationException", text)


_CHECKS: dict[tuple[str, str], Check] = {
    ("iam", "CreateRole"): _create_role,
    ("iam", "PutRolePolicy"): _put_role_policy,
    ("logs", "CreateLogGroup"): _create_log_group,
    ("logs", "PutMetricFilter"): _put_metric_filter,
    ("sqs", "CreateQueue"): _create_queue,
    ("scheduler", "CreateSchedule"): _create_schedule,
    **account_lambda.CHECKS,
    **account_cloudwatch.CHECKS,
}


def looks_back(service: str, operation: str) -> bool:
    """Tell whether an account judges an operation by what was asked before."""
    return (service, operation) in _CHECKS
