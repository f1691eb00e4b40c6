"""`make release VERSION=…`: CHANGELOG's Unreleased becomes the version, the template names it.

Keep a Changelog 1.1.0 for the one, Semantic Versioning 2.0.0 for the other. Nothing is committed,
tagged or published.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime

from local.paths import ROOT

CHANGELOG, TEMPLATE = ROOT / "CHANGELOG.md", ROOT / "template.yaml"
_UNRELEASED = "## [Unreleased]\n"
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_NAMED = re.compile(r"(?m)^(\s+SemanticVersion: ).*$")


class ReleaseError(Exception):
    """No version can be cut; the message says why."""


def cut(changelog: str, version: str, day: date) -> str:
    """Return the changelog with what was unreleased under a version of a day."""
    if not _VERSION.fullmatch(version):
        raise ReleaseError(f"a version is MAJOR.MINOR.PATCH, not {version!r}")
    released = re.findall(r"(?m)^## \[(\d[^\]]*)\]", changelog)
    if any(_numbers(version) <= _numbers(each) for each in released):
        raise ReleaseError(f"{version} is not newer than {released[0]}")
    head, found, rest = changelog.partition(_UNRELEASED)
    entries = rest.split("\n## [", 1)[0]
    if not found or "\n- " not in entries:
        raise ReleaseError("nothing is unreleased")
    return f"{head}{found}\n## [{version}] - {day:%Y-%m-%d}\n{rest}"


def named(template: str, version: str) -> str:
    """Return the template with its SemanticVersion (AWS::ServerlessRepo::Application)."""
    text, count = _NAMED.subn(rf"\g<1>{version}", template)
    if count != 1:
        raise ReleaseError("the template names no SemanticVersion, or several")
    return text


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def main(arguments: list[str]) -> int:
    """Write both files; 1 with a sentence when no version can be cut."""
    try:
        [version] = arguments or [""]
        changelog = cut(CHANGELOG.read_text(), version, datetime.now(UTC).date())
        template = named(TEMPLATE.read_text(), version)
    except ReleaseError as error:
        sys.stderr.write(f"release: {error}\n")
        return 1
    CHANGELOG.write_text(changelog)
    TEMPLATE.write_text(template)
    sys.stdout.write(f"{version} is cut: look at it, commit, tag v{version}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
