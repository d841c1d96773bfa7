-- What decides what people see, all of one moment (R30): those of `people`, or the first of a range of the index (R34).
local asked = cjson.decode(ARGV[1])
local people, groups, met = asked.people, {}, {}
for _, place in ipairs(redis.call('ZRANGE', index, asked.first, asked.last, 'BYLEX', 'LIMIT', 0, asked.limit)) do
  people[#people + 1] = tail(place)
end

local function tails(kind, person)
  local here, found = kind .. END .. person, {}
  for at, place in ipairs(redis.call('ZRANGE', index, '[' .. here .. END, '(' .. here .. BEHIND, 'BYLEX')) do
    found[at] = tail(place)
  end
  return found
end
local function bodies(kind, ids)
  local found = {}
  for at, id in ipairs(ids) do found[at] = redis.call('HGET', records, kind .. ':' .. id) end
  return found
end
local function lineage(person)
  local seen, found = {}, {}
  for _, id in ipairs(tails('department of', person)) do
    while id and not seen[id] and redis.call('HEXISTS', versions, 'department:' .. id) == 1 do
      seen[id] = true
      found[#found + 1] = id
      id = string.match(redis.call('HGET', above, 'department:' .. id) or '', '^department:(.*)$')
    end
  end
  return found
end

local answer = {}
for _, person in ipairs(people) do
  local body = redis.call('HGET', records, 'sub_account:' .. person)
  if body then
    local mine = tails('membership', person)
    for _, id in ipairs(mine) do
      local group = redis.call('HGET', above, 'membership:' .. id)
      if not met[group] then
        met[group] = true
        groups[#groups + 1] = redis.call('HGET', records, group)
      end
    end
    local roster = bodies('participation', tails('participation', person))
    answer[#answer + 1] = {body, bodies('membership', mine), lineage(person), roster}
  end
end
return {answer, groups}
