# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
COPY contract/package.json contract/
COPY server/package.json server/
COPY console/package.json console/
COPY sdk/package.json sdk/
COPY examples/package.json examples/
COPY e2e/package.json e2e/
COPY bench/package.json bench/
RUN npm ci --no-audit --no-fund
COPY . .
# The package that people install, and then its dependencies at the versions that were tested.
RUN node scripts/pack.ts && cd dist/handfast && npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=8 \
    MALLOC_ARENA_MAX=2 \
    HANDFAST_DATA=/data \
    HANDFAST_HOST=0.0.0.0 \
    HANDFAST_METRICS_HOST=0.0.0.0
COPY --from=build /source/dist/handfast /opt/handfast
RUN ln -s /opt/handfast/bin/handfast.mjs /usr/local/bin/handfast && install -d -o node -g node -m 700 /data
USER node
WORKDIR /data
# Everything that is written lies here: run the container with a read-only root file system.
VOLUME /data
EXPOSE 4400 4401
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4400/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["handfast"]
CMD ["serve"]
