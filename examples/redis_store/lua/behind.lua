-- What is behind several doors and on a roster (R31, R32): for each door the next places, and every body once.
-- `after` and `stop` are what a place has below its door.
local asked = cjson.decode(ARGV[1])
local doors, bodies, met = {}, {}, {}
local function meet(id)
  if met[id] then return end
  met[id] = true
  bodies[#bodies + 1] = {id, redis.call('HGET', records, 'resource:' .. id)}
end

for at, door in ipairs(asked.doors) do
  local here, places = door .. END, {}
  local last = '(' .. (asked.stop and here .. asked.stop or door .. BEHIND)
  for _, place in ipairs(redis.call('ZRANGE', index, '(' .. here .. asked.after, last, 'BYLEX', 'LIMIT', 0, asked.limit)) do
    places[#places + 1] = string.sub(place, #here + 1)
    meet(tail(place))
  end
  doors[at] = places
end
for _, id in ipairs(asked.roster) do meet(id) end
return {doors, bodies}
