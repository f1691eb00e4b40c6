"""Putting the contract into another environment's Python, such as an emulator's."""

import os
from pathlib import Path

FILE_NAME = "aws_contract.pth"


def write_pth(site_packages: Path, parent: Path) -> Path:
    """Make every Python process of an environment run the contract when `AWS_CONTRACT=1` is set.

    `site_packages` is that environment's; `parent` holds the package `aws_contract`. Without
    the variable the line costs a look-up. Returns the file, which removes the contract when it
    is deleted. Source of the mechanism: the documentation of Python's `site` module.
    """
    script = parent.resolve() / "aws_contract" / "autoload.py"
    if not script.is_file():
        raise FileNotFoundError(script)
    run = f'__import__("runpy").run_path({str(script)!r}, run_name="__main__")'
    target = site_packages / FILE_NAME
    line = f'import os; os.environ.get("AWS_CONTRACT") == "1" and {run}\n'
    if not target.is_file() or target.read_text(encoding="utf-8") != line:
        # whole at once: a Python that starts meanwhile would go without the contract
        half = target.with_name(f"{FILE_NAME}.{os.getpid()}")
        half.write_text(line, encoding="utf-8")
        half.replace(target)
    return target
