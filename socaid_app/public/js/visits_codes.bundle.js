// Draws and reads QR codes for the hand-over between two phones (visits/codes.js); loaded when somebody needs it.
// ZXing comes with Frappe, whose scanner is made of it.
import {
	BinaryBitmap,
	HybridBinarizer,
	QRCodeDecoderErrorCorrectionLevel as Level,
	QRCodeEncoder,
	QRCodeReader,
	RGBLuminanceSource,
} from "html5-qrcode/third_party/zxing-js.umd";

const QUIET = 4; // modules of white around a code

window.visitsCodes = {
	draw(canvas, text) {
		const code = QRCodeEncoder.encode(text, Level.L, new Map()).getMatrix();
		const size = code.getWidth() + 2 * QUIET;
		const dot = Math.max(3, Math.floor(720 / size));
		canvas.width = canvas.height = size * dot;
		const pen = canvas.getContext("2d");
		pen.fillStyle = "#fff";
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.fillStyle = "#000";
		for (let y = 0; y < code.getHeight(); y += 1)
			for (let x = 0; x < code.getWidth(); x += 1)
				if (code.get(x, y) === 1) pen.fillRect((x + QUIET) * dot, (y + QUIET) * dot, dot, dot);
	},

	// The text of the code in a picture (ImageData), or undefined.
	read({ data, width, height }) {
		const grey = new Uint8ClampedArray(width * height);
		for (let at = 0; at < grey.length; at += 1)
			grey[at] = (data[at * 4] * 299 + data[at * 4 + 1] * 587 + data[at * 4 + 2] * 114) / 1000;
		try {
			const picture = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, width, height)));
			return new QRCodeReader().decode(picture).getText();
		} catch {
			return undefined;
		}
	},
};
