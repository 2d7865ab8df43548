// Loaded on every Desk page: the search dialog and what several forms share.
import "./socaid/search_dialog";
import "./socaid/reveal";
import "./socaid/breadcrumbs";
