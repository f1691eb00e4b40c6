"""How words sound: trouble, its end, or neither; and how bad they say that it is."""

import re

from avatarwatch.catalogue import Severity

# flags that say how it is: what is not so, what is so
GOOD = re.compile("ok|success|succeeded|successful|healthy|passed|available|reachable|alive|up")
POOR = re.compile("failed|failure|errors?|down|unhealthy|degraded|timedout|aborted|crashed")
_BAD = re.compile(
    r"fail(?!2ban)|error|exception(?!al|s? of)|abort|timed?[ _-]?out|denied|unhealthy"
    r"|degraded|exhausted|expired|exceed(?:s|ed)?\b|unstable"
    r"|interrupt|reject|impaired|breach|non[ _-]?compliant|roll(?:ed)?[ _-]?back|crash|lost|fault"
    r"|refused|unreachable|unavailable|blocked|misconfig|suspended|violat|insufficient"
    r"|not[ _-]?ready|invalid(?!at)|corrupt|killed|\bdown\]|\b(?:is|are|went|gone) down\b|^down$"
    r"|disconnect|stalled|\bproblem\b|\bcritical\b|offline|threats?[ _-]?found|compromised|halted"
    r"|vulnerab|\bwarn(?:ings?)?\b|\bpanic|out of memory|(?:http|status)[ :_]*5\d\d\b"
    rf"|\bfiring\b|\balerting\b|\bnot (?:{GOOD.pattern})\b"
    r"|^(?:trigger(?:ed)?|anomalous|alarm|alert)$|^\W{0,6}(?:triggered|alerting|firing)(?=[\]:])"
    r"|outage|\bfatal\b|\bcrit\b|\bsev[ -]?[012]\b|^\W*p[012]\b"
    r"|unauthorized|forbidden|revoked|incompatible|brute[ -]force|unreadable|unresponsive"
    r"|read-only file ?system|no space left|\b(?:died|stuck|overdue)\b|SIG(?:SEGV|ABRT|KILL|BUS)"
    r"|unable to|\bcan(?:not|['\u2019]t)\b|\bcould(?: not|n['\u2019]t)\b"
    r"|\bdid(?: not|n['\u2019]t)\b|\bdoes(?: not|n['\u2019]t) (?:exist|answer|respond|run|work)"
    r"|\bno (?:answer|response)\b|\bnon-?zero\b|\bcommand not found|\bno such \w"
    r"|\bexit(?:ed)?(?: with)?(?: (?:status|code))?[ :=]{0,2}[1-9]"
    r"|(?:set|about|going) to expire|\bexpires? (?:soon|tomorrow|in \d{1,2} (?:hour|day))"
    r"|\b(?:9\d|100)(?:\.\d+)? ?%[^.\n]{0,20}\b(?:full|used)\b|\btoo (?:many|high|low|slow|long)\b"
    r"|\bhigh (?:latency|load|cpu|memory)\b|\bstarv(?:ation|ed|ing)\b"
    r"|\blow (?:on )?(?:(?:disk|free|storage) )?(?:memory|storage|disk|space|battery|capacity)\b"
    r"|\bapproach(?:es|ing) (?:\w+ ){0,3}(?:limit|quota|capacity|threshold|maximum)"
    r"|\b(?:consumed|using|uses) (?:more than |over )?(?:9\d|100)(?:\.\d+)? ?%"
    r"|\b(?:limit|quota|threshold)s? (?:is |was |has been )?(?:approaching|reached|hit)\b"
    r"|(?<![a-z])with[ _](?:issues|problems)\b"
    r"|\b(?:usage|utili[sz]ation)\b(?:[^.\n]|\.(?=\S)){0,60}?"
    r"(?<!below )(?<!under )\b(?:9\d|100)(?:\.\d+)? ?%"
    r"|\bdrift(?:ed)? (?:is |was |has been )?(?:detected|found)\b|\bfound differences\b"
    r"|\bbroken\b|\binfected\b|\bthresholds? crossed:(?!.{0,120}\bwas not\b)|\bnot in sudoers\b"
    r"|(?<!test )(?<![\w:/.-])(?:alert|alarm)(?=[:!\]])|\bentered the alarm state\b"
    r"|\bto severe\b|\baction required\b|\bunexpected|[❌🚨🔥🔴🛑⛔💥⚠]"
    r"|:(?:x|rotating_light|fire|red_circle|no_entry|warning):",
    re.IGNORECASE,
)
_NEGATED = r"not[ _-](?:stalled|infected|broken|degraded|impaired|blocked|compromised|exhausted)"
_NOT_BAD = re.compile(
    r"\bfailure[ -]modes?\b"
    r"|\b(?:no|0|zero|without)(?: any)?(?: \w+)?[ _](?:errors?|fail\w*|faults?|breach\w*|warnings?"
    r"|problems?|threats?|vulnerab\w*|outages?)(?:[ _]found)?"
    rf"|\b{_NEGATED}"
    r"|\bno (?:\w+ )?action (?:is )?required|\bno (?:\w+ )?drift\w*(?: \w+)?"
    r"|\b(?:errors?|fail\w*|faults?|lost|warnings?|problems?|infected|corrupt\w*)(?: \w{1,20})?"
    r"\s*[:=]\s*0\b|default"
    r"|\bdid(?: not|n['\u2019]t) (?:find|detect|see|change|affect)",
    re.IGNORECASE,
)
_END = r"(?:resolved|recovered|fixed|restored|cleared|solved)"
_OVER = re.compile(
    r"^\W{0,6}(?:(?:(?:manually |auto(?:matically)? ?)?resolved|recovered|recovery|cleared)\b"
    r"|(?:ok|up|success|closed|fixed|solved)(?=\s{0,2}[\]:!|]|\s[\u2013\u2014-]|$))"
    r"|^\s*(?:✅|🟢|🎉|:(?:white_check_mark|large_green_circle|tada):)"
    rf"|\b(?:has|have|had|is|are|was|were|been) (?:now |again |fully |all )?{_END}\b"
    r"|\b(?:is|are|was|were|now|came|comes|and|fully) back up\b"
    r"|\bback (?:to normal|online|in service|under|within|below)"
    r"|\b(?:up|online|healthy|available|reachable|working|running|operational) again\b"
    r"|\breturned to normal|\bno longer (?:failing|down|firing|unhealthy|in alarm)|\ball clear\b"
    r"|\bresumed$|\bfrom \w+ to (?:ok|healthy|normal|info|up|operational|available)\b",
    re.IGNORECASE,
)
_NOT_OVER = re.compile(
    r"\b(?:not|never|nothing|none|nobody|until|unless|when|once|cannot|n['\u2019]t)\b"
    rf".{{0,20}}?{_END}",
    re.IGNORECASE,
)
# what a person or a script puts before all else: "[CRITICAL] …", "P1 - …"; Nagios has it behind
_WORST = re.compile(
    r"^\W{0,6}(?:critical|crit|fatal|emergency|disaster|sev[ -]?[01]|p[01])"
    r"(?: (?:alert|alarm|incident))?"
    r"(?=\s{0,2}[\]:|!)>]|\s[\u2013\u2014-]|$)|\b(?-i:is CRITICAL)\b"
    r"|: (?-i:CRITICAL|EMERGENCY):",
    re.IGNORECASE,
)
_CALM = re.compile(
    r"^\W{0,6}(?:info|notice|debug|fyi)(?=\s{0,2}[\]:|!)>]|\s[\u2013\u2014-])",
    re.IGNORECASE,
)
_HEARD = 4000  # characters of a text: a line of a message can be all of it
_SENTENCE = re.compile(r"[.;\n](?:\s|$)|,? but\b")
OVER = frozenset({
    "CLEARED", "CLOSED", "COMPLIANT", "HEALTHY", "OK", "PASSED", "RECOVERED", "RESOLVED",
    "SUCCEEDED", "SUCCESS",
})  # fmt: skip

_CRITICAL, _WARNING = Severity.CRITICAL, Severity.WARNING
LEVELS = {
    "CRITICAL": _CRITICAL, "FATAL": _CRITICAL, "EMERGENCY": _CRITICAL, "SEV0": _CRITICAL,
    "SEV1": _CRITICAL, "P1": _CRITICAL, "HIGH": _WARNING, "ERROR": _WARNING, "MAJOR": _WARNING,
    "WARNING": _WARNING, "WARN": _WARNING, "MEDIUM": _WARNING, "SEV2": _WARNING, "P2": _WARNING,
    "DISASTER": _CRITICAL, "AVERAGE": _WARNING, "URGENT": _WARNING,
} | dict.fromkeys(
    ("LOW", "MINOR", "NORMAL", "INFO", "INFORMATIONAL", "NOTICE", "SUCCESS", "DEBUG", "NONE",
     "SEV3", "SEV4", "P3", "P4", "P5"), Severity.INFO,
)  # fmt: skip


def sounding(text: str) -> Severity:
    """Return how bad words sound: a failure is for today, its end is news."""
    if is_over(text) or _CALM.match(text):
        return Severity.INFO
    if _WORST.search(text[:_HEARD]):
        return Severity.CRITICAL
    return Severity.WARNING if is_bad(text) else Severity.INFO


def graded_as(text: str) -> Severity | None:
    """Return how bad a level is, by its word or its last one (``ALERT_LEVEL_WARNING``)."""
    word = text.upper()
    return LEVELS.get(word) or LEVELS.get(word.rpartition("_")[2])


def is_end(word: str) -> bool:
    """Tell whether a word for a state says that all is well, or ends so (``alert.resolved``)."""
    words = re.findall("[A-Z]+", word.upper())
    if word.upper() in OVER or re.fullmatch(_NEGATED, word, re.IGNORECASE):
        return True
    return bool(
        words and words[-1] in OVER and not is_bad(word) and not {"NOT", "NON", "UN"} & set(words)
    )


def is_bad(text: str) -> bool:
    """Tell whether words sound like trouble ("failed", but not "no errors")."""
    from alarm_fanout.parsers import languages  # noqa: PLC0415 - late: alarms are no words

    text = text[:_HEARD].replace("_", " ")
    left = languages.NOT_BAD.sub("", _NOT_BAD.sub("", text))
    bad = _BAD.search(left) or languages.BAD.search(left)
    return bool(bad or _NOT_OVER.search(text) or languages.NOT_OVER.search(text))


def is_over(text: str) -> bool:
    """Tell whether words say that trouble has ended ("recovered", but not "not recovered")."""
    from alarm_fanout.parsers import languages  # noqa: PLC0415 - late, as above

    text = text[:_HEARD]
    worst = _WORST.match(text)
    # what begins so may tell of an earlier end behind it: "CRITICAL: … The replica was restored"
    told = _SENTENCE.split(text[worst.end() :], maxsplit=1)[0] if worst else text
    if languages.OVER.search(told) and not languages.NOT_OVER.search(told):
        return True
    return bool(_OVER.search(told)) and not _NOT_OVER.search(told)
