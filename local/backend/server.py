"""The backend's HTTP server: the guide's health endpoint, and a control of the scenario."""

import asyncio
import json

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.backend.driver import Backend
from local.backend.health import http_status
from local.backend.scenarios import SCENARIOS, ScenarioNotFoundError
from local.serving import ThreadedServer

HEALTH_PATH = "/api/monitoring/health"


class ScenarioChoice(BaseModel):
    """Body of PUT /scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str


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


class BackendServer(ThreadedServer):
    """Serve a backend on 127.0.0.1, by default on a free port; a context manager."""

    def __init__(self, backend: Backend, port: int = 0) -> None:
        super().__init__("the simulated backend", backend_app(backend), port)

    @property
    def health_url(self) -> str:
        """Address of the guide's health endpoint."""
        return self.url + HEALTH_PATH


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
