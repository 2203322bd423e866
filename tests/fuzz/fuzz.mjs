// npm run fuzz: main.ts beside it, bundled when a source is newer.
import { runProgram } from "../../.config/node-program.mjs";

await runProgram("tests/fuzz/main.ts");
