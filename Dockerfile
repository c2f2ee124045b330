# Image of the app: dependencies, code, and a bundled model that was trained and passed the gate in the same build.
#
#   docker build --build-arg BUILD=42 --build-arg IMAGE=irisml:42 --build-arg COMMIT=$(git rev-parse HEAD) -t irisml:42 .
#   docker run --rm -p 8000:8000 irisml:42

ARG PYTHON=3.13
# A pipeline builds on its own copy, by digest: --build-arg BASE=NAMEimages.azurecr.io/base/python@sha256:...
ARG BASE=docker.io/library/python:${PYTHON}-slim

# --- dependencies, each file checked against its hash; wheels only, so no compiler is needed -----------------------
# Removed afterwards: the packages' own tests, C and C++ sources and headers, types for editors, extensions for notebooks,
# and Babel's data of a thousand languages; the pages speak two.
FROM ${BASE} AS packages
# requirements-team.txt to train on a registry of MLflow: 65 MB more.
ARG REQUIREMENTS=requirements.txt
COPY ${REQUIREMENTS} /requirements.txt
RUN python -m venv --without-pip /venv \
 && python -m pip --python /venv/bin/python install --no-cache-dir --require-hashes --only-binary=:all: -r /requirements.txt \
 && find /venv/lib -depth -type d \( -name tests -o -path '*/pyarrow/include' \) -exec rm -r {} + \
 && find /venv/lib -regex '.*\.\(pyi\|pyx\|pxd\|pxi\|tp\|h\|hpp\|c\|cpp\)' -delete \
 && find /venv/lib -path '*/babel/locale-data/*.dat' ! -name 'root.dat' ! -name 'en*.dat' ! -name 'fr*.dat' -delete \
 && rm -r /venv/share

# --- software bill of materials and licences; the tools are not part of the final image ----------------------------
FROM packages AS bill
COPY requirements-sbom.txt /
RUN python -m pip install --no-cache-dir --require-hashes --only-binary=:all: -r /requirements-sbom.txt \
 && mkdir /bill \
 && cyclonedx-py environment --output-reproducible --of JSON -o /bill/sbom.cdx.json /venv/bin/python \
 && pip-licenses --python=/venv/bin/python --with-urls --format=markdown --output-file=/bill/licences.md

# --- Streamlit's own page, packed for phones; the tools are not part of the final image --------------------------
FROM packages AS front-end
COPY requirements-pack.txt /
RUN python -m pip --python /venv/bin/python install --no-cache-dir --require-hashes --only-binary=:all: -r /requirements-pack.txt
WORKDIR /app
COPY web/__init__.py web/
COPY web/server/__init__.py web/server/packed_files.py web/server/pack_front_end.py web/server/
RUN /venv/bin/python -m web.server.pack_front_end

# --- the model: the same training, gate and checks as everywhere; if one of them fails, the build fails ------------
FROM packages AS app
WORKDIR /app
COPY irisml irisml
ARG COMMIT
ARG BUILD
RUN IRISML_COMMIT=${COMMIT} IRISML_BUILD=${BUILD} /venv/bin/python -m irisml train --must-promote \
 && /venv/bin/python -m irisml check
COPY .streamlit .streamlit
COPY static static
COPY ops ops
COPY web web
COPY docs docs
COPY streamlit_app.py LICENSE ./
RUN /venv/bin/python -m compileall -q irisml ops web

# --- final image ---------------------------------------------------------------------------------------------------
FROM ${BASE}
COPY --from=packages /venv /venv
COPY --from=front-end /venv/share/irisml /venv/share/irisml
COPY --from=app /app /app
COPY --from=bill /bill /app/bill
RUN install -d -o 10001 -g 10001 /registry

# Least volatile first: changing an ARG invalidates only the layers below it.
ARG VERSION=0.1.0
ARG COMMIT
ARG BUILD
ARG IMAGE=irisml
ARG BASE
LABEL org.opencontainers.image.title="irisml" \
      org.opencontainers.image.description="The life cycle of a model, from data to deployment, on 150 irises" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.authors="The irisml authors" \
      org.opencontainers.image.licenses="MIT AND OFL-1.1" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.base.name="${BASE}" \
      irisml.build="${BUILD}"

# Websockets without compression: proxies of App Service have refused it (dotnet/aspnetcore#10370).
# IRISML_REGISTRY outlives the image; at start-up the bundled model in IRISML_BUNDLED_MODELS is added to it.
ENV PATH="/venv/bin:${PATH}" \
    HOME=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    IRISML_PUBLIC=1 \
    IRISML_TRUSTED_PROXIES=1 \
    IRISML_LOGS=json \
    STREAMLIT_SERVER_ENABLE_WEBSOCKET_COMPRESSION=false \
    IRISML_BUNDLED_MODELS=/app/models \
    IRISML_REGISTRY=/registry \
    IRISML_LOCAL=/registry \
    IRISML_COMMIT="${COMMIT}" \
    IRISML_BUILD="${BUILD}" \
    IRISML_IMAGE="${IMAGE}"

WORKDIR /app
USER 10001:10001
VOLUME /registry
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "ops.probe"]
CMD ["python", "-m", "web.start"]
