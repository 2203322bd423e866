#!/usr/bin/env node
// The `dps` command: main.ts beside it, bundled when a source is newer.
import { runProgram } from "../../.config/node-program.mjs";

await runProgram("src/cli/main.ts");
