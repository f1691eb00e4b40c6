"""What the .pth file of `aws_contract.pth` runs in every Python process of an environment.

It imports nothing but the standard library: an environment's processes start as fast as before.
The contract is loaded at the moment when botocore is, and with the botocore that the process
chose, which may come from a layer of its own.
"""

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = Path(__file__).resolve().parent
TRIGGER = "botocore.session"


class ContractFinder(MetaPathFinder):
    """Enables the contract as soon as `botocore.session` has been imported."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Have botocore's session followed by the contract; everything else is left to others."""
        del path, target  # one module is looked for, wherever the rest of the chain finds it
        if fullname != TRIGGER:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            raise ImportError(f"{TRIGGER} has no loader", name=fullname)
        run = spec.loader.exec_module

        def run_and_enable(module: ModuleType) -> None:
            run(module)
            enable()

        spec.loader.exec_module = run_and_enable  # type: ignore[method-assign]
        return spec


def enable() -> None:
    """Load the package by its place, without adding its neighbours to the module path."""
    name = PACKAGE.name
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, PACKAGE / "__init__.py", submodule_search_locations=[str(PACKAGE)]
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"no package at {PACKAGE}", name=name)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    sys.modules[name].enable()


def install() -> None:
    """Wait for botocore, unless it is there already."""
    if TRIGGER in sys.modules:
        enable()
    else:
        sys.meta_path.insert(0, ContractFinder())


if __name__ == "__main__":
    install()
