# The server with the demo app, without the embedded PostgreSQL and S3. docs/DEPLOY.md says how to run it.
# The syntax is that of the classic builder, so BuildKit is not needed.
ARG RUST_IMAGE=rust:1.95-slim-bookworm
ARG NODE_IMAGE=node:22-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim
# Of the same Debian as BASE_IMAGE, and of the database's version or a later one.
ARG POSTGRES_TOOLS_IMAGE=postgres:17-bookworm

# The demo app.
FROM ${NODE_IMAGE} AS demo
WORKDIR /build/frontend-sdk
COPY frontend-sdk/package.json frontend-sdk/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY frontend-sdk ./
RUN npm run --silent demo:build

# The server.
FROM ${RUST_IMAGE} AS server
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY third_party third_party
# The dependencies alone. This layer is built again only when a dependency changes.
RUN mkdir -p src tests/it benches/load \
    && echo 'fn main() {}' | tee src/main.rs tests/it/main.rs > benches/load/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked --no-default-features --bin landfall
COPY migrations migrations
COPY docs/ERRORS.md docs/ERRORS.md
COPY src src
# The files are older than the build above, so cargo would take them for built.
RUN touch src/lib.rs src/main.rs && cargo build --release --locked --no-default-features --bin landfall

# pg_dump and pg_restore for `landfall backup` and `landfall restore`, with their libraries. The base image has the C library.
FROM ${POSTGRES_TOOLS_IMAGE} AS postgres
RUN mkdir -p /tools/opt/postgresql/lib /tools/usr/local/bin \
    && for name in pg_dump pg_restore; do \
        program=$(ls /usr/lib/postgresql/*/bin/$name | sort -V | tail -n 1) \
        && cp "$program" /tools/opt/postgresql/ \
        && ldd "$program" | awk '$3 ~ /^\// { print $3 }' | grep -vE '/lib(c|m|dl|rt|pthread|resolv)\.so' | xargs -I{} cp -L {} /tools/opt/postgresql/lib/ \
        && printf '#!/bin/sh\nLD_LIBRARY_PATH=/opt/postgresql/lib exec /opt/postgresql/%s "$@"\n' $name > /tools/usr/local/bin/$name \
        && chmod 755 /tools/usr/local/bin/$name || exit 1; \
    done

FROM ${BASE_IMAGE}
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin landfall
# Certificates of public authorities, for the database, the object storage and sign-in providers.
COPY --from=server /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=postgres /tools /
COPY --from=demo /build/frontend-sdk/demo/dist /usr/share/landfall/demo
COPY --from=server /build/target/release/landfall /usr/local/bin/landfall
ENV LANDFALL_ENV=production PORT=8787 LANDFALL_FRONTEND=/usr/share/landfall/demo
WORKDIR /
USER landfall
EXPOSE 8787
# Liveness: a server whose database is away must not be restarted.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["landfall", "health"]
ENTRYPOINT ["landfall"]
CMD ["serve"]
