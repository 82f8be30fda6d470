"""What Redis does with the counters of a day, each in one step.

Every script gets how long the day is kept, and the number of the loading that this process knows. The day's own number
stands beside its counters, so it is lost when they are; `TAKE` and `ADD` return nothing when it is another one.
"""

TAKE = """
if redis.call('hget', KEYS[1], 'loading') ~= ARGV[2] then return {} end
for i = 3, #ARGV, 3 do
  local used, amount = tonumber(redis.call('hget', KEYS[1], ARGV[i]) or 0), tonumber(ARGV[i + 1])
  local most = tonumber(ARGV[i + 2])
  if used >= most or used + amount > most then return {(i - 3) / 3} end
end
local totals = {-1}
for i = 3, #ARGV, 3 do totals[#totals + 1] = redis.call('hincrby', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('expire', KEYS[1], ARGV[1])
return totals"""
"""Adds triples of counter, amount and limit, or tells which has no room; -1 and the totals when all have."""

ADD = """
if redis.call('hget', KEYS[1], 'loading') ~= ARGV[2] then return {} end
local totals = {}
for i = 3, #ARGV, 2 do totals[#totals + 1] = redis.call('hincrby', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('expire', KEYS[1], ARGV[1])
return totals"""
"""Adds pairs of counter and amount, which may be negative; returns the totals."""

LOAD = """
local loading = redis.call('hget', KEYS[1], 'loading')
local known = loading == ARGV[2]
if not loading then
  loading = ARGV[3]
  redis.call('hset', KEYS[1], 'loading', loading)
end
local totals = {tonumber(loading)}
for i = 4, #ARGV, 3 do
  local total = tonumber(redis.call('hget', KEYS[1], ARGV[i]) or 0)
  local spent, held = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if known then total = math.max(total, spent + held) else total = math.max(total, spent) + held end
  redis.call('hset', KEYS[1], ARGV[i], string.format('%.0f', total))
  totals[#totals + 1] = total
end
redis.call('expire', KEYS[1], ARGV[1])
return totals"""
"""Raises counters, given as counter, spent and held, to what was spent and is held; where this process has not loaded
the day yet, adds what it holds. Its third argument is the number of the loading if this is the first. Returns the day's
loading and the totals.
"""
