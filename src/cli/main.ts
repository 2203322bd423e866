import { runDps } from "./program.ts";
import { openTerminal } from "./terminal.ts";

// Whoever reads may leave first, as in dps … | head.
process.stdout.on("error", () => process.exit(1));
const code = await runDps(process.argv.slice(2), openTerminal(process.stdout, process.stderr));
// The driver's threads may outlive the device; leave once all that was written has gone out.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
