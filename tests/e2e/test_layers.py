"""Each layer that was built holds what the processors that it is for can run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from samcli.yamlhelper import yaml_parse

from local.cloudformation import Deployment
from local.paths import BUILT
from local.stack import architecture

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e

# e_machine of an ELF header (18th byte, two bytes, little-endian): EM_X86_64, EM_AARCH64
PROCESSORS = {62: "x86_64", 183: "arm64"}


def processor(library: Path) -> str:
    header = library.read_bytes()[:20]
    assert header[:4] == b"\x7fELF"
    return PROCESSORS[int.from_bytes(header[18:20], "little")]


def built() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse((BUILT / "template.yaml").read_text())
    return template


def test_a_layers_libraries_are_for_the_processors_that_it_names(deployed: Scene) -> None:
    del deployed  # it has built
    seen = set()
    for name, resource in built()["Resources"].items():
        if resource["Type"] != "AWS::Serverless::LayerVersion":
            continue
        libraries = list((BUILT / name).rglob("*.so*"))
        found = {processor(library) for library in libraries}
        named = set(resource["Properties"]["CompatibleArchitectures"])
        assert found <= named if len(named) == 1 else not found, name
        seen |= found
    assert seen == {"x86_64", "arm64"}


@pytest.mark.parametrize("chosen", ["x86_64", "arm64"])
def test_functions_have_the_layers_of_their_processor(deployed: Scene, chosen: str) -> None:
    del deployed
    template = built()
    deployment = Deployment(template, {"Architecture": chosen})
    layers = deployment.value(template["Globals"]["Function"]["Layers"])
    there = deployment.resources()
    assert len(layers) == 2
    for layer in layers:
        properties = there[layer.strip("<>")]["Properties"]
        assert chosen in properties["CompatibleArchitectures"]


@pytest.mark.parametrize(
    ("machine", "chosen"),
    [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")],
)
def test_the_emulator_gets_the_packages_of_its_machine(machine: str, chosen: str) -> None:
    assert architecture(machine) == chosen
