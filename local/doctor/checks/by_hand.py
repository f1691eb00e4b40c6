"""Whether everything that the stack made is there, and as its template has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake
from local.doctor.holding import entries_changed, normal, parts_changed, policy_change, shown
from local.doctor.looking import LOOKS
from local.doctor.looking.look import Found, Look, OrphanError, command
from local.doctor.looking.running import mappings_of
from local.doctor.resources import Wanted, is_known, resources_of

PUT_BACK = "put it back as the template has it: docs/runbook.md#changed-by-hand"
_LONGEST = 2500  # characters of a command that somebody can still read
_FEW = 2  # parameters of which a value is made
_NOT_THERE = frozenset({
    "404", "AWS.SimpleQueueService.NonExistentQueue", "EntityNotFoundException",
    "NoSuchBucket", "NoSuchEntity", "NoSuchRealtimeLogConfig", "NotFound", "NotFoundException",
    "ParameterNotFound", "QueueDoesNotExist", "ResourceNotFound", "ResourceNotFoundException",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A resource, and what there is of it; None for nothing."""

    wanted: Wanted
    look: Look
    found: Found | None


def is_not_there(error: ClientError) -> bool:
    """Whether AWS answers that there is none, in the words of whichever service."""
    return error.response["Error"]["Code"] in _NOT_THERE


def changed_by_hand(deployment: Deployment) -> Iterator[Finding]:
    """Hold each resource against the template; what is part of a lost one is not told besides."""
    seen: list[Seen] = []
    refused: dict[str, str] = {}
    for wanted in resources_of(deployment):
        look = LOOKS.get(wanted.kind)
        if look is None:
            continue  # a test names each type of ours that is not in the list
        try:
            seen.append(Seen(wanted, look, read(look, deployment, wanted)))
        except OrphanError:
            continue
        except ClientError as error:
            refused[f"{look.word}s"] = str(error)
    gone = {each.wanted.logical for each in seen if each.found is None}
    for each in seen:
        if not each.wanted.refers(*each.look.part_of) & gone:
            yield from told(each, is_emulated=deployment.is_emulated)
    for what, why in refused.items():
        mend = "give who runs this the right to read it (docs/first-deploy.md)"
        yield Finding(Kind.UNASKED, what, why, mend)


def read(look: Look, deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return what there is of a resource, None when there is nothing."""
    try:
        return look.read(deployment, wanted)
    except ClientError as error:
        if is_not_there(error):
            return None
        raise


def told(seen: Seen, *, is_emulated: bool = False) -> Iterator[Finding]:
    """Tell how a resource is not as the template has it."""
    wanted, look = seen.wanted, seen.look
    where = f"{look.word} {wanted.name if look.named else wanted.logical}"
    if seen.found is None:
        yield mistake(where, "is not there any more", _command(look.anew, wanted))
        return
    if look.identity:
        wanted = replace(wanted, name=seen.found.get(look.identity, wanted.name))
    by_mend: dict[str, list[str]] = {}  # one hand may have changed what one command puts back
    for name, what in changes(look, wanted, seen.found):
        if not is_emulated or name not in look.unmade or look.unmade[name] != seen.found.get(name):
            by_mend.setdefault(_mend(look, wanted, name), []).append(what)
    kind = Kind.NOTE if look.mild else Kind.MISTAKE
    for mend, said in by_mend.items():
        yield Finding(kind, where, "; ".join(said), mend)


def changes(look: Look, wanted: Wanted, found: Found) -> Iterator[tuple[str, str]]:
    """Yield each property that is not as the template has it, and how it is."""
    asked = {**look.unless, **wanted.properties}
    for name in sorted(asked.keys() & (found.keys() | look.unless.keys()) - look.aside.keys()):
        if is_known(asked[name]):
            said = "; ".join(_differences(look, name, asked[name], found.get(name)))
            if said:
                means = look.means.get(f"{name}={shown(normal(found.get(name)))}", "")
                yield name, f"{said}: {means}" if means else said


def _differences(look: Look, name: str, asked: Any, there: Any) -> Iterator[str]:
    if name in look.policies:
        for policy, document in _documents(name, asked).items():
            now = there if policy == name else (there or {}).get(policy)
            called = policy if policy == name else f"{name}, {policy}"
            if now is None:
                yield f"{called} is gone"
            elif said := policy_change(document, now):
                yield f"{called} was changed: {said}"
    elif name in look.maps:
        [(key, entries)] = asked.items()
        for said in entries_changed(entries, (there or {}).get(key, {})):
            yield f"{name}: {said}"
    else:
        yield from parts_changed(name, asked, there)


def _documents(name: str, asked: Any) -> Mapping[str, Any]:
    """Return the policies of a property by their names: a role has a list of them."""
    if isinstance(asked, list):
        return {each["PolicyName"]: each["PolicyDocument"] for each in asked}
    return {name: asked}


def _mend(look: Look, wanted: Wanted, name: str) -> str:
    back = _command(look.mends.get(name), wanted)
    parameters = sorted(wanted.refers(name) & wanted.parameters)
    if 0 < len(parameters) <= _FEW and name not in look.maps and name not in look.policies:
        given = " ".join(f"{each}=…" for each in parameters)
        return f"if it is meant, deploy with {given}; if not: {back}"
    return back


def _command(make: Any, wanted: Wanted) -> str:
    said = make(wanted) if make else ""
    return said if 0 < len(said) <= _LONGEST else PUT_BACK


def more_mappings(deployment: Deployment) -> Iterator[Finding]:
    """Name what a function reads besides: nothing of it is meant for the function."""
    resources = resources_of(deployment)
    for wanted in resources:
        if wanted.kind != "AWS::Lambda::Function":
            continue
        try:
            there = mappings_of(deployment, wanted.name)
        except ClientError as error:
            if is_not_there(error):
                continue
            raise
        ours = {
            each.name
            for each in resources
            if each.kind == "AWS::Lambda::EventSourceMapping"
            and each.properties["FunctionName"] == wanted.name
        }
        others = [each for each in there if each["UUID"] not in ours]
        # one in the place of a mapping that is gone is told as that one, changed
        lost = len(ours - {each["UUID"] for each in there})
        for each in others[lost:]:
            mend = command("lambda", "delete-event-source-mapping", "--uuid", each["UUID"])
            what = f"reads {each['EventSourceArn']} besides, which is none of the template's"
            yield mistake(f"function {wanted.logical}", what, mend)
