-- wrk -t1 -s count.lua URL -- COUNT [FORM]: ends after COUNT answers; with FORM, posts it as a form.
-- Prints how many answers there were, and how many of them were no 2xx.
--
-- wrk itself waits for its duration to pass, whatever its threads do: so the one thread ends the process.
local wanted, answers, refused = 0, 0, 0

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
  if answers < wanted then return end
  io.write(string.format("ANSWERS %d REFUSED %d\n", answers, refused))
  io.flush()
  os.exit(0)
end
