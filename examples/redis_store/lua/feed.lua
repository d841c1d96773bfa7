-- Sealed events with position and digest, in the order of their positions (R20).
local first, last, limit = unpack(ARGV)
local found = {}
for _, place in ipairs(redis.call('ZRANGE', index, first, last, 'BYLEX', 'LIMIT', 0, limit)) do
  local position = tail(place)
  local event = redis.call('HGET', positions, position)
  found[#found + 1] = {position, redis.call('HGET', seals, event), redis.call('HGET', events, event)}
end
return found
