"""What `sam deploy` does to an emulator, for one stack after another: packed once for each build.

sam packs 210 MB for each deployment, and reads the template in Python: 14 s of processor time. Here
what was built is packed when a build is deployed first, and uploaded as it is to each emulator. The
stack is made of the same template, with the tags and capabilities of samconfig.toml.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.emulator import REGION, Emulator
from local.paths import BUILT, ROOT
from local.sam import SamError, alone, build, fingerprint
from local.stack import STACK, Stack, describe, ours
from local.templates import parsed

BUCKET = "packed"
PACKED = BUILT.parent / "packed"
_STAMP = PACKED / ".fingerprint"
_TEMPLATE = "template.json"
_CODE = ("CodeUri", "ContentUri")


def deploy(emulator: Emulator, parameters: Mapping[str, str], stack: str = STACK) -> Stack:
    """Make a stack as `local.stack.deploy` does; raises SamError when it is rolled back."""
    build()
    _pack()
    if BUCKET not in {each["Name"] for each in emulator.client("s3").list_buckets()["Buckets"]}:
        _upload(emulator)
    client = emulator.client("cloudformation")
    client.create_stack(
        StackName=stack, TemplateURL=f"{emulator.url}/{BUCKET}/{_TEMPLATE}", **_settings(),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in ours(parameters).items()
        ],
    )  # fmt: skip
    while (status := _status(client, stack)).endswith("_IN_PROGRESS"):
        time.sleep(0.2)
    if status != "CREATE_COMPLETE":
        raise SamError(f"{stack} is {status}")
    return describe(emulator, stack)


def _status(client: Any, stack: str) -> str:
    return str(client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def _settings() -> dict[str, Any]:
    """Return how sam deploys to the emulator."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    given = config["local"]["deploy"]["parameters"]
    tags = [each.split("=") for each in given["tags"].split()]
    return {
        "Capabilities": given["capabilities"].split(),
        "Tags": [{"Key": key, "Value": value} for key, value in tags],
    }


def _pack() -> None:
    """Pack what was built, unless that is done; one process does it while others wait."""
    with alone():
        now = fingerprint()
        if _STAMP.exists() and _STAMP.read_text() == now:
            return
        shutil.rmtree(PACKED, ignore_errors=True)
        PACKED.mkdir()
        template = json.loads(json.dumps(parsed((BUILT / "template.yaml").read_text())))
        for properties in _with_code(template):
            for key in properties.keys() & set(_CODE):
                properties[key] = f"s3://{BUCKET}/{_packed(BUILT / properties[key])}"
        (PACKED / _TEMPLATE).write_text(json.dumps(template))
        _STAMP.write_text(now)


def _with_code(template: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in template["Resources"].values():
        yield resource.get("Properties", {})


def _packed(folder: Path) -> str:
    """Pack a folder and return the file's name: the same for the same content."""
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    target = PACKED / f"{digest.hexdigest()}.zip"
    if not target.exists():  # each function's code is that of all
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, path in files.items():
                archive.write(path, name)
    return target.name


def _upload(emulator: Emulator) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for path in PACKED.iterdir():
        s3.put_object(Bucket=BUCKET, Key=path.name, Body=path.read_bytes())
