# The emulator in a container: docker run -p 4610:4610 ice-mock
#
# Everything that is installed is locked by its hash, in requirements/. The second stage has Python, the
# emulator and what it needs to run: no pip, no compiler, no package lists.

FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    # The same input gives the same bytes, whenever it is built.
    SOURCE_DATE_EPOCH=1767225600

WORKDIR /build
COPY requirements/run.txt requirements/build.txt ./
RUN python -m venv --without-pip /opt/ice-mock \
    && pip --python /opt/ice-mock/bin/python install --require-hashes --requirement run.txt \
    && python -m venv tools \
    && tools/bin/pip install --require-hashes --requirement build.txt

COPY pyproject.toml README.md LICENSE ./
COPY scenarios scenarios
COPY ice_mock ice_mock
RUN tools/bin/python -m hatchling build --target wheel --directory dist \
    && pip --python /opt/ice-mock/bin/python install --no-deps --no-index dist/*.whl


FROM python:3.13-slim-bookworm

LABEL org.opencontainers.image.title="ice-mock" \
      org.opencontainers.image.description="An emulator of Alibaba Cloud ICE live snapshots, for integration tests in any language" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.documentation="https://pypi.org/project/ice-mock/"

# The server has no use for pip, and a stranger might.
RUN python -m pip uninstall --quiet --yes pip \
    && groupadd --system --gid 10001 ice-mock \
    && useradd --system --uid 10001 --gid ice-mock --no-create-home --home-dir /var/lib/ice_mock --shell /usr/sbin/nologin ice-mock \
    && install --directory --owner=ice-mock --group=ice-mock /scenarios /var/lib/ice_mock

COPY --from=build /opt/ice-mock /opt/ice-mock

# Nothing is ever written but below /var/lib/ice_mock: the root file system may be read-only.
ENV PATH=/opt/ice-mock/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    # Many threads with a heap each keep more memory than they use.
    MALLOC_ARENA_MAX=2 \
    ICE_MOCK_HOST=0.0.0.0

USER 10001:10001
WORKDIR /scenarios
VOLUME /var/lib/ice_mock
EXPOSE 4610
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=3s --timeout=3s --start-period=15s \
    CMD ["ice-mock", "ready"]
ENTRYPOINT ["ice-mock"]
CMD ["serve"]
