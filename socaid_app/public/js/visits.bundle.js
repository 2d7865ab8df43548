import { begin } from "./visits/app";

begin(document.getElementById("app"));
