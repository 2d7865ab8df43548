import "./fields";
import "./words";
import "./history";
import "./forms";
import "./links";
import "./people";
import "./lists";
import "./reports";
