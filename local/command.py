"""How every command ends that people type: with a sentence and a status, never with a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, of no answer from AWS
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOError,
    TokenRetrievalError,
)

ENDED = 130
"""A shell's status of what Ctrl-C ended."""

_NEW = "take new credentials (`aws sso login`), or others by AWS_PROFILE"
_HELPS = {
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId",
         "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException"), _NEW,
    ),
    **dict.fromkeys(
        ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError",
         "AuthorizationErrorException"),
        "who runs this needs that right (docs/first-deploy.md); other credentials are named by"
        " AWS_PROFILE",
    ),
    **dict.fromkeys(
        ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded",
         "ProvisionedThroughputExceededException"),
        "AWS is asked too much just now: again in a minute",
    ),
    **dict.fromkeys(
        ("ResourceNotFoundException", "NotFound", "NotFoundException"),
        "`make doctor` names what was deleted",
    ),
    "RequestTimeTooSkewed": "set this machine's clock",
    "OptInRequired": "the region in AWS_REGION is not enabled in this account",
}  # fmt: skip
"""What helps against an error of AWS, by its code."""

_UNREACHED = (
    ((NoCredentialsError, PartialCredentialsError, SSOError, TokenRetrievalError), _NEW),
    ((ProfileNotFound,), "AWS_PROFILE names one of those in ~/.aws/config"),
    ((NoRegionError,), "set AWS_REGION, or the region of your profile"),
    (
        (ReadTimeoutError,),
        "it was asked, and whether it was done is not known: look before you ask again",
    ),
    (
        (ConnectionError, HTTPClientError),
        "is there a network, and is the region in AWS_REGION one of AWS?",
    ),
)
"""What helps where no answer came, by botocore's exceptions, the first that fits."""


def refusal(error: ClientError | BotoCoreError) -> str:
    """Say in a sentence what AWS refused, or why it was not reached, and what helps."""
    said = " ".join(str(error).split()).rstrip(".")
    helps = _helps(error)
    return f"{said}: {helps}" if helps else said


def _helps(error: ClientError | BotoCoreError) -> str:
    if not isinstance(error, ClientError):
        return next((helps for kind, helps in _UNREACHED if isinstance(error, kind)), "")
    of = error.response.get("Error", {})
    said, code = of.get("Message", ""), of.get("Code", "")
    if said.startswith("Stack") and said.endswith("does not exist"):
        return "deploy it, or name the region of the one that is there by AWS_REGION"
    return _HELPS.get(code, "")


def ended(main: Callable[[], int], beside: str = "") -> int:
    """Run a command, and return its status also where it did not come to an end of its own.

    ``beside`` is what to know when Ctrl-C ends it. An error that is none of AWS's, none of the
    machine's files, is a fault of ours, and keeps its traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that has no é gets \xe9
            stream.reconfigure(errors="backslashreplace")
    try:
        return main()
    except KeyboardInterrupt:
        sys.stderr.write(f"ended by Ctrl-C{f': {beside}' if beside else ''}\n")
        return ENDED
    except (ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{refusal(error)}\n")
        return 2
    except BrokenPipeError:  # `… | head`; nor is anything left to be flushed
        sys.stdout = None
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 2
