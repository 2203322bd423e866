// npm start: installs what is missing, builds the page and serves it on this machine. Needs only Node.
import { install, root } from "./install.mjs";

try {
  install();
  const { build, preview } = await import("vite");
  console.log("Building the page ...");
  await build({ root, logLevel: "error" });
  const server = await preview({ root, logLevel: "error" });
  console.log(`DPS Playground is at ${server.resolvedUrls?.local[0]} (stop with Ctrl+C)`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
