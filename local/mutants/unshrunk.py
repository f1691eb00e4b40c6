"""A pytest plugin: a property that fails has failed; no smaller example is looked for, none kept.

Loaded before `conftest.py`, whose own profile is made of this one.
"""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile("unshrunk", phases=[Phase.explicit, Phase.generate], database=None)
settings.load_profile("unshrunk")
