# One image for every process: `web` (the default), `worker`, `migrate`, `review`, ...
# BASE may be any Debian with a Python from 3.11 on; it needs no pip.
ARG BASE=docker.io/library/python:3.12-slim

FROM ${BASE} AS build
WORKDIR /app
# `llm` adds what asking a language model needs, some 120 MB.
ARG PURPOSE=container
# The dependencies alone first, so that a change of the code does not install them again.
COPY pyproject.toml README.md LICENSE NOTICE requirements-postgres.txt requirements-llm.txt ./
COPY scripts/bootstrap scripts/bootstrap
COPY src/ai_prism/__init__.py src/ai_prism/
RUN python3 scripts/bootstrap ${PURPOSE}
COPY src src
RUN .venv/bin/python -m compileall -q src

FROM ${BASE}
# What recognises scanned pages, with the languages it knows (tesseract-ocr-deu, ...); may be empty.
ARG RECOGNITION="tesseract-ocr tesseract-ocr-eng"
RUN test -z "${RECOGNITION}" || { apt-get update \
    && apt-get install --yes --no-install-recommends ${RECOGNITION} \
    && rm -rf /var/lib/apt/lists/*; }
# A number, so that orchestrators can see that it is not root; 0 as group is what OpenShift gives.
ARG USER_ID=10001
RUN useradd --uid ${USER_ID} --gid 0 --no-create-home --home-dir /data prism \
    && install -d -o ${USER_ID} -g 0 -m 0770 /data
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AI_PRISM_DATA_DIR=/data \
    AI_PRISM_HOST=0.0.0.0 \
    AI_PRISM_PORT=8000
WORKDIR /data
USER ${USER_ID}
VOLUME /data
EXPOSE 8000
# For the web server; a worker has a check of its own in docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['AI_PRISM_PORT'] + '/health', timeout=4)"]
ENTRYPOINT ["ai-prism"]
CMD ["web"]
