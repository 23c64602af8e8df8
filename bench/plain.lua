-- The same for a static file: headers of the same size, prepared as well.
local one
function init(args)
	one = wrk.format("GET", "/", { Cookie = "__Host-kabinet=" .. string.rep("x", 43) })
end
function request()
	return one
end
function done(summary, latency)
	io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
		summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout, latency.max))
end
