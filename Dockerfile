# The collector for amd64 and arm64:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag mesh-telemetry .
# It runs under any user id of group 0 (as OpenShift assigns them) on a read-only root file system; the state volume is all that it writes to.
# Its configuration says `http: { listen: 0.0.0.0:9464 }`, since the default, loopback, is the container's own.

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages bring Node itself for machines without; here it is the base.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY src ./src
COPY configmaps ./configmaps
COPY dashboards ./dashboards
RUN mkdir -p /var/lib/mesh-telemetry \
 && chmod 0775 /var/lib/mesh-telemetry \
 && chgrp 0 /var/lib/mesh-telemetry \
 && ln -s /app/bin/mesh-telemetry.mjs /usr/local/bin/mesh-telemetry
ENV NODE_ENV=production
USER 65532:0
VOLUME /var/lib/mesh-telemetry
EXPOSE 9464 9411
STOPSIGNAL SIGTERM
# Node itself is process 1 and takes the signal: neither a shell nor npm stands between.
ENTRYPOINT ["node", "/app/src/main.ts"]
CMD ["run", "--config", "/etc/mesh-telemetry/config.yaml"]
