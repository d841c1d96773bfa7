-- Judge a batch, then write it: C1 to C15 in one go. The batch is made by writes.py.
local batch = cjson.decode(ARGV[1])
local function has(part, field) return redis.call('HEXISTS', part, field) == 1 end

-- Nothing is written before all is judged: Redis does not undo what a script did before it failed. So whatever could
-- fail is done here, and what is left below cannot: hashes and the index are what they are called, and all is decoded.
for _, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'none' and kind ~= (key == index and 'zset' or 'hash') then return {'damaged'} end
end

-- Stale (C2 to C4, C8 to C10, C14, C15).
for _, seen in ipairs(batch.seen) do
  if (redis.call('HGET', versions, seen.id) or '0') ~= seen.version then return {'stale'} end
end
local fresh = {}
for _, event in ipairs(batch.events) do
  if has(events, event.id) then return {'stale'} end
  fresh[event.id] = true
end
for _, seal in ipairs(batch.seals) do
  if not fresh[seal.event] and not has(events, seal.event) then return {'stale'} end
  if has(seals, seal.event) or has(positions, seal.position) then return {'stale'} end
end
for _, request in ipairs(batch.requests) do
  if has(requests, request.id) then return {'stale'} end
end
for _, task in ipairs(batch.tasks) do
  if has(tasks, task.id) then return {'stale'} end
end
local given = {}
for _, back in ipairs(batch.acknowledgments) do
  local task = redis.call('HGET', tasks, back.id)
  local queue, due, fence, body = unpack(task and cjson.decode(task) or {})
  if fence ~= back.fence then return {'stale'} end
  given[#given + 1] = {id = back.id, queue = queue, due = due, fence = fence, body = body, again = back.again}
end

-- Taken (C5, C6): judged by what is left when the batch's records let go of what they held.
local let_go, written = {}, {}
for _, id in ipairs(batch.written) do
  written[id] = true
  local had = redis.call('HGET', holdings, id)
  if had then let_go[#let_go + 1] = cjson.decode(had) end
end
local wanted, taken = {}, {}
for _, put in ipairs(batch.puts) do
  for _, key in ipairs(put.keys) do
    local holder = redis.call('HGET', holders, key)
    if wanted[key] or holder and not written[holder] then taken[#taken + 1] = key end
    wanted[key] = true
  end
end
if #taken > 0 then return {'taken', taken} end

-- Full (C7). From 2^53 on Lua would round.
local after, full = {}, {}
for _, count in ipairs(batch.counts) do
  local value = after[count.name] or tonumber(redis.call('HGET', counters, count.name) or count.initial)
  value = math.max(0, value + count.by)
  if value >= 2 ^ 53 then return {'unstorable'} end
  if count.at_most and count.by > 0 and value > count.at_most then full[#full + 1] = count.name end
  after[count.name] = value
end
if #full > 0 then return {'full', full} end

-- From here on everything is written.
local function keep(part, field, value)
  if value == '' then redis.call('HDEL', part, field) else redis.call('HSET', part, field, value) end
end
local function place(where) redis.call('ZADD', index, 0, where) end

for _, had in ipairs(let_go) do
  for _, key in ipairs(had[1]) do redis.call('HDEL', holders, key) end
  for _, where in ipairs(had[2]) do redis.call('ZREM', index, where) end
end
for _, id in ipairs(batch.removes) do
  for _, part in ipairs({records, versions, above, tags, words, holdings}) do redis.call('HDEL', part, id) end
end
for _, put in ipairs(batch.puts) do
  redis.call('HSET', records, put.id, put.body)
  redis.call('HSET', versions, put.id, put.version)
  redis.call('HSET', holdings, put.id, cjson.encode({put.keys, put.places}))
  keep(above, put.id, put.above)
  keep(tags, put.id, put.tags)
  keep(words, put.id, put.words)
  for _, key in ipairs(put.keys) do redis.call('HSET', holders, key, put.id) end
  for _, where in ipairs(put.places) do place(where) end
end
for name, value in pairs(after) do redis.call('HSET', counters, name, string.format('%.0f', value)) end
for _, event in ipairs(batch.events) do
  redis.call('HSET', events, event.id, event.body)
  for _, where in ipairs(event.places) do place(where) end
end
for _, seal in ipairs(batch.seals) do
  redis.call('HSET', seals, seal.event, seal.digest)
  redis.call('HSET', positions, seal.position, seal.event)
  place(seal.sealed)
  redis.call('ZREM', index, seal.unsealed)
end
for _, request in ipairs(batch.requests) do redis.call('HSET', requests, request.id, request.body) end
for _, task in ipairs(batch.tasks) do
  redis.call('HSET', tasks, task.id, cjson.encode({task.queue, task.due, 0, task.body}))
  place(turn(task.queue, task.due, task.id))
  place(waiting(task.queue, task.id))
end
for _, back in ipairs(given) do
  redis.call('ZREM', index, turn(back.queue, back.due, back.id))
  if back.again then
    redis.call('HSET', tasks, back.id, cjson.encode({back.queue, back.again, back.fence, back.body}))
    place(turn(back.queue, back.again, back.id))
  else
    redis.call('HDEL', tasks, back.id)
    redis.call('ZREM', index, waiting(back.queue, back.id))
  end
end
return {'written'}
