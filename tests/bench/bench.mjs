// npm run bench: main.ts beside it, bundled when a source is newer; with --reading, that of reading/; with --page, the built
// page in Chromium, and with --saving as well, what saving a run costs there.
import { runProgram } from "../../.config/node-program.mjs";

if (process.argv.includes("--reading")) await runProgram("tests/bench/reading/main.ts");
else if (process.argv.includes("--page")) {
  await (process.argv.includes("--saving") ? import("./page-saving.mjs") : import("./page.mjs"));
} else await runProgram("tests/bench/main.ts");
