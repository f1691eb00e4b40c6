"""`make verify ENV=…`: ask an account what is only believed about AWS. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape

from local.doctor.beliefs import BELIEFS, Belief
from local.doctor.deployment import NoDeploymentError
from local.doctor.questions import Answer, Verdict

if TYPE_CHECKING:
    from rich.console import Console

    from local.doctor.deployment import Deployment

_MARKS = {
    Verdict.HOLDS: "[green]✓[/green]",
    Verdict.REFUTED: "[red]✗[/red]",
    Verdict.OPEN: "[yellow]?[/yellow]",
}


def verify(deployment: Deployment, console: Console) -> int:
    """Tell what the account says of each belief; 1 when it refutes one.

    An emulator is asked as well, and shows that the questions can be asked: what it says is told,
    and is never AWS' word.
    """
    if not deployment.was_made:
        console.print(f"{deployment.stack} is in {deployment.status}: there is nothing to ask yet")
        return 0
    refuted = 0
    for belief in BELIEFS:
        answer = answer_of(belief, deployment)
        if deployment.is_emulated:
            answer = Answer(Verdict.OPEN, f"the emulator says: {answer.seen}")
        refuted += answer.verdict is Verdict.REFUTED
        text = escape(f"{belief.claim} {answer.verdict}: {answer.seen}")
        console.print(f"{_MARKS[answer.verdict]} {text}", soft_wrap=True)
        if answer.verdict is not Verdict.HOLDS:
            console.print(f"    → {belief.command}", style="dim", soft_wrap=True, markup=False)
            console.print(f"      {belief.holds}", style="dim", soft_wrap=True, markup=False)
    return 1 if refuted else 0


def answer_of(belief: Belief, deployment: Deployment) -> Answer:
    """Return what an account says of a belief; a refused question leaves it open."""
    try:
        return belief.ask(deployment)
    except NoDeploymentError as error:
        return Answer(Verdict.OPEN, str(error))
    except (ClientError, BotoCoreError) as error:
        return Answer(Verdict.OPEN, f"AWS does not answer: {error}")
