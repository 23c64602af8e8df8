// Looks at what views_test has rendered into build/look: html-validate, axe, widths, contrast in both themes,
// what stands within the first screen, scripts that came through. `node tests/web/look.mjs [SHOTS-DIR] [PAGE…]`
// keeps screenshots too. Ends with 1 and a list when something is wrong.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const LOOK = "build/look";
const [shots, ...only] = process.argv.slice(2);
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const assets = new Map(
	readFileSync("build/gen/assets.map", "utf8").trim().split("\n")
		.map((line) => line.split(" ").reverse())
		.filter(([url]) => !url.includes("#")),
);
const csp = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";
const wrong = [];

function serve() {
	const server = createServer((req, res) => {
		const path = new URL(req.url, "http://x").pathname;
		const file = assets.has(path) ? join("assets", assets.get(path)) : join(LOOK, path);
		try {
			const body = readFileSync(file);
			res.writeHead(200, { "Content-Type": types[extname(file)], "Content-Security-Policy": csp });
			res.end(body);
		} catch {
			res.writeHead(404).end();
		}
	});
	return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

async function validate(name) {
	// A phone is kept on one line by the class `nb`; titles and line ends do not matter here.
	const rules = {
		"long-title": "off",
		"no-trailing-whitespace": "off",
		"tel-non-breaking": ["error", { ignoreClasses: ["nb"] }],
	};
	const html = new HtmlValidate({ extends: ["html-validate:recommended"], rules });
	const report = await html.validateString(readFileSync(join(LOOK, name), "utf8"));
	for (const m of report.results.flatMap((r) => r.messages)) {
		wrong.push(`${name}:${m.line}: ${m.ruleId}: ${m.message}`);
	}
}

async function axe(page, where) {
	await page.evaluate(axeSource);
	const found = await page.evaluate(() => globalThis.axe.run({
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}));
	for (const v of found.violations) {
		wrong.push(`${where}: axe ${v.id}: ${v.nodes.map((n) => n.target).join(" ")} ${v.nodes[0].failureSummary ?? ""}`);
	}
}

// Nothing scrolls sideways, targets are large enough, and home answers within the first 400 pixels.
async function measure(page, name, width, where) {
	const seen = await page.evaluate(() => {
		const bottom = (sel) => Math.max(0, ...[...document.querySelectorAll(sel)].map((e) => e.getBoundingClientRect().bottom));
		const small = [...document.querySelectorAll("a.btn, a.tap, button, summary, .nav a, .f input")]
			.filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
			.map((e) => `${e.tagName} ${e.textContent.trim()} ${e.getBoundingClientRect().height}`);
		return { wide: document.documentElement.scrollWidth, small, hero: bottom(".hero") };
	});
	if (seen.wide > width) wrong.push(`${where}: scrolls sideways, ${seen.wide} px`);
	if (seen.small.length) wrong.push(`${where}: small targets: ${seen.small.join("; ")}`);
	if (name.startsWith("home-debt") && width === 360 && seen.hero > 400) wrong.push(`${where}: hero ends at ${seen.hero}`);
}

async function open(context, name) {
	const page = await context.newPage();
	page.on("console", (m) => { if (m.type() === "error") wrong.push(`${name}: console: ${m.text()}`); });
	page.on("pageerror", (e) => wrong.push(`${name}: ${e.message}`));
	page.on("dialog", (d) => { wrong.push(`${name}: a script came through: ${d.message()}`); void d.dismiss(); });
	return page;
}

// With hostile data only one thing counts: that nothing of it runs.
async function attack(context, base, name) {
	const page = await open(context, name);
	await page.goto(`${base}/${name}`);
	const scripts = await page.locator("script").count();
	if (scripts !== 1) wrong.push(`${name}: ${scripts} scripts`);
	await page.close();
}

async function look(context, base, name) {
	const page = await open(context, name);
	for (const scheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
		for (const width of [320, 360, 768, 1280]) {
			const where = `${name} ${width} ${scheme}`;
			await page.setViewportSize({ width, height: 780 });
			await page.goto(`${base}/${name}`);
			await measure(page, name, width, where);
			if (shots) await page.screenshot({ path: join(shots, `${name}.${width}.${scheme}.png`), fullPage: true });
			if (width === 360 || width === 1280) await axe(page, where);
		}
	}
	await page.close();
}

const names = readdirSync(LOOK).filter((f) => f.endsWith(".html") && (!only.length || only.some((o) => f.startsWith(o))));
if (shots) mkdirSync(shots, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "look-"));
const server = await serve();
const browser = await chromium.launchPersistentContext(profile, {
	executablePath: "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
	bypassCSP: true,
});
for (const name of names) {
	const base = `http://127.0.0.1:${server.address().port}`;
	if (name.includes(".hostile.")) {
		await attack(browser, base, name);
		continue;
	}
	await validate(name);
	await look(browser, base, name);
}
await browser.close();
server.close();
rmSync(profile, { recursive: true, force: true });
console.log(wrong.join("\n"));
console.log(`${names.length} pages, ${wrong.length} faults`);
process.exit(wrong.length ? 1 : 0);
