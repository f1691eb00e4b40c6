# Everything that a developer or CI does with this project. `make help` lists it.
# Needs python3 (3.9 or newer) and make; everything else is made in the project's own folders.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

BIN := .venv/bin
export PYTHONPATH := $(CURDIR):$(CURDIR)/tests:$(CURDIR)/functions:$(CURDIR)/layers/shared
export SAM_CLI_TELEMETRY := 0
# The caller's region, never one of ours: sam and boto3 look past AWS_REGION, which the AWS CLI and all else read first.
ifdef AWS_REGION
export AWS_DEFAULT_REGION := $(AWS_REGION)
endif

# What people write reaches the program by its environment and as they wrote it: neither make nor a shell reads it
override ALARMS := $(value ALARMS)
override MINUTES := $(value MINUTES)
override REASON := $(value REASON)
override BUCKET := $(value BUCKET)
override MAINTENANCE := $(value MAINTENANCE)
override STARTS := $(value STARTS)
override ZONE := $(value ZONE)
override REPEAT := $(value REPEAT)
override URL := $(value URL)
override PARAMETERS := $(value PARAMETERS)
override ENTRY := $(or $(value ENTRY),{})
export ALARMS MINUTES REASON BUCKET MAINTENANCE STARTS ZONE REPEAT URL PARAMETERS ENTRY
FUNCTION ?= AlarmFanout
EVENT ?= events/alarm_fanout/metric-alarm-in-alarm.json
BENCH ?= all
# The environments of samconfig.toml that stand in an account
ENVIRONMENTS := $(filter-out default local,$(shell sed -n 's/^\[\([a-z]*\)\.global.*/\1/p' samconfig.toml))

# Said before anything is built: which environment is meant. What `make up` runs is not deployed by sam here.
LOOKING := doctor verify test-alert mute unmute mutes plan undo
ifneq ($(filter deploy delete $(LOOKING),$(MAKECMDGOALS)),)
ifeq ($(filter $(ENVIRONMENTS) $(if $(filter $(LOOKING),$(MAKECMDGOALS)),local),$(ENV)),)
$(error say which environment of samconfig.toml: $(foreach each,$(ENVIRONMENTS),`make $(firstword $(MAKECMDGOALS)) ENV=$(each)`))
endif
endif

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: environments ## Deploy to an emulator on this machine, let the service get into trouble, watch the alerts arrive
	@$(BIN)/python -m local.demo

.PHONY: up
up: environments ## The same stack, left running to play with (Ctrl-C or `make down` ends it)
	@$(BIN)/python -m local.demo up

.PHONY: down
down: ## End what `make up` left running
	@$(BIN)/python -m local.demo down

.PHONY: test
test: environments ## Run all tests; layers that cannot run here are skipped by name
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

.PHONY: check
check: environments ## Lint, types, imports, template, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/cfn-lint -a cfn_lint_serverless.rules -- template.yaml
	$(BIN)/cfn-lint --regions us-east-1 -- global.yaml
	$(BIN)/cfn-lint --regions eu-north-1 us-east-1 -- rum.yaml status-page.yaml chat-url.yaml
	AWS_DEFAULT_REGION=eu-north-1 $(BIN)/sam validate --lint # it wants a region, and asks nobody there
	@python3 local/bootstrap.py checkov
	.venv-checkov/bin/checkov --config-file .checkov.yaml
	@$(BIN)/python -m local.generate --check

.PHONY: price
price: environments ## Say what a deployment costs a month: make price PARAMETERS="HealthEndpoints=..."
	@$(BIN)/python -m local.price

.PHONY: rehearse
rehearse: environments ## What would have woken whom: make rehearse ARGS="--record DistributionIds=..." (docs/rehearsal.md)
	@$(BIN)/python -m local.rehearsal $(ARGS)

.PHONY: docs
docs: environments ## Make what is generated from the catalogues and the template
	@$(BIN)/python -m local.generate

.PHONY: fix
fix: environments ## Format, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: build
build: environments ## Build the functions and layers (sam build), with their bytecode
	@$(BIN)/python -m local.sam

.PHONY: deploy
deploy: environments ## Build and deploy to your AWS account: make deploy ENV=dev|prod [PARAMETERS="OpsEmail=..."]
	@$(BIN)/python -m local.deploy $(ENV)

.PHONY: delete
delete: environments ## Delete from your AWS account: make delete ENV=dev|prod (prod keeps its reports)
	@$(BIN)/python -m local.teardown $(ENV)

.PHONY: doctor
doctor: environments ## What is wrong with a deployment, and what mends it (reads only): make doctor ENV=dev|prod|local
	@$(BIN)/python -m local.doctor doctor $(ENV)

.PHONY: verify
verify: environments ## Ask a deployment what is only believed about AWS (reads only): make verify ENV=dev|prod|local
	@$(BIN)/python -m local.doctor verify $(ENV)

.PHONY: test-alert
test-alert: environments ## Send a marked alert of each severity and its recovery, see which channels take them: make test-alert ENV=dev|prod|local
	@$(BIN)/python -m local.test_alert $(ENV)

.PHONY: mute
mute: environments ## Hold alerts back for a while: make mute ENV=prod ALARMS='Storage*' MINUTES=60 REASON='bulk import'
	@$(BIN)/python -m local.asking mute $(ENV)

.PHONY: unmute
unmute: environments ## End a mute by its glob: make unmute ENV=prod ALARMS='Storage*'
	@$(BIN)/python -m local.asking unmute $(ENV)

.PHONY: mutes
mutes: environments ## List the mutes: make mutes ENV=dev|prod|local
	@$(BIN)/python -m local.asking mutes $(ENV)

.PHONY: maintain
maintain: environments ## Plan maintenance, once or again: make maintain ENV=prod MAINTENANCE=imports ALARMS='Storage*' MINUTES=90 REASON='bulk import' STARTS=2026-12-06T02:30 ZONE=Europe/Stockholm REPEAT='FREQ=WEEKLY;BYDAY=SU'
	@$(BIN)/python -m local.asking maintain $(ENV)

.PHONY: cancel
cancel: environments ## Take planned maintenance back: make cancel ENV=prod MAINTENANCE=imports
	@$(BIN)/python -m local.asking cancel $(ENV)

.PHONY: plan
plan: environments ## What cost control would do, changing nothing: make plan ENV=dev|prod|local
	@$(BIN)/python -m local.asking plan $(ENV)

.PHONY: undo
undo: environments ## Take cost control's lifecycle rules back: make undo ENV=prod BUCKET=avatars
	@$(BIN)/python -m local.asking undo $(ENV)

.PHONY: chaos
chaos: environments ## Let each call of each function fail in each way, and write docs/faults.md; a storm of 10,000 changes
	@CHAOS=$(or $(CALL),all) $(if $(CALL),,STORM=10000) $(BIN)/python -m pytest -q -n 2 --dist worksteal \
	 $(if $(CALL),,tests/integration/alarm_fanout/test_storm.py) tests/integration/faults/test_faults.py

# What people or other systems write, on its way into pages, messages, logs and requests
INJECTION := tests/unit/health_polling/test_addresses.py tests/integration/health_polling/test_prober.py \
 tests/unit/alarm_fanout/parsers tests/unit/alarm_fanout/messages tests/integration/alarm_fanout/test_any_input.py \
 tests/unit/health_polling/test_page.py tests/unit/reporting/test_pages.py tests/unit/local/inbox/test_mrkdwn.py \
 tests/unit/chat_actions tests/integration/alarm_fanout/test_reply_addresses.py tests/unit/access_logs \
 tests/integration/security
RIGHTS := tests/integration/rights tests/template/test_deployer_rights.py tests/template/test_rules_of_the_house.py
.PHONY: security
security: environments ## Secrets that may not leak, injection suites, rights, pins, advisories, bill of materials
	@SECURITY=whole $(BIN)/python -m pytest -q -n 2 --dist worksteal tests/integration/faults/test_secrets.py \
	 $(INJECTION) $(RIGHTS) $(addprefix tests/unit/local/,test_pins.py test_bootstrap.py test_build.py)
	@python3 local/bootstrap.py security
	@$(BIN)/python -m local.security

.PHONY: mutants
mutants: environments ## Change the functions a little, see which changes no test notices: make mutants ARGS="--sample 60 --seed 2"
	@$(BIN)/python -m local.mutants $(ARGS)

.PHONY: invoke
invoke: environments ## Run a function in a container: make invoke FUNCTION=AlarmFanout EVENT=events/…
	@$(BIN)/python -m local.invoke $(FUNCTION) $(EVENT)

.PHONY: probe
probe: environments ## Ask a health endpoint once and show why it is judged so: make probe URL=https://… [ENTRY='{"optional": ["redis"]}']
	@$(BIN)/python -m local.probe --entry="$$ENTRY" -- "$$URL"

.PHONY: bench
bench: environments ## Measure; BENCH=NAME for one (BENCH=list names them)
	@$(BIN)/python -m benchmarks $(BENCH)

.PHONY: dashboards
dashboards: environments ## See both dashboards as pages, drawn from a week of simulated traffic
	@$(BIN)/python -m local.dashboards

.PHONY: pictures
pictures: environments ## Draw the documentation's pictures anew (needs Chromium)
	@$(BIN)/python -m local.demo.pictures

.PHONY: environments
environments: ## Make .venv and .venv-emulator (done by the others when needed)
	@python3 local/bootstrap.py dev emulator

.PHONY: permissions
permissions: environments ## Write docs/permissions.md from a run of each function under its own role
	@WRITE_PERMISSIONS=1 $(BIN)/python -m pytest -q tests/integration/rights

.PHONY: release
release: environments ## Cut a version: CHANGELOG and the template's metadata: make release VERSION=0.2.0
	@$(BIN)/python -m local.release $(VERSION)

.PHONY: lock
lock: environments ## Pin the packages anew from requirements/*.in
	@$(BIN)/python -m local.lock

.PHONY: clean
clean: ## Remove environments, build output and caches
	rm -rf .venv .venv-emulator .venv-checkov .venv-custodian .venv-security .uv .aws-sam out .mypy_cache .ruff_cache .pytest_cache .hypothesis
