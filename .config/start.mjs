// npm start: installs what is missing, builds the page and serves it on this machine. Needs only Node.
// npm run dev (--dev): serves the sources themselves, and the page follows every change of them.
import { install, root } from "./install.mjs";

try {
  install();
  const server = process.argv.includes("--dev") ? await serveSources() : await serveBuilt();
  console.log(`DPS Playground is at ${server.resolvedUrls?.local[0]} (stop with Ctrl+C)`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function serveSources() {
  const { createServer } = await import("vite");
  // The address stays in sight while changes are told below it.
  const server = await createServer({ root, clearScreen: false });
  return await server.listen();
}

async function serveBuilt() {
  const { build, preview } = await import("vite");
  console.log("Building the page ...");
  await build({ root, logLevel: "error" });
  return await preview({ root, logLevel: "error" });
}
