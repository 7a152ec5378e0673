from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifest_support import faults, lines, manifests, rows

from pentalint.project.manifests import Manifests, PythonVersion, Serve, commands, yaml


def serves(found: Manifests) -> list[tuple[int, str, str, str]]:
    """line, kind, text and module of what starts the application."""
    return [(one.line, one.kind, one.text, one.module) for one in found.serves]


DOCKERFILE = r"""
ARG FLASK_VERSION=2.3.3
FROM --platform=$BUILDPLATFORM docker.io/library/python:3.11-slim AS base
ENV FLASK_APP=shop.app DJANGO_SETTINGS_MODULE="shop.settings"
ENV GREETING hello
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt && \
    # a comment between
    pip3 install "gunicorn[gevent]>=20" --index-url https://i.example \
        flask==${FLASK_VERSION} \
        $EXTRA -r /app/needs/more.txt
RUN --mount=type=cache,target=/root python -m pip install -U uwsgi; apt-get install -y bottle
RUN ["pip", "install", "pyramid<3"]
RUN <<EOF
uv pip install --system cherrypy
conda install -y django=4.2 python=3.11
poetry add six@^1.16 && pipenv install requests
