-- Take what is due (Q2 to Q5): the first of a queue go to where their leases end, under their next fence.
local first, last, limit, queue, till = unpack(ARGV)
local taken = {}
for _, place in ipairs(redis.call('ZRANGE', index, first, last, 'BYLEX', 'LIMIT', 0, limit)) do
  local id = tail(place)
  local _, _, fence, body = unpack(cjson.decode(redis.call('HGET', tasks, id)))
  taken[#taken + 1] = {place = place, id = id, fence = fence + 1, body = body}
end

-- All is read and decoded; what follows cannot fail.
local answer = {}
for _, task in ipairs(taken) do
  redis.call('ZREM', index, task.place)
  redis.call('ZADD', index, 0, turn(queue, till, task.id))
  redis.call('HSET', tasks, task.id, cjson.encode({queue, till, task.fence, task.body}))
  answer[#answer + 1] = {task.id, task.fence, task.body}
end
return answer
