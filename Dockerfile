# syntax=docker/dockerfile:1

# The packages, by hash, in an environment that the second stage takes as it is.
FROM python:3.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1
RUN python -m venv /opt/filrouge
WORKDIR /src
COPY requirements-bootstrap.lock requirements.lock ./
RUN python -m venv /opt/tools \
 && /opt/tools/bin/pip install --require-hashes -r requirements-bootstrap.lock \
 && /opt/filrouge/bin/pip install --require-hashes -r requirements-bootstrap.lock \
 && /opt/tools/bin/uv pip install --python /opt/filrouge/bin/python --require-hashes --no-build-isolation \
      -r requirements.lock
COPY LICENSE README.md pyproject.toml requirements.in ./
COPY agent_console agent_console
COPY bots bots
COPY channels channels
COPY core core
COPY crm crm
COPY gateway gateway
COPY routing routing
COPY storage storage
RUN /opt/tools/bin/uv pip install --python /opt/filrouge/bin/python --no-deps --no-build-isolation --offline . \
 && /opt/tools/bin/uv pip uninstall --python /opt/filrouge/bin/python uv setuptools pip

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="Filrouge" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --home-dir /var/lib/filrouge --create-home filrouge
COPY --from=packages /opt/filrouge /opt/filrouge
ENV PATH=/opt/filrouge/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FILROUGE_LOG__FORMAT=json \
    FILROUGE_SERVER__DATA_DIR=/var/lib/filrouge \
    FILROUGE_SERVER__HOST=0.0.0.0 \
    FILROUGE_SERVER__PORT=8080
USER 10001
WORKDIR /var/lib/filrouge
VOLUME /var/lib/filrouge
EXPOSE 8080
# Alive, not ready: a node whose database is away must not be killed for it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['FILROUGE_SERVER__PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["filrouge"]
CMD ["serve"]
