FROM python:3.11-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /build

COPY requirements requirements
RUN python -m venv /opt/uv \
 && /opt/uv/bin/python -m pip install --quiet --no-cache-dir --require-hashes -r requirements/bootstrap.lock
RUN /opt/uv/bin/uv venv --python "$(command -v python)" /app/.venv \
 && /opt/uv/bin/uv pip sync --no-cache --python /app/.venv/bin/python --require-hashes \
      requirements/runtime.lock requirements/local.lock

# What the console is made of changes more seldom than what it is built from.
COPY assistant/console/web/package.json assistant/console/web/package-lock.json assistant/console/web/.npmrc assistant/console/web/build.py assistant/console/web/
RUN python assistant/console/web/build.py install

COPY pyproject.toml README.md LICENSE ./
COPY assistant assistant
COPY http1 http1
COPY prompts prompts
COPY providers providers
COPY messages messages
RUN python assistant/console/web/build.py
RUN /opt/uv/bin/uv build --no-cache --python "$(command -v python)" --wheel --out-dir dist \
      --build-constraints requirements/build.lock --require-hashes \
 && /opt/uv/bin/uv pip install --no-cache --python /app/.venv/bin/python --no-deps dist/*.whl


FROM python:3.11-slim-trixie
# libgomp1: the runtime of the built-in model is linked against it and does not bring it along.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 assistant \
 && useradd --uid 10001 --gid assistant --home-dir /app --no-create-home --shell /usr/sbin/nologin assistant \
 && install -d -m 0700 -o assistant -g assistant /app/var

COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
USER assistant
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import http.client, os; peer = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('ASSISTANT_PORT') or 8080), timeout=3); peer.request('GET', '/health'); raise SystemExit(peer.getresponse().status != 200)"]
CMD ["assistant", "serve", "--host", "0.0.0.0"]
