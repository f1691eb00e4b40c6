"""The names of fields by which JSON that nobody told us about is read (``meaning``)."""

import re

NAMES = ("title", "subject", "name", "alarmname", "alertname", "alert", "event", "eventname")
NAMED = re.compile(
    r".*(?:(?<!user|file|host|role|base)(?<!api|org)(?<!state)(?<!status|tenant)(?<!account|webhook)"
    r"(?<!product)(?<!workspace)(?<!organization|organisation)name|title|alertrule)"
)
ID = re.compile(r"(\w{3,})(?:id|arn|identifier)")
KINDS = ("type", "job", "service", "messagetype")
NO_KINDS = frozenset({
    "ALARM", "ALERT", "EVENT", "INCIDENT", "NOTIFICATION", "PROBLEM", "RECOVERY",
})  # fmt: skip
HAPPENINGS = ("event", "eventname", "type")
# what has no name is called by what it is about
ABOUT = (
    "rule", "check", "sensor", "alarm", "trigger", "task", "queue", "monitor", "backup",
    "certificate", "application", "app", "cluster", "bucket", "stack", "resource", "clientid",
    "deviceid", "endpoint",
)  # fmt: skip
PLACES = ("host", "hostname", "instance", "device", "node")
SENTENCES = (
    "summary", "message", "text", "description", "reason", "stoppedreason", "statusreason",
    "statusmessage", "errormessage", "error", "exception", "eventmessage", "cause", "output",
)  # fmt: skip
SAID = re.compile(
    r".*(?:summary|message|msg|text|description|reason|cause|details?|body|error|issue)"
)
STATES = (
    "state", "status", "result", "outcome", "newstate", "currentstate", "laststatus", "jobstatus",
    "statuscode", "conclusion", "buildstatus", "executionstatus", "operation", "eventtype",
)  # fmt: skip
STATED = re.compile(
    r".*(?:(?:status|state)(?:name)?|result|outcome|monitorcondition|health|indicator|eventtype|phase)"
)
# that say how it is where they sound bad
SOUNDS = ("type", "changetype", "messagetype")
# ... and what happened where nothing says how it is
DEEDS = (
    "event", "eventname", "subtype", "changetype", "typeofchange", "actiontype", "alertaction",
    "action", "type",
)  # fmt: skip
SEVERITIES = ("severity", "level", "severitylabel", "alerttype", "priority")
GRADED = re.compile(r".*(?:severity|urgency|importance|criticality)(?:level)?")
LEADS = re.compile(r"(?!.*(?:subscribe|signing|avatar|api|image|logo|callback)).*(?:url|link)")
PAGE = re.compile(r"https://[^\s<>|]{3,1000}")
JSON = re.compile(r"\{.*\}|\[(?:\W*|[{\"].*)\]", re.DOTALL)
# what was, or is wanted, is not how it is
NOT_NOW = re.compile(r"previous|prior|old|former|desired|expected|target")
WAS = re.compile(r"(?:previous|prior|old|former|desired).*")  # parts of which nothing is so now
# who did it, where, what was asked for and how it is set up say nothing of what happened
ASIDE = re.compile(
    r".*(?:request|input|param|tags?|labels|config|configuration|metadata)|actor|user|useridentity"
    r"|sender|author|owner|account|organi[sz]ation|tenant|team|host|node|origin|repository"
    r"|(?:previous|prior|old|former|desired).*"
)
# that something has come to its end, not how
ENDED = frozenset({"COMPLETED", "COMPLETE", "DONE", "ENDED", "FINISHED", "FINALIZED"})
