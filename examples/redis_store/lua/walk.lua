-- Departments and all that is above (R4) or below (R5) them. Ids are printable, so none is escaped in a place.
local seen, found, open = {}, {}, {}
local function meet(id)
  if seen[id] or redis.call('HEXISTS', versions, 'department:' .. id) == 0 then return end
  seen[id] = true
  found[#found + 1], open[#open + 1] = id, id
end

for at = 2, #ARGV do meet(ARGV[at]) end
while #open > 0 do
  local id = table.remove(open)
  if ARGV[1] == 'up' then
    local over = redis.call('HGET', above, 'department:' .. id)
    if over then meet(string.match(over, '^department:(.*)$')) end
  else
    local here = 'below' .. END .. id
    for _, place in ipairs(redis.call('ZRANGE', index, '[' .. here .. END, '(' .. here .. BEHIND, 'BYLEX')) do
      meet(tail(place))
    end
  end
end
return found
