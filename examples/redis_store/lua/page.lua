-- The bodies behind a range of the index (R3, R7, R17 to R19).
local source, prefix, first, last, limit = unpack(ARGV)
local bodies = source == 'events' and events or records
local found = {}
for _, place in ipairs(redis.call('ZRANGE', index, first, last, 'BYLEX', 'LIMIT', 0, limit)) do
  found[#found + 1] = redis.call('HGET', bodies, prefix .. tail(place))
end
return found
