// Conveniences only: every page also works without this file.
(() => {
	document.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));
	document.querySelectorAll("[data-print]").forEach((button) => {
		button.hidden = false;
		button.addEventListener("click", () => window.print());
	});
	document.querySelectorAll("[data-copy]").forEach((button) => {
		button.addEventListener("click", async () => {
			const source = document.getElementById(button.dataset.copy);
			try {
				await navigator.clipboard.writeText(source.textContent.trim());
				button.textContent = "已复制";
			} catch {
				// without the clipboard (plain http) the code is marked, to be copied by hand
				getSelection().selectAllChildren(source);
				button.textContent = "请长按复制";
			}
		});
	});
	document.getElementById("errors")?.focus();

	const form = document.querySelector("form[data-petition]");
	if (!form) return;

	// One long list of villages becomes two short ones.
	const place = form.querySelector("[data-places] select");
	const groups = [...place.querySelectorAll("optgroup")].map((group) => ({
		name: group.label,
		places: [...group.children],
	}));
	const chosen = place.value;
	const township = document.createElement("select");
	const label = document.createElement("label");
	township.id = "township";
	label.htmlFor = "township";
	label.className = "hidden";
	label.textContent = "乡镇";
	township.append(new Option("请选择乡镇", ""), ...groups.map((group, at) => new Option(group.name, at)));
	const show = () => {
		const group = groups[township.value];
		const one = group && group.places.length === 1;
		place.replaceChildren(...(one ? [] : [new Option("请选择村（社区）", "")]), ...(group ? group.places : []));
		place.value = one ? group.places[0].value : "";
		place.disabled = !group;
	};
	township.addEventListener("change", show);
	const pair = document.createElement("div");
	pair.className = "places-pair";
	place.before(pair);
	const left = document.createElement("div");
	left.append(label, township);
	pair.append(left, place);
	const choose = (code) => {
		const at = groups.findIndex((group) => group.places.some((option) => option.value === code));
		township.value = code && at >= 0 ? at : "";
		show();
		if (code && at >= 0) place.value = code;
	};
	choose(chosen);

	// Back in the browser: what it fills in again by itself does not reach two lists made by this script, and the
	// page it fetches anew would be another form, of which the server could not know that it was sent before.
	const KEPT = "socaid-petition";
	const ticket = form.elements.ticket;
	const [visit] = performance.getEntriesByType("navigation");
	try {
		const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
		if (kept && visit?.type === "back_forward") {
			if (!chosen) addEventListener("pageshow", () => place.value || choose(kept.place));
			ticket.value = kept.ticket;
		}
		form.addEventListener("submit", () => {
			sessionStorage.setItem(KEPT, JSON.stringify({ place: place.value, ticket: ticket.value }));
		});
	} catch {
		// a browser that keeps nothing
	}

	// What does not concern this petition is not asked for.
	const ask = () => {
		const said = new FormData(form).getAll("category").concat(new FormData(form).getAll("identity"));
		form.querySelectorAll("[data-only-for]").forEach((field) => {
			field.hidden = !said.includes(field.dataset.onlyFor);
		});
	};
	form.addEventListener("change", ask);
	ask();

	// Too much would only be found out after minutes of sending.
	const files = form.querySelector('input[type="file"]');
	const live = document.getElementById("attachments-live");
	const wrong = () => {
		const list = [...files.files];
		const { largestFile, largestTogether, mostFiles } = form.dataset;
		if (list.length > mostFiles) return `最多可以附${mostFiles}个文件，请减少后重新选择。`;
		const large = list.find((file) => file.size > largestFile);
		if (large) return `“${large.name}”太大，请压缩或换一个。`;
		const together = list.reduce((sum, file) => sum + file.size, 0);
		return together > largestTogether ? "几个文件合计太大，请减少后重新选择。" : "";
	};
	files.addEventListener("change", () => (live.textContent = wrong()));
	form.addEventListener("submit", (event) => {
		if (wrong()) {
			event.preventDefault();
			files.focus();
			return;
		}
		const button = form.querySelector('button[type="submit"]');
		// after the form has been collected
		setTimeout(() => {
			button.disabled = true;
			button.textContent = "正在提交…";
		});
	});
	// back from the next page
	addEventListener("pageshow", () => {
		const button = form.querySelector('button[type="submit"]');
		button.disabled = false;
		button.textContent = "提交";
	});
})();
