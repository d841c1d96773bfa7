-- How many people there are (R10): ranges of the index are counted, and nobody is looked at.
-- `groups` are places by state and kind; with systems, each is narrowed to their accounts.
local wanted = cjson.decode(ARGV[1])
local function size(where)
  return redis.call('ZLEXCOUNT', index, '[' .. where .. END, '(' .. where .. BEHIND)
end

local accounts = {}
for _, system in ipairs(wanted.systems) do
  for _, place in ipairs(redis.call('ZRANGE', index, '[' .. system .. END, '(' .. system .. BEHIND, 'BYLEX')) do
    accounts[#accounts + 1] = tail(place)
  end
end
local total = 0
for _, group in ipairs(wanted.groups) do
  if #wanted.systems == 0 then total = total + size(group) end
  for _, account in ipairs(accounts) do total = total + size(group .. END .. account) end
end
return total
