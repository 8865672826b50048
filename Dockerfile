# The images of Todo App:
#
#   --target backend    todo-backend: the backend (/app/todo-backend) and the native mcp-server (/app/mcp-server), told apart by the command
#   --target frontend   todo-frontend
#
# scripts/build-images.sh builds both. Each architecture is built on itself: the native compiler does not cross.
# The tags belong together: the SDK's version decides which native compiler the lock files name. scripts/pin.sh adds the digests.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0.401-noble-aot
# "extra" has ICU and time zones, which dates need. It has no shell and no package manager.
ARG ASPNET_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled-extra

FROM ${SDK_IMAGE} AS restore
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/TodoApp.Contracts/*.csproj src/TodoApp.Contracts/packages*.lock.json src/TodoApp.Contracts/
COPY src/TodoApp.ServiceDefaults/*.csproj src/TodoApp.ServiceDefaults/packages*.lock.json src/TodoApp.ServiceDefaults/
COPY src/TodoApp.Gateway/*.csproj src/TodoApp.Gateway/packages*.lock.json src/TodoApp.Gateway/
COPY src/TodoApp.McpServer/*.csproj src/TodoApp.McpServer/packages*.lock.json src/TodoApp.McpServer/
COPY src/TodoApp.Backend/*.csproj src/TodoApp.Backend/packages*.lock.json src/TodoApp.Backend/
COPY src/TodoApp.Frontend/*.csproj src/TodoApp.Frontend/packages*.lock.json src/TodoApp.Frontend/
RUN dotnet restore src/TodoApp.McpServer --locked-mode \
 && dotnet restore src/TodoApp.Backend --locked-mode -p:PublishReadyToRun=true \
 && dotnet restore src/TodoApp.Frontend --locked-mode -p:PublishReadyToRun=true

FROM restore AS publish
COPY .editorconfig ./
COPY eng eng
COPY docs/openapi docs/openapi
COPY src src
# The code is checked in CI, not here. ReadyToRun, for a quick start on half a processor, is for the architecture that builds.
RUN dotnet publish src/TodoApp.McpServer --no-restore -o /out/mcp-server -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true
RUN dotnet publish src/TodoApp.Backend --no-restore -o /out/backend --no-self-contained \
      -p:PublishReadyToRun=true -p:DebugType=none -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true \
 && dotnet publish src/TodoApp.Frontend --no-restore -o /out/frontend --no-self-contained \
      -p:PublishReadyToRun=true -p:DebugType=none -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true
# Both bring the same SQLite; one is enough.
RUN cmp /out/mcp-server/libe_sqlite3.so /out/backend/libe_sqlite3.so && rm /out/backend/libe_sqlite3.so

FROM ${ASPNET_IMAGE} AS backend
WORKDIR /app
COPY --from=publish /out/mcp-server/mcp-server /out/mcp-server/libe_sqlite3.so ./
COPY --from=publish /out/backend ./
# Both listen on every address: a container's localhost is reachable for nobody else.
ENV BIND=0.0.0.0 DOTNET_EnableDiagnostics=0
EXPOSE 8000 8001
USER 1000:1000
ENTRYPOINT ["/app/todo-backend"]
ARG VERSION=0.2.0
ARG REVISION
ARG SOURCE_URL
LABEL org.opencontainers.image.title="todo-backend" \
      org.opencontainers.image.description="Todo App: backend (/app/todo-backend) and mcp-server (/app/mcp-server)" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE_URL}"

FROM ${ASPNET_IMAGE} AS frontend
WORKDIR /app
COPY --from=publish /out/frontend ./
ENV BIND=0.0.0.0 DOTNET_EnableDiagnostics=0
EXPOSE 3000
USER 1000:1000
ENTRYPOINT ["/app/todo-frontend"]
ARG VERSION=0.2.0
ARG REVISION
ARG SOURCE_URL
LABEL org.opencontainers.image.title="todo-frontend" \
      org.opencontainers.image.description="Todo App: the pages, and the one public origin" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE_URL}"
