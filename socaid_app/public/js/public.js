// Conveniences only: every page also works without this file.
const DRAFT = "socaid-apply";

function forget_draft() {
	try {
		sessionStorage.removeItem(DRAFT);
	} catch {
		// a browser that keeps nothing
	}
}

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

	const form = document.querySelector("form[data-petition], form[data-apply]");
	// whoever leaves the form leaves nothing behind
	if (location.pathname !== "/apply" || document.querySelector("[data-sent]")) forget_draft();
	if (!form) return;
	const applies = "apply" in form.dataset;

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
	const KEPT = applies ? "socaid-apply-place" : "socaid-petition";
	const ticket = form.elements.ticket;
	const [visit] = performance.getEntriesByType("navigation");
	try {
		const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
		if (kept && visit?.type === "back_forward") {
			if (!chosen) addEventListener("pageshow", () => place.value || choose(kept.place));
			// an application that is sent again is another one, of which the clerk sees that the person is the same
			if (!applies) ticket.value = kept.ticket;
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
	const inputs = [...form.querySelectorAll('input[type="file"]')];
	const wrong = (input) => {
		const list = [...input.files];
		const { largestFile, largestTogether, mostFiles } = form.dataset;
		if (list.length > mostFiles) return `最多可以附${mostFiles}个文件，请减少后重新选择。`;
		const large = list.find((file) => file.size > largestFile);
		if (large) return `“${large.name}”太大，请压缩或换一个。`;
		const together = inputs.flatMap((one) => [...one.files]).reduce((sum, file) => sum + file.size, 0);
		return list.length && together > largestTogether ? "几个文件合计太大，请减少后重新选择。" : "";
	};
	const tell = () =>
		inputs.forEach((input) => (document.getElementById(`${input.id}-live`).textContent = wrong(input)));
	inputs.forEach((input) => input.addEventListener("change", tell));
	const said_on_button = form.querySelector('button[type="submit"]').textContent;
	form.addEventListener("submit", (event) => {
		const first = inputs.find(wrong);
		if (first) {
			event.preventDefault();
			first.focus();
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
		button.textContent = said_on_button;
	});

	if (applies) application(form, choose);
})();

// An application: members one after the other, a draft in this tab, and a look at everything before it is sent.
function application(form, choose) {
	const members = [...form.querySelectorAll(".member")];
	const add = form.querySelector("[data-add-member]");
	const filled = (member) => [...member.elements].some((one) => one.value);
	const show = (count) => {
		members.forEach((member, at) => (member.hidden = at >= count && !filled(member)));
		add.hidden = members.every((member) => !member.hidden);
	};
	add.addEventListener("click", () => {
		const next = members.find((member) => member.hidden);
		next.hidden = false;
		add.hidden = members.every((member) => !member.hidden);
		next.querySelector("input").focus();
	});

	const helper = form.querySelector("[data-unless]");
	const ask = () => {
		const by = form.elements.filled_by.value;
		helper.hidden = !by || by === helper.dataset.unless;
	};
	form.addEventListener("change", ask);

	// Numbers of identity cards stay out of what the browser keeps.
	const kept = () =>
		[...form.elements].filter(
			(one) => one.name && !["file", "hidden"].includes(one.type) && !("notKept" in one.dataset) && one.name !== "captcha"
		);
	const read = () => {
		const draft = {};
		kept().forEach((one) => {
			if (!["radio", "checkbox"].includes(one.type)) draft[one.name] = one.value;
			else if (one.checked && one.type === "radio") draft[one.name] = one.value;
		});
		return draft;
	};
	const fill = (draft) => {
		kept().forEach((one) => {
			if (one.type === "radio") one.checked = draft[one.name] === one.value;
			else if (one.type !== "checkbox" && one.name !== "village" && draft[one.name]) one.value = draft[one.name];
		});
		if (draft.village) choose(draft.village);
	};
	try {
		const draft = JSON.parse(sessionStorage.getItem(DRAFT) || "null");
		if (draft && !document.getElementById("errors")) fill(draft);
		form.addEventListener("input", () => sessionStorage.setItem(DRAFT, JSON.stringify(read())));
	} catch {
		// a browser that keeps nothing
	}
	form.querySelector("[data-forget]").addEventListener("click", () => {
		forget_draft();
		location.assign(location.href);
	});

	const summary = form.querySelector("[data-summary]");
	const said = (one) => (one.tagName === "SELECT" ? one.selectedOptions[0]?.textContent : one.value);
	const rows = () => {
		const by = form.querySelector('[name="filled_by"]:checked');
		const family = members
			.map((member) => [...member.elements].filter((one) => one.value))
			.filter((fields) => fields.length)
			.map((fields) => fields.map(said).join("，"));
		const files = [...form.querySelectorAll('input[type="file"]')].reduce((sum, one) => sum + one.files.length, 0);
		return [
			["谁来填", by && by.parentElement.querySelector("strong").textContent],
			...family.map((text, at) => [at ? `第${at + 1}人` : "申请人", text]),
			["联系电话", form.elements.phone.value],
			["村（社区）", form.elements.village.value && said(form.elements.village)],
			["住址", form.elements.address.value],
			["困难", form.elements.content.value],
			["照片", `${files}张`],
		];
	};
	const look = () => {
		const lines = rows().map(([name, text]) => {
			const line = document.createElement("div");
			const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
			term.textContent = name;
			detail.textContent = text || "没有填";
			line.append(term, detail);
			return line;
		});
		summary.querySelector("dl").replaceChildren(...lines);
	};
	form.addEventListener("input", look);
	form.addEventListener("change", look);
	summary.hidden = false;
	show(members.filter((member) => !("more" in member.dataset)).length);
	ask();
	look();
}
