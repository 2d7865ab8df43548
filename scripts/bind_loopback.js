// node --require this before Frappe's socketio.js: that one listens on every interface, and has no setting
// for it. Browsers come through the proxy (haproxy.cfg), so loopback is enough.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
	if (/^\d+$/.test(String(port))) {
		return listen.call(this, { port: Number(port), host: "127.0.0.1" }, ...rest);
	}
	return listen.call(this, port, ...rest);
};
