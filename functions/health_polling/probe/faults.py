"""Tell the ways apart in which asking an address fails."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl

from health_polling.addresses import AddressError
from health_polling.exchange import Fault, FaultKind

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN,
             errno.EMFILE, errno.ENFILE}  # fmt: skip
_CERTIFICATE_EXPIRED, _SELF_SIGNED, _SELF_SIGNED_CHAIN, _NO_ISSUER = 10, 18, 19, 20  # OpenSSL's


class ProbeError(Exception):
    """A poll ended without an answer."""

    def __init__(self, kind: FaultKind, text: str) -> None:
        super().__init__(text)
        self.fault = Fault(kind, text)


def fault_of(error: Exception, phase: str) -> Fault:  # noqa: C901, PLR0911 - one case an error
    """Return what an error in a phase means, in words for people."""
    match error:
        case ProbeError():
            return error.fault
        case AddressError():
            return Fault(FaultKind.REFUSED_ADDRESS, f"not asked: {error}")
        case TimeoutError():
            return Fault(FaultKind.TIMEOUT, f"{phase} timed out")
        case ssl.SSLCertVerificationError():
            return Fault(FaultKind.TLS, _certificate(error))
        case ssl.SSLError():
            return Fault(FaultKind.TLS, f"TLS failed: {(error.reason or 'no reason').lower()}")
        case socket.gaierror():
            return _resolving(error)
        case ConnectionRefusedError():
            return Fault(FaultKind.CONNECT, "connection refused")
        case ConnectionError():
            return Fault(FaultKind.CONNECT, f"connection closed during {phase}")
        case http.client.HTTPException() | ValueError():
            return Fault(FaultKind.PROTOCOL, f"no valid HTTP answer ({type(error).__name__})")
        case OSError() if error.errno in _NO_ROUTE:
            return Fault(FaultKind.NO_ROUTE, f"no route: {error.strerror or error}".lower())
        case _:
            return Fault(FaultKind.CONNECT, f"{phase} failed: {error}")


def _resolving(error: socket.gaierror) -> Fault:
    if error.errno == socket.EAI_AGAIN:
        return Fault(FaultKind.RESOLVE_TEMPORARY, "its name cannot be resolved at the moment")
    return Fault(FaultKind.RESOLVE, "its name does not exist")


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    match error.verify_code:
        case code if code == _CERTIFICATE_EXPIRED:
            return "its certificate has expired"
        case code if code in {_SELF_SIGNED, _SELF_SIGNED_CHAIN, _NO_ISSUER}:
            return "its certificate is self-signed or of an unknown issuer"
        case _:
            return f"its certificate is not valid: {error.verify_message}"
