-- Posts a form again and again as many visitors in turn: the file FORMS has a cookie and a body a line.
local requests, at = {}, 0
function init(args)
	for line in io.lines(os.getenv("FORMS")) do
		local cookie, body = line:match("^(%S+) (.*)$")
		requests[#requests + 1] = wrk.format("POST", os.getenv("TARGET"), {
			Cookie = "__Host-kabinet=" .. cookie, Origin = os.getenv("ORIGIN"),
			["Content-Type"] = "application/x-www-form-urlencoded" }, body)
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
