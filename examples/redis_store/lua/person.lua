-- A person with credential, account and organization, all of one moment (R8).
local person, credential, organization = unpack(ARGV)
return redis.call('HMGET', records, person, credential, redis.call('HGET', above, person) or '', organization)
