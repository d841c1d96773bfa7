-- What a sign-in decides on (R13 to R16): the same is asked whoever is there and whoever is not.
local organization, where, stranger = unpack(ARGV)
local person = {false, false, false}
for at = 4, #ARGV do
  local holder = redis.call('HGET', holders, ARGV[at]) or ''
  local account = redis.call('HGET', above, holder) or ''
  local id = string.match(holder, '^sub_account:(.*)$') or ''
  local found = redis.call('HMGET', records, 'sub_account:' .. id, 'credential:' .. id, account)
  local whole = found[1] and found[2] and found[3]
  if whole and not person[1] and (where == '' or where == account) then person = found end
end
local rest = redis.call('HMGET', records, organization, where, stranger)
return {rest[1], rest[2], rest[3], person[1], person[2], person[3]}
