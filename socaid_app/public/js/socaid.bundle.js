// Loaded on every Desk page: the search dialog and what several forms share.
import "./socaid/search_dialog";
import "./socaid/reveal";
import "./socaid/id_number";
import "./socaid/confirm_value";
import "./socaid/break_glass";
import "./socaid/breadcrumbs";
import "./socaid/law";
import "./socaid/plan_visit";
import "./socaid/print_view";
import "./socaid/petition_letters";
import "./socaid/guide_picker";
import "./socaid/phone_intake";
import "./socaid/desk_gaps";
import "./socaid/words";
import "./socaid/archive_scan";
import "./socaid/closed_fields";
import "./socaid/figures";
