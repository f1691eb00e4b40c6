"""The filter patterns of CloudWatch Logs: JSON, space-delimited and unstructured ones.

Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters,
filter log events, and Live Tail".
"""

import re

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"\\]|\\.)*")
    |(?P<regex>%[^%]+%)
    |(?P<selector>\$(?:\.(?:\*|[\w-]+|"[^"]+")|\[(?:\d+|\*|"[^"]+"|'[^']+')\])+)
    |(?P<joint>&&|\|\|)
    |(?P<sign><=|>=|!=|=|<|>)
    |(?P<mark>[()])
    |(?P<word>[^\s"%$()&|<>=!]+)
    )""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ORDER = frozenset({"<", ">", "<=", ">="})
_IS = frozenset({"TRUE", "FALSE", "NULL"})
_TERM = re.compile(r'\s*[?-]?(?:"(?:[^"\\]|\\.)*"|%[^%]+%|[\w@#$.:/*-]+)')
_COLUMN = re.compile(
    r"\s*(?:\.\.\.|[A-Za-z_]\w*)?"
    r'(?:\s*(?:=|!=|<=|>=|<|>)\s*(?:"[^"]*"|%[^%]+%|[^\s,&|\]"]+))?\s*'
)
MAX_REGEXES = 2


class PatternError(Exception):
    """A pattern is none; the message says where it ceases to be one."""


def check(pattern: str) -> None:
    """Raise PatternError for what CloudWatch Logs would not take as a filter pattern."""
    text = pattern.strip()
    if len(re.findall(r"%[^%]+%", text)) > MAX_REGEXES:
        raise PatternError(f"at most {MAX_REGEXES} regular expressions")
    if text.startswith("{"):
        if not text.endswith("}"):
            raise PatternError("the brace is not closed")
        _Json(text[1:-1]).whole()
    elif text.startswith("["):
        _columns(text)
    else:
        _terms(text)


def _terms(text: str) -> None:
    place = 0
    while text[place:].strip():
        match = _TERM.match(text, place)
        if not match:
            raise PatternError(f"no term: {text[place:].strip()[:20]}")
        place = match.end()


def _columns(text: str) -> None:
    if not text.endswith("]"):
        raise PatternError("the bracket is not closed")
    for column in text[1:-1].split(","):
        for part in re.split(r"&&|\|\|", column):
            if not part.strip() or not _COLUMN.fullmatch(part):
                raise PatternError(f"no column: {column.strip()[:20]}")


class _Json:
    """A reader of conditions on JSON; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if not match:
                raise PatternError(f"unexpected {text[place:].strip()[:20]}")
            self.tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            place = match.end()
        self.place = 0

    def whole(self) -> None:
        """Read conditions to the end."""
        self.conditions()
        if self.place < len(self.tokens):
            raise PatternError(f"unexpected {self.tokens[self.place][1]}")

    def conditions(self) -> None:
        """Read one condition or several with && and || in between."""
        self.condition()
        while self.next_is("joint"):
            self.condition()

    def condition(self) -> None:
        """Read a comparison, or conditions in brackets."""
        if self.next_is("mark", "("):
            self.conditions()
            if not self.next_is("mark", ")"):
                raise PatternError("the bracket is not closed")
            return
        self.take("selector")
        if self.next_is("word", "NOT"):
            if self.take("word") != "EXISTS":
                raise PatternError("NOT is followed by EXISTS")
        elif self.next_is("word", "IS"):
            if self.take("word") not in _IS:
                raise PatternError("IS is followed by TRUE, FALSE or NULL")
        else:
            self.value(self.take("sign"))

    def value(self, sign: str) -> None:
        """Read what is compared with; what is greater or less is a number."""
        kind, text = self.tokens[self.place] if self.place < len(self.tokens) else ("", "the end")
        if kind not in {"text", "regex", "word"}:
            raise PatternError(f"{sign} is followed by {text}")
        if sign in _ORDER and not (kind == "word" and _NUMBER.fullmatch(text)):
            raise PatternError(f"{sign} compares numbers, not {text}")
        self.place += 1

    def take(self, kind: str) -> str:
        """Return the next token, which has to be of a kind."""
        if self.place >= len(self.tokens) or self.tokens[self.place][0] != kind:
            found = self.tokens[self.place][1] if self.place < len(self.tokens) else "the end"
            raise PatternError(f"a {kind} is due, not {found}")
        self.place += 1
        return self.tokens[self.place - 1][1]

    def next_is(self, kind: str, text: str | None = None) -> bool:
        """Pass over the next token if it is this one."""
        found = self.tokens[self.place] if self.place < len(self.tokens) else ("", "")
        if found[0] != kind or text not in {None, found[1]}:
            return False
        self.place += 1
        return True
