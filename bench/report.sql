-- The medians over the rounds, as Markdown and as JSON. :runs comes on standard input.
CREATE TEMP TABLE runs (round int, operation text, target text, requests numeric, microseconds numeric, p50 numeric, p95 numeric, p99 numeric,
  failures int, postgres numeric, mcp_server numeric, backend numeric);
\copy runs FROM pstdin WITH (FORMAT csv, HEADER)

CREATE TEMP TABLE medians AS
SELECT operation, target,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY requests * 1000000 / microseconds) AS rate,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p50) / 1000 AS p50,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p95) / 1000 AS p95,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p99) / 1000 AS p99,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY postgres * 1000 / :ticks / requests) AS postgres,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY mcp_server * 1000 / :ticks / requests) AS mcp_server,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY backend * 1000 / :ticks / requests) AS backend,
  sum(failures) AS failures, count(*) AS rounds
FROM runs WHERE requests > 0 GROUP BY operation, target;

CREATE TEMP VIEW report AS
SELECT m.*, m.rate / l.rate AS of_limit, m.rate / p.rate AS of_pool_limit, m.rate / d.rate AS of_direct,
  array_position(ARRAY['create', 'get', 'list', 'complete'], m.operation) AS o,
  array_position(ARRAY['pgbench', 'pgbench-pool', 'direct', 'backend'], m.target) AS t
FROM medians m
LEFT JOIN medians l ON l.operation = m.operation AND l.target = 'pgbench'
LEFT JOIN medians p ON p.operation = m.operation AND p.target = 'pgbench-pool'
LEFT JOIN medians d ON d.operation = m.operation AND d.target = 'direct' AND m.target = 'backend';

\o :markdown
SELECT 'Measured by `bench/run`: ' || :'setup' || '. ' || :'machine' || '. Medians; everything on the same cores.' || E'\n';
SELECT '| operation | through | requests/s | of pgbench | of pgbench, pool | of mcp-server | p50 ms | p95 ms | p99 ms | CPU s per 1,000: PostgreSQL | mcp-server | backend |';
SELECT '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |';
SELECT format('| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |', operation,
  CASE target WHEN 'pgbench' THEN 'pgbench' WHEN 'pgbench-pool' THEN 'pgbench, pool' WHEN 'direct' THEN 'mcp-server' ELSE 'backend and mcp-server' END,
  trim(to_char(rate, '999,999')), coalesce(trim(to_char(of_limit, '9990.00')), ''), coalesce(trim(to_char(of_pool_limit, '9990.00')), ''), coalesce(trim(to_char(of_direct, '9990.00')), ''),
  trim(to_char(p50, '99990.0')), trim(to_char(p95, '99990.0')), trim(to_char(p99, '99990.0')),
  trim(to_char(postgres, '90.000')), trim(to_char(mcp_server, '90.000')), trim(to_char(backend, '90.000')))
FROM report ORDER BY o, t;
SELECT E'\n| process | start to first 200 | memory idle | memory after load |\n| --- | ---: | ---: | ---: |';
SELECT format('| %s | %s ms | %s MiB | %s MiB |', key, value ->> 'startMs', value ->> 'idleMiB', value ->> 'afterMiB') FROM json_each(:'memory');
\o :json
SELECT json_build_object('setup', :'setup', 'machine', :'machine', 'processes', :'memory'::json,
  'medians', (SELECT json_agg(json_build_object('operation', operation, 'target', target, 'requestsPerSecond', round(rate::numeric), 'ofLimit', round(of_limit::numeric, 3),
    'ofPoolLimit', round(of_pool_limit::numeric, 3), 'ofDirect', round(of_direct::numeric, 3), 'p50Ms', round(p50::numeric, 2), 'p95Ms', round(p95::numeric, 2), 'p99Ms', round(p99::numeric, 2),
    'cpuSecondsPer1000', json_build_object('postgres', round(postgres::numeric, 4), 'mcpServer', round(mcp_server::numeric, 4), 'backend', round(backend::numeric, 4)),
    'failures', failures) ORDER BY o, t) FROM report),
  'runs', (SELECT json_agg(runs) FROM runs));
\o
