// The manuals (socaid_app/manual), chapter by chapter, with what is searched for marked in them.
// (The scripts of all pages share one scope, hence the function around this one.)
(() => {
	const escape = (text) => frappe.utils.escape_html(text);

	frappe.pages["user-manual"].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("User Manual"), single_column: true });
		frappe
			.xcall("socaid_app.socaid_app.page.user_manual.user_manual.read")
			.then((manuals) => new Manual(page, manuals));
	};

	class Manual {
		constructor(page, manuals) {
			this.manuals = manuals;
			this.$body = $(`<div class="socaid-manual">
				<div class="manual-head">
					<div class="btn-group manual-books">${manuals
						.map(
							({ name, title }) =>
								`<button type="button" class="btn btn-default btn-sm" data-book="${name}">${escape(title)}</button>`
						)
						.join("")}</div>
					<input type="search" class="form-control manual-search" autocomplete="off"
						placeholder="${__("Search in the Manual")}" aria-label="${__("Search in the Manual")}">
				</div>
				<p class="manual-none text-muted" hidden>${__("Nothing found in this manual. Try a shorter word.")}</p>
				<div class="manual-pages">
					<nav class="manual-chapters" aria-label="${__("Chapters")}"></nav>
					<article class="manual-text"></article>
				</div>
			</div>`).appendTo(page.main);
			this.$text = this.$body.find(".manual-text");
			this.$body.on("click", "[data-book]", ({ currentTarget }) => this.open(currentTarget.dataset.book));
			this.$body.on("click", "[data-chapter]", ({ currentTarget }) => {
				this.chapters[currentTarget.dataset.chapter].scrollIntoView({ block: "start" });
			});
			this.$body.find(".manual-search").on(
				"input",
				frappe.utils.debounce(({ target }) => this.look_for(target.value.trim()), 200)
			);
			this.open(manuals[0].name);
		}

		open(name) {
			const manual = this.manuals.find((one) => one.name === name);
			this.$body.find("[data-book]").each((_, book) => {
				book.classList.toggle("btn-primary", book.dataset.book === name);
				book.setAttribute("aria-pressed", book.dataset.book === name);
			});
			this.$text.html(in_chapters(manual.html));
			this.chapters = this.$text.find("section.chapter").get();
			this.draw_chapters();
			this.look_for(this.$body.find(".manual-search").val().trim());
		}

		draw_chapters() {
			const rows = this.chapters.map((chapter, at) => {
				const title = chapter.querySelector("h2")?.textContent;
				return title && !chapter.hidden
					? `<button type="button" class="btn-reset" data-chapter="${at}">${escape(title)}</button>`
					: "";
			});
			this.$body.find(".manual-chapters").html(rows.join(""));
		}

		look_for(text) {
			this.$text.find("mark").each((_, mark) => mark.replaceWith(mark.textContent));
			for (const chapter of this.chapters) {
				chapter.normalize();
				chapter.hidden = !!text && !chapter.textContent.includes(text);
				if (text && !chapter.hidden) mark(chapter, text);
			}
			this.$body.find(".manual-none").prop("hidden", this.chapters.some((chapter) => !chapter.hidden));
			this.draw_chapters();
		}
	}

	// A chapter is a heading of the second order with what follows it.
	function in_chapters(html) {
		const $chapters = [];
		for (const node of $.parseHTML(html)) {
			if (!$chapters.length || node.nodeName === "H2") $chapters.push($(`<section class="chapter"></section>`));
			$chapters.at(-1).append(node);
		}
		return $chapters;
	}

	function mark(chapter, text) {
		const walker = document.createTreeWalker(chapter, NodeFilter.SHOW_TEXT);
		const found = [];
		while (walker.nextNode()) if (walker.currentNode.nodeValue.includes(text)) found.push(walker.currentNode);
		for (const node of found) {
			const marked = node.nodeValue.split(text).map(escape).join(`<mark>${escape(text)}</mark>`);
			$(node).replaceWith(marked);
		}
	}
})();
