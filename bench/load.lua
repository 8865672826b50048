-- One kind of request for wrk: wrk -s load.lua URL -- OPERATION PREFIX SPACES TASKS TOKENS RUN
--   OPERATION  create, get, list or complete
--   PREFIX     what comes before the routes: nothing, or /api
--   SPACES     how many spaces there are, and TASKS how many tasks each has
--   TOKENS     a file with the Authorization header's token of every space, a line each
--   RUN        a name that no other run has, for idempotency keys
-- At the end it prints: RESULT requests microseconds p50 p95 p99 (each in microseconds) failures

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  operation, prefix, spaces, tasks, run = args[1], args[2], tonumber(args[3]), tonumber(args[4]), args[6]
  tokens = {}
  for line in io.lines(args[5]) do
    tokens[#tokens + 1] = "Bearer " .. line
  end
  assert(#tokens == spaces, "there must be a token for every space")
  math.randomseed(os.time() * 10 + number)
  sent = 0
end

local function task_id(task)
  return string.format("019a0000-0000-7000-8000-%012x", task)
end

function request()
  sent = sent + 1
  if operation == "create" then
    return wrk.format("POST", prefix .. "/tasks", {
      ["Authorization"] = tokens[math.random(spaces)],
      ["Content-Type"] = "application/json",
      ["Idempotency-Key"] = run .. "-" .. number .. "-" .. sent,
    }, '{"title": "Buy milk and bread"}')
  elseif operation == "list" then
    return wrk.format("GET", prefix .. "/tasks?limit=50", { ["Authorization"] = tokens[math.random(spaces)] })
  elseif operation == "get" then
    local space = math.random(spaces)
    local task = (math.random(tasks) - 1) * spaces + space
    return wrk.format("GET", prefix .. "/tasks/" .. task_id(task), { ["Authorization"] = tokens[space] })
  else
    -- Each task once: the two threads take every other one.
    local task = (sent - 1) * 2 + number + 1
    local space = (task - 1) % spaces + 1
    return wrk.format("POST", prefix .. "/tasks/" .. task_id(task) .. "/complete", {
      ["Authorization"] = tokens[space],
      ["Idempotency-Key"] = run .. "-" .. number .. "-" .. sent,
    })
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), e.connect + e.read + e.write + e.timeout + e.status))
end
