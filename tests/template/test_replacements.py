"""What replaces a resource that has a name of its own gives it another name.

CloudFormation makes the new one before it deletes the old: "cannot update a stack when a
custom-named resource requires replacing" (User Guide, "Troubleshooting CloudFormation").
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fakes.expanded import expanded_file
from fakes.parameters import another_of_each, load, values
from local.cloudformation import Deployment
from local.generate.rights_page import schemas
from local.paths import TEMPLATES

type Resources = Mapping[str, Any]

_NAMES = ("Name", "TopicName", "BudgetName")  # of types whose identifier AWS makes
# whose names may be given twice
_NOT_UNIQUE = {"AWS::Athena::NamedQuery"}


def _given(properties: Mapping[str, Any], path: str) -> Any:
    """Return the property at a registry's path, None where it is not given."""
    found: Any = properties
    for step in path.removeprefix("/properties/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _paths(resource: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return where a resource has what only its creation sets, and of that what names it."""
    schema, properties = schemas()[resource["Type"]], resource["Properties"]
    only = [each for each in schema.get("createOnlyProperties", ()) if _given(properties, each)]
    known_by = schema["primaryIdentifier"]
    called = [each for each in only if each.rsplit("/", 1)[-1] in _NAMES]
    if resource["Type"] in _NOT_UNIQUE or not (called or set(known_by) <= set(only)):
        return only, []
    return only, [*called, *(each for each in only if each in known_by)]


def refused(before: Resources, after: Resources) -> Iterator[str]:
    """Yield the resources whose replacement would have the name of what it replaces."""
    both = {
        name: (before[name]["Properties"], after[name]["Properties"])
        for name in before.keys() & after.keys()
        if before[name].get("Properties")
    }
    paths = {name: _paths(before[name]) for name in both}
    replaced: set[str] = set()

    def differs(name: str, path: str) -> bool:
        old, new = (_given(properties, path) for properties in both[name])
        named = json.dumps(new)
        return old != new or any(
            f"<{each}>" in named or f"<{each}." in named for each in replaced - {name}
        )

    found = True
    while found:
        new = {n for n in both.keys() - replaced if any(differs(n, each) for each in paths[n][0])}
        replaced |= new
        found = bool(new)
    for name in sorted(replaced):
        names = paths[name][1]
        if names and not any(differs(name, each) for each in names):
            yield name


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_parameter_replaces_what_keeps_its_name(name: str) -> None:
    template = expanded_file(name)
    declared = load(name)["Parameters"]
    base = another_of_each(template) | {"Emulated": "false"}
    before = Deployment(template, base).resources()
    for parameter in declared.keys() - {"Emulated"}:
        for value in values(parameter, declared[parameter]):
            after = Deployment(template, base | {parameter: value}).resources()
            assert list(refused(before, after)) == [], (parameter, value)
            assert list(refused(after, before)) == [], (parameter, value)


def test_one_that_keeps_its_name_is_found() -> None:
    """A budget's subscribers are set by its creation alone, and name a topic that is replaced."""
    template = json.loads(json.dumps(expanded_file("global.yaml")))
    given = another_of_each(template)
    template["Resources"]["MonthlyBudget"]["Properties"]["Budget"]["BudgetName"] = "monthly"
    before = Deployment(template, given).resources()
    after = Deployment(template, given | {"SystemName": "renamed"}).resources()
    assert list(refused(before, after)) == ["MonthlyBudget"]
