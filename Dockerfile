# The image of Một Cửa: the pages (CMD), and by another command the worker (`motcua work`) or any `motcua` command.
# Content (bpmn/, forms/) and the built front end are in the wheel; nothing is downloaded when a container starts.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/motcua
COPY requirements.lock requirements-node.lock ./
RUN /opt/motcua/bin/python -m pip install --require-hashes -r requirements.lock
# Node with its npm, for building alone: it stays in this stage.
RUN /opt/motcua/bin/python -m pip install --require-hashes --target /opt/node -r requirements-node.lock
COPY . .
RUN PYTHONPATH=/opt/node /opt/motcua/bin/python -m hatchling build -t wheel -d /dist
RUN /opt/motcua/bin/python -m pip install --no-deps --no-index /dist/*.whl

# For backups (docker-compose.yml): the server's own image, whose tools alone copy its databases, and the program with the
# Python that it was built on.
FROM postgres:18 AS backup
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libffi8 libsqlite3-0 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
COPY --from=build /opt/motcua /opt/motcua
COPY deploy/entrypoint.sh /opt/motcua/bin/entrypoint.sh
RUN ldconfig && useradd --system --uid 10001 --create-home --home-dir /var/lib/motcua motcua
ENV PATH=/opt/motcua/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/motcua
USER 10001
ENTRYPOINT ["sh", "/opt/motcua/bin/entrypoint.sh"]
CMD ["motcua", "backup", "/backups"]

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/motcua motcua && install -d -o 10001 -m 700 /var/lib/motcua-record && install -d -o 10001 -m 755 /var/lib/motcua-heads
COPY --from=build /opt/motcua /opt/motcua
COPY deploy/entrypoint.sh /opt/motcua/bin/entrypoint.sh
ENV PATH=/opt/motcua/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PROMETHEUS_MULTIPROC_DIR=/dev/shm/motcua
WORKDIR /var/lib/motcua
USER 10001
EXPOSE 8000
# Asked by the name under which the pages are reached: every other one is refused.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request as web; name = os.environ.get('MOTCUA_HOSTS', 'localhost').split(',')[0]; web.urlopen(web.Request('http://127.0.0.1:8000/healthz', headers={'Host': name}), timeout=4)"]
ENTRYPOINT ["sh", "/opt/motcua/bin/entrypoint.sh"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--config", "python:runner.web.gunicorn", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20"]
