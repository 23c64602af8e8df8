// Looks at what views_test has rendered into build/look, which is every page of web/routes.def in its states:
// html-validate, axe, widths, contrast in both themes, the way of the Tab key, what stands within the first screen,
// scripts that came through. `node tests/web/look.mjs [SHOTS-DIR] [PAGE…]` keeps screenshots too. Ends with 1 and a
// list when something is wrong.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const LOOK = "build/look";
const [shots, ...only] = process.argv.slice(2);
const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
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
		const file = path === "/axe.js" ? axeFile : assets.has(path) ? join("assets", assets.get(path)) : join(LOOK, path);
		const cache = extname(file) === ".html" ? "no-store" : "max-age=3600";
		try {
			const body = readFileSync(file);
			res.writeHead(200, { "Content-Type": types[extname(file)], "Content-Security-Policy": csp, "Cache-Control": cache });
			res.end(body);
		} catch {
			res.writeHead(404).end();
		}
	});
	return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

// A phone is kept on one line by the class `nb`; titles and line ends do not matter here.
const html = new HtmlValidate({
	extends: ["html-validate:recommended"],
	rules: {
		"long-title": "off",
		"no-trailing-whitespace": "off",
		"tel-non-breaking": ["error", { ignoreClasses: ["nb"] }],
	},
});

async function validate(name) {
	const report = await html.validateString(readFileSync(join(LOOK, name), "utf8"));
	for (const m of report.results.flatMap((r) => r.messages)) {
		wrong.push(`${name}:${m.line}: ${m.ruleId}: ${m.message}`);
	}
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Only contrast depends on the theme, so the dark one is asked for nothing else.
async function axe(page, where, only) {
	const found = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly, resultTypes: ["violations"], preload: false }), only ?? rules);
	for (const v of found.violations) {
		wrong.push(`${where}: axe ${v.id}: ${v.nodes.map((n) => n.target).join(" ")} ${v.nodes[0].failureSummary ?? ""}`);
	}
}

// Nothing scrolls sideways, targets are large enough, and home answers within the first 400 pixels.
async function measure(page, name, width, where) {
	const seen = await page.evaluate(() => {
		const bottom = (sel) => Math.max(0, ...[...document.querySelectorAll(sel)].map((e) => e.getBoundingClientRect().bottom));
		const small = [...document.querySelectorAll("a.btn, a.tap, button, summary, .nav a, .f input, .tile")]
			.filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
			.map((e) => `${e.tagName} ${e.textContent.trim()} ${e.getBoundingClientRect().height}`);
		return { wide: document.documentElement.scrollWidth, small, hero: bottom(".hero") };
	});
	if (seen.wide > width) wrong.push(`${where}: scrolls sideways, ${seen.wide} px`);
	if (seen.small.length) wrong.push(`${where}: small targets: ${seen.small.join("; ")}`);
	if (name.startsWith("home-debt") && width === 360 && seen.hero > 400) wrong.push(`${where}: hero ends at ${seen.hero}`);
}

// One window for all: a new one for each page takes longer than the page.
async function open(context) {
	const page = await context.newPage();
	const name = () => page.url().split("/").pop();
	page.on("console", (m) => { if (m.type() === "error") wrong.push(`${name()}: console: ${m.text()}`); });
	page.on("pageerror", (e) => wrong.push(`${name()}: ${e.message}`));
	page.on("dialog", (d) => { wrong.push(`${name()}: a script came through: ${d.message()}`); void d.dismiss(); });
	return page;
}

// With hostile data only one thing counts: that nothing of it runs.
async function attack(page, base, name) {
	await page.goto(`${base}/${name}`);
	const scripts = await page.locator("script").count();
	if (scripts !== 1) wrong.push(`${name}: ${scripts} scripts`);
}

// Tab stops at everything that can be pressed or typed into, in the order of reading, and is always seen there.
async function tab(page, where) {
	const stops = await page.evaluate(() => {
		const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
		// Of radios the one that is chosen, or else the first.
		const passed = (e) => e.type === "radio" && e !== (document.querySelector(`[name="${e.name}"]:checked`) ?? document.querySelector(`[name="${e.name}"]`));
		globalThis.stops = all.filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.type !== "hidden" && !passed(e));
		document.body.tabIndex = -1;
		document.body.focus();
		document.body.removeAttribute("tabindex");
		scrollTo(0, 0);
		return globalThis.stops.length;
	});
	for (let i = 0; i < stops; i++) {
		await page.keyboard.press("Tab");
		const fault = await page.evaluate((n) => {
			const e = document.activeElement;
			if (e.type === "date" && e === globalThis.stops[n - 1]) return "within"; // day, month, year
			const name = (x) => x && `${x.tagName} ${(x.innerText || x.name || x.href || "").trim().slice(0, 40)}`;
			if (e !== globalThis.stops[n]) return `stops at ${name(e)}, not at ${name(globalThis.stops[n])}`;
			const box = e.getBoundingClientRect();
			const within = (v, max) => Math.min(Math.max(v, 1), max - 1);
			const top = document.elementFromPoint(within(box.left + box.width / 2, innerWidth), within(box.top + Math.min(box.height / 2, 40), innerHeight));
			const style = getComputedStyle(e);
			if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return `no ring on ${name(e)}`;
			const seen = box.bottom > 0 && box.top < innerHeight && (e.contains(top) || top?.contains(e) || top?.closest("label, .pre"));
			return seen ? "" : `cannot be seen: ${name(e)} behind ${name(top)}`;
		}, i);
		if (fault === "within") {
			i--;
		} else if (fault) {
			wrong.push(`${where}: Tab ${i + 1}: ${fault}`);
			return;
		}
	}
}

// The summary of faults, or else the field with the fault, has the focus when the page opens.
async function focus(page, where) {
	const lost = await page.evaluate(async () => {
		for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
		const alert = document.querySelector("[role=alert]") ?? document.querySelector("[aria-invalid]");
		return alert && !alert.contains(document.activeElement) ? document.activeElement?.outerHTML.slice(0, 80) : "";
	});
	if (lost) wrong.push(`${where}: the focus is not on the fault but on ${lost}`);
}

// What the language changes is the length of the words: English is measured, and asked for its structure once.
async function look(page, base, name) {
	const russian = name.includes(".ru.");
	await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
	await page.setViewportSize({ width: 360, height: 780 });
	await page.goto(`${base}/${name}`);
	await focus(page, name);
	await page.addScriptTag({ url: "/axe.js" });
	for (const scheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
		for (const width of [320, 360, 768, 1280]) {
			const where = `${name} ${width} ${scheme}`;
			const light = scheme === "light";
			if (!light && !shots && (!russian || width === 320 || width === 768)) continue;
			await page.setViewportSize({ width, height: 780 });
			if (light) await measure(page, name, width, where);
			if (shots) await page.screenshot({ path: join(shots, `${name}.${width}.${scheme}.png`), fullPage: true });
			if (width === 360 || (width === 1280 && russian)) await axe(page, where, light ? undefined : ["color-contrast"]);
			if (width === 360 && light && russian) await tab(page, where);
		}
	}
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
const page = await open(browser);
for (const name of names) {
	const base = `http://127.0.0.1:${server.address().port}`;
	if (name.includes(".hostile.")) {
		await attack(page, base, name);
		continue;
	}
	await validate(name);
	await look(page, base, name);
}
await browser.close();
server.close();
rmSync(profile, { recursive: true, force: true });
console.log(wrong.join("\n"));
console.log(`${names.length} pages, ${wrong.length} faults`);
process.exit(wrong.length ? 1 : 0);
