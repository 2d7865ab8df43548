// A number card says below its number what it counts (figures.py); what is overdue is red, and green where nothing is.
frappe.provide("frappe.widget.widget_factory");

const NumberCard = frappe.widget.widget_factory.number_card;

if (NumberCard)
	frappe.widget.widget_factory.number_card = class extends NumberCard {
		render_number() {
			super.render_number();
			if (!this.data?.meaning) return;
			if (this.data.overdue)
				$(this.body)
					.find(".number")
					.css("color", "")
					.addClass(this.data.value ? "text-danger" : "text-success");
			$("<div class='socaid-meaning text-muted small'></div>").text(this.data.meaning).appendTo(this.body);
		}
	};
