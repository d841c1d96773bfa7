-- A page of all that waits in a queue, with when each is due and its fence (Q6).
local first, last, limit = unpack(ARGV)
local found = {}
for _, place in ipairs(redis.call('ZRANGE', index, first, last, 'BYLEX', 'LIMIT', 0, limit)) do
  local id = tail(place)
  local _, due, fence, body = unpack(cjson.decode(redis.call('HGET', tasks, id)))
  found[#found + 1] = {id, due, fence, body}
end
return found
