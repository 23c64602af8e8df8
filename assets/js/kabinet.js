// What script makes nicer; every page works without it.
"use strict";

// «Показать пароль»: the button is hidden until there is somebody to press it.
for (const button of document.querySelectorAll("[data-eye]")) {
	const field = document.getElementById(button.dataset.eye);
	const show = (on) => {
		field.type = on ? "text" : "password";
		button.classList.toggle("on", on);
	};
	button.hidden = false;
	button.addEventListener("click", () => show(field.type === "password"));
	// A shown password would be kept by the browser as ordinary text.
	field.form.addEventListener("submit", () => show(false));
}

// Screen readers start where something went wrong, also where only fields know autofocus.
const summary = document.querySelector("[role=alert][tabindex]");
if (summary && !("autofocus" in HTMLElement.prototype)) {
	summary.focus();
}

// The name's menu closes like any other menu.
const menu = document.querySelector(".me");
if (menu) {
	document.addEventListener("click", (event) => {
		if (!menu.contains(event.target)) {
			menu.open = false;
		}
	});
	menu.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && menu.open) {
			menu.open = false;
			menu.querySelector("summary").focus();
		}
	});
}

// A second press right after the first would only cancel its answer. A later one is meant: the
// first was stopped, or got lost on the way, or its answer was left by the back button.
const AGAIN_MS = 4000;
for (const form of document.querySelectorAll("form[method=post]")) {
	let sent = -Infinity;
	form.addEventListener("submit", (event) => {
		if (performance.now() - sent < AGAIN_MS) {
			event.preventDefault();
		} else {
			sent = performance.now();
		}
	});
	window.addEventListener("pageshow", () => {
		sent = -Infinity;
	});
}
