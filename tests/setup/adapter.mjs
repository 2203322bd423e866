// Prints the name of the WebGPU adapter that tests in Node will use; exits with 1 where there is none.
import { create } from "webgpu";

const adapter = await create([]).requestAdapter({ powerPreference: "high-performance" });
const info = adapter?.info;
if (info !== undefined) console.log([info.vendor, info.architecture, info.description].filter(Boolean).join(" "));
// Dawn keeps threads of its own alive.
process.exit(info === undefined ? 1 : 0);
