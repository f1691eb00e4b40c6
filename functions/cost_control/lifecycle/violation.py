"""What S3 would refuse, as data."""

from dataclasses import dataclass

XML = "MalformedXML"
REQUEST = "InvalidRequest"
ARGUMENT = "InvalidArgument"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that S3 would refuse: its code, the rule's name ("" for the whole), a sentence."""

    code: str
    rule: str
    sentence: str

    def __str__(self) -> str:
        """Write it in one line."""
        about = f"{self.rule}: " if self.rule else ""
        return f"{about}{self.sentence} ({self.code})"
