// Loaded into every page before its own scripts: what the page still means to do, and a clock that runs faster.
//
// Frappe waits a moment before it acts on what was typed, searches, folds and draws anew (100 to 800 ms). Whoever types
// next before that moment is over has his words swept away. Here the page says whether such moments are still to come
// (Desk.settle waits for them), and they pass five times as fast, one after the other as they always do.
(() => {
	const SHORT = 1000;
	const FASTER = 5;
	const { setTimeout, clearTimeout, fetch } = window;
	const timers = new Set();
	window.__pending = { timers, fetches: 0 };

	window.setTimeout = (work, delay, ...given) => {
		if (typeof work !== "function" || delay > SHORT) return setTimeout(work, delay, ...given);
		const timer = setTimeout(() => {
			timers.delete(timer);
			work.apply(window, given);
		}, (delay || 0) / FASTER);
		timers.add(timer);
		return timer;
	};
	window.clearTimeout = (timer) => {
		timers.delete(timer);
		clearTimeout(timer);
	};
	window.fetch = (...given) => {
		window.__pending.fetches++;
		return fetch.apply(window, given).finally(() => window.__pending.fetches--);
	};
})();
