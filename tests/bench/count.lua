-- wrk -s count.lua URL -- COUNT [FORM]: stops after COUNT answers; with FORM, posts it as a form.
-- Prints how many answers there were, and how many of them were no 2xx.
local wanted = 0
answers, refused = 0, 0 -- global, so that done() can ask each thread for them
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wanted = tonumber(args[1])
  wrk.headers["Authorization"] = "Bearer sk_test_bench"
  if args[2] then
    wrk.method = "POST"
    wrk.body = args[2]
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  end
end

function response(status)
  answers = answers + 1
  if status < 200 or status > 299 then refused = refused + 1 end
  if answers >= wanted then wrk.thread:stop() end
end

function done(summary)
  local all, bad = 0, 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("answers")
    bad = bad + thread:get("refused")
  end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("ANSWERS %d REFUSED %d BROKEN %d\n", all, bad, broken))
end
