// Fields that the server would refuse or put back are shown read-only, so that nobody types into them in vain.
// The server names them when the form is loaded (casework/records.py); one function for all forms.
$(document).on("form-refresh", (event, frm) => {
	const closed = frm.doc?.__onload?.closed_fields || [];
	const before = frm.socaid_closed_fields || [];
	for (const fieldname of before.filter((name) => !closed.includes(name))) {
		frm.set_df_property(fieldname, "read_only", 0);
	}
	frm.socaid_closed_fields = closed.filter(
		(name) => before.includes(name) || (frm.fields_dict[name] && !frm.fields_dict[name].df.read_only)
	);
	for (const fieldname of frm.socaid_closed_fields) frm.set_df_property(fieldname, "read_only", 1);
});
