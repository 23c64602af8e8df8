-- Asks for one page as many subscribers in turn: cookies stand in the file COOKIES, one a line, the path in TARGET.
local requests, at = {}, 0
function init(args)
	for line in io.lines(os.getenv("COOKIES")) do
		requests[#requests + 1] = wrk.format("GET", os.getenv("TARGET"), { Cookie = "__Host-kabinet=" .. line })
	end
end
function request()
	at = at % #requests + 1
	return requests[at]
end
function done(summary, latency)
	io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
		summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout, latency.max))
end
