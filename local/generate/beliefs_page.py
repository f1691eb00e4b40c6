"""docs/first-deploy.md: what is only believed about AWS, from the list that `make verify` asks."""

from __future__ import annotations

from local.doctor.beliefs import BELIEFS
from local.generate.marks import replaced


def render(text: str) -> str:
    """Return the page with its list of beliefs."""
    parts = [
        f"**{belief.claim}** {belief.why}\n\n    {belief.command}\n\n{belief.holds}\n"
        for belief in BELIEFS
    ]
    return replaced(text, "beliefs", "\n" + "\n".join(parts) + "\n")
