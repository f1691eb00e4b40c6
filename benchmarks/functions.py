"""Each function's start, memory and size, against a bare handler's.

Lambda's init phase imports the handler's module; that is what is timed here, in fresh processes by
turns, with each function's own environment and layers as the built template names them. The bare
handler imports boto3 and makes one client. Sizes are of the unpacked code, of which Lambda allows
250 MB a function with its layers (Lambda's documentation, quotas).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from samcli.yamlhelper import yaml_parse

from benchmarks.parts.fresh import Handler, medians, process
from benchmarks.parts.summary import Figure
from local.cloudformation import Deployment
from local.paths import BUILT
from local.sam import build

if TYPE_CHECKING:
    from rich.console import Console

STARTS = 9
LIMIT_MB = 250
_BARE = "bare handler"
_SOURCE = """
import boto3

client = boto3.client("ssm")

def handler(event, context):
    return client.get_parameter(Name=event["name"])
"""
_CHILD = """
module = importlib.import_module(sys.argv[1])
tell(import_ms=(time.perf_counter() - started) * 1000, peak_mb=peak_mb())
"""


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures of each handler."""
    with console.status("building"):
        build()
    handlers = {_BARE: Handler.bare("bare_import", _SOURCE), **_handlers()}
    place = process({})
    found = medians(handlers, lambda handler: place.measure(handler, _CHILD), STARTS)
    for name, handler in handlers.items():
        unpacked = sum(map(_size, (handler.code, *handler.layers)))
        found[name] |= {"code_kb": _size(handler.code) / 1e3, "unpacked_mb": unpacked / 1e6}
    table = Table(title=f"Starts in fresh processes, medians of {STARTS}", title_justify="left")
    for heading in ("", "import, ms", "ratio", "peak MB", "ratio", "code, kB", "with layers, MB"):
        table.add_column(heading, justify="right" if heading else "left")
    bare = found[_BARE]
    for name, each in found.items():
        table.add_row(
            name, f"{each['import_ms']:.0f}", f"{each['import_ms'] / bare['import_ms']:.2f}",
            f"{each['peak_mb']:.0f}", f"{each['peak_mb'] / bare['peak_mb']:.2f}",
            f"{each['code_kb']:.0f}", f"{each['unpacked_mb']:.1f}",
        )  # fmt: skip
    console.print(table)
    return found


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return each function's ratios to the bare handler, and its size with its layers."""
    bare, figures = found[_BARE], []
    for name, each in found.items():
        if name == _BARE:
            continue
        beside = f"{each['import_ms']:.0f} ms, bare {bare['import_ms']:.0f} ms"
        figures += [
            Figure(f"{name}: start, ratio", each["import_ms"] / bare["import_ms"], beside=beside),
            Figure(f"{name}: memory, ratio", each["peak_mb"] / bare["peak_mb"],
                   beside=f"{each['peak_mb']:.0f} MB"),
            Figure(f"{name}: unpacked with layers", each["unpacked_mb"], "MB", at_most=LIMIT_MB),
        ]  # fmt: skip
    return figures


def _handlers() -> dict[str, Handler]:
    """Return the built template's functions, with their layers in the order of their paths."""
    template = yaml_parse((BUILT / "template.yaml").read_text())
    deployment = Deployment(template, {"MakeAccessLogBucket": "true"})  # so that all are there
    shared = template["Globals"]["Function"].get("Layers", [])
    found = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            named = deployment.value([*shared, *properties.get("Layers", [])])
            layers = tuple(BUILT / layer.strip("<>") / "python" for layer in named)
            module = properties["Handler"].removesuffix(".handler")
            found[name.removesuffix("Function")] = Handler(module, BUILT / name, layers)
    return found


def _size(folder: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
