"""The backend's HTTP server: the guide's health endpoint, and a control of the scenario."""

import asyncio
import json
import socket
from threading import Thread
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import uvicorn
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.backend.driver import Backend
from local.backend.health import http_status
from local.backend.scenarios import SCENARIOS, ScenarioNotFoundError

HEALTH_PATH = "/api/monitoring/health"
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class ScenarioChoice(BaseModel):
    """Body of PUT /scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str


class ServerStartError(RuntimeError):
    """The server did not come up, or did not go down, in time."""


def backend_app(backend: Backend) -> Starlette:
    """Return the application that serves `backend`."""

    async def health(_: Request) -> Response:
        behaviour = backend.scenario.health
        await asyncio.sleep(behaviour.delay_ms / 1000)
        if behaviour.down:
            return PlainTextResponse("Service Unavailable", 503)
        document = backend.health()
        return JSONResponse(document, http_status(document))

    async def read_scenario(_: Request) -> Response:
        return _scenario_answer(backend)

    async def change_scenario(request: Request) -> Response:
        try:
            choice = ScenarioChoice.model_validate_json(await request.body())
            backend.set_scenario(choice.name)
        except ValidationError as error:
            faults = json.loads(error.json(include_url=False, include_input=False))
            return _refusal('the body is {"name": <scenario>}', faults=faults)
        except ScenarioNotFoundError as error:
            return _refusal(str(error))
        return _scenario_answer(backend)

    return Starlette(
        routes=[
            Route(HEALTH_PATH, health),
            Route("/scenario", read_scenario, methods=["GET"]),
            Route("/scenario", change_scenario, methods=["PUT"]),
        ]
    )


class BackendServer:
    """Serves a backend on 127.0.0.1 from a thread; a context manager.

    `port` 0 takes a free one: see `url`.
    """

    def __init__(self, backend: Backend, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self._port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            backend_app(backend),
            log_level="warning",
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="avatar-backend-http"
        )

    @property
    def url(self) -> str:
        """Address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def health_url(self) -> str:
        """Address of the guide's health endpoint."""
        return self.url + HEALTH_PATH

    def start(self) -> None:
        """Serve; return when requests are answered, or raise `ServerStartError`."""
        self._thread.start()
        deadline = monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or monotonic() > deadline:
                raise ServerStartError("the backend's HTTP server did not start")
            sleep(0.01)

    def stop(self) -> None:
        """Stop serving and free the port; raise `ServerStartError` when that takes too long."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)
        self._socket.close()
        if self._thread.is_alive():
            raise ServerStartError("the backend's HTTP server did not stop")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _scenario_answer(backend: Backend) -> Response:
    scenario = backend.scenario
    return JSONResponse(
        {
            "name": scenario.name,
            "summary": scenario.summary,
            "scenarios": {name: known.summary for name, known in SCENARIOS.items()},
        }
    )


def _refusal(message: str, **more: object) -> Response:
    return JSONResponse({"error": message, "scenarios": list(SCENARIOS), **more}, 400)
