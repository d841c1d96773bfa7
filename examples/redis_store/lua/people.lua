-- A page of people (R9): along the index by login, past everybody who does not match.
-- It is one go, so that nobody is missed who is renamed meanwhile; what that costs, repository.py says.
local query = cjson.decode(ARGV[1])
local STEP = 200

local function holds_one(text, wanted)
  for _, each in ipairs(wanted) do
    if string.find(text, each, 1, true) then return true end
  end
  return false
end
local function matches(marks, text)
  for _, wanted in ipairs(query.tags) do
    if not holds_one(marks, wanted) then return false end
  end
  for _, word in ipairs(query.words) do
    if not string.find(text, word, 1, true) then return false end
  end
  return true
end

local first, found = query.first, {}
while #found < query.limit do
  local places = redis.call('ZRANGE', index, first, query.last, 'BYLEX', 'LIMIT', 0, STEP)
  if #places == 0 then break end
  local people = {}
  for at, place in ipairs(places) do people[at] = 'sub_account:' .. tail(place) end
  local marks = redis.call('HMGET', tags, unpack(people))
  local texts = #query.words > 0 and redis.call('HMGET', words, unpack(people)) or {}
  for at, person in ipairs(people) do
    if #found < query.limit and matches(marks[at] or '', texts[at] or '') then
      found[#found + 1] = redis.call('HGET', records, person)
    end
  end
  first = '(' .. places[#places]
end
return found
