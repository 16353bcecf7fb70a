# The image runs what `make demo` runs: the run-time lock, and the project itself, in .venv.
FROM python:3.11-slim AS build
WORKDIR /srv/registry
RUN python3 -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/python -m pip install -qq --no-compile --no-deps --disable-pip-version-check --no-input --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY registry registry
COPY policies policies
COPY migrations migrations
COPY openapi openapi
RUN .venv/bin/python -m pip install -qq --no-compile --no-deps --disable-pip-version-check --no-input --no-build-isolation --editable .
RUN .venv/bin/python -m compileall -q registry .venv/lib

FROM python:3.11-slim
RUN useradd --system --create-home --uid 10001 registry && install -d -o registry /var/lib/registry
COPY --from=build /srv/registry /srv/registry
WORKDIR /srv/registry
USER registry
ENV REGISTRY_DATA_DIR=/var/lib/registry
VOLUME /var/lib/registry
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
ENTRYPOINT [".venv/bin/registry"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
