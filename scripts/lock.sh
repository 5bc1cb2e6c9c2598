#!/bin/sh
# Write the locked, hashed dependencies anew: what runs (requirements.txt), what a container adds
# for more than one machine and person (requirements-postgres.txt: PostgreSQL, S3, OpenID Connect,
# traces), what it adds to ask language models as well (requirements-llm.txt), what development
# adds (requirements-dev.txt). Needs uv on the PATH.
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade"
$compile pyproject.toml --group pyproject.toml:build -o requirements.txt
$compile pyproject.toml --group pyproject.toml:build --extra postgres --extra s3 --extra oidc --extra otel -c requirements.txt -o requirements-postgres.txt
$compile pyproject.toml --group pyproject.toml:build --extra postgres --extra s3 --extra oidc --extra otel --extra llm --extra anthropic --extra bedrock --extra google -c requirements-postgres.txt -o requirements-llm.txt
$compile pyproject.toml --group pyproject.toml:build --extra postgres --extra s3 --extra oidc --extra otel --extra llm --extra anthropic --extra bedrock --extra google --group pyproject.toml:dev -c requirements-llm.txt -o requirements-dev.txt
