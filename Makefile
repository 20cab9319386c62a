# Everything sets itself up: `make run` and `make test` work on a fresh Debian or Ubuntu.
.PHONY: run setup setup-desk test test-long check demo bench screenshots package pins
PY = .venv/bin/python
CLIP ?=

run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then exec $(PY) -m diktate; \
	else echo "No screen here, so this is the demo in a virtual desktop instead."; $(MAKE) --no-print-directory demo; fi

setup: .venv/done
	@installer/debian.sh run

setup-desk: setup
	@installer/debian.sh desk

.venv/done: pyproject.toml installer/requirements.txt
	@installer/debian.sh run
	@installer/venv.sh
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r installer/requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

test: setup-desk
	$(PY) -m pytest -q -n 2 --dist worksteal

test-long: setup-desk
	$(PY) -m pytest -q -s --override-ini addopts="--strict-markers --strict-config -m long"

check: setup
	$(PY) -m ruff format --check diktate tests
	$(PY) -m ruff check diktate tests
	$(PY) -m mypy --platform linux
	$(PY) -m mypy --platform win32 diktate
	$(PY) -m mypy --platform darwin diktate
	.venv/bin/lint-imports --no-cache

demo: setup-desk
	@$(PY) -m tests.desktop.demo $(CLIP)

bench: setup-desk
	@$(PY) -m tests.desktop.bench start

# Pictures of every window, and of the app at a real desktop, into build/screenshots.
screenshots: setup-desk
	$(PY) -m tests.screenshots build/screenshots
	$(PY) -m tests.desktop.pictures build/screenshots

# Builds the wheel into dist/.
package: setup
	$(PY) -m hatchling build -t wheel -d dist

# Writes the pins again after a change of pyproject.toml; pass --upgrade through ARGS.
pins:
	installer/compile.sh $(ARGS)
