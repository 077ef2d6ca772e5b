# The words a newcomer needs. Each does its own set-up.
PY := .venv/bin/python
BIN := .venv/bin

# Commands start two seconds sooner where Python may keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check serve bench soak picture lock clean
.DEFAULT_GOAL := demo

demo:            ## the main job on real data: four hospitals in, model cards out
	@python3 requirements/install.py run
	@$(BIN)/cmr demo

test:            ## all tests, on SQLite and on a PostgreSQL of its own
	@python3 requirements/install.py dev
	@$(PY) -m tests $(ARGS)

check:           ## style, types, import floors, templates
	@python3 requirements/install.py dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet

# Without CMR_HOME the demonstration's registry is served, if it was played.
serve: export CMR_HOME := $(or $(CMR_HOME),$(if $(wildcard cmr-demo),$(CURDIR)/cmr-demo))
serve:           ## the API on http://127.0.0.1:8000
	@python3 requirements/install.py run
	@$(if $(CMR_HOME),,unset CMR_HOME;) $(BIN)/cmr serve

bench:           ## side-by-side measurements, as ratios
	@python3 requirements/install.py dev
	@$(PY) -m bench $(ARGS)

soak:            ## what takes long: kill loops, coverage of intervals by simulation, Spark
	@python3 requirements/install.py soak
	@$(PY) -m tests.databases $(PY) -m pytest -n 2 -m soak $(ARGS)

picture:         ## the README's picture, from a card that the demonstration makes
	@python3 requirements/install.py dev
	@$(PY) -m tests.pictures readme

lock:            ## resolve the dependencies again (needs uv)
	@uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --python-version 3.11 --quiet -o requirements/run.txt
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --python-version 3.11 --quiet -o requirements/dev.txt
	@uv pip compile --group soak --universal --generate-hashes --no-header --python-version 3.11 --quiet -o requirements/soak.txt
	@uv pip compile --group npm --universal --generate-hashes --no-header --python-version 3.11 --quiet -o requirements/npm.txt

clean:           ## everything that set-up and the demo made
	rm -rf .venv node_modules reports/fonts/*.ttf cmr-demo .pytest_cache .mypy_cache .ruff_cache
