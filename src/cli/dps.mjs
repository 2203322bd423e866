#!/usr/bin/env node
// The `dps` command: main.ts beside it, bundled when a source is newer.
import { runProgram } from "../../.config/node-program.mjs";

// npm run starts every script in the repository's top folder; file names are meant from where the person stands.
const here = process.env["npm_lifecycle_event"] === "dps" ? process.env["INIT_CWD"] : undefined;
if (here !== undefined) process.chdir(here);
await runProgram("src/cli/main.ts");
