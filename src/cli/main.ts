import { runDps } from "./program.ts";
import { openTerminal } from "./terminal.ts";

// Whoever reads may leave first, as in dps … | head. A terminal that was closed takes nothing more, and work is still saved.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") process.exit(1);
  });
}
const code = await runDps(process.argv.slice(2), openTerminal(process.stdout, process.stderr));
// The driver's threads may outlive the device; leave once all that was written has gone out.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
