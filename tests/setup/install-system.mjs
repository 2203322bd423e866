// sudo node tests/setup/install-system.mjs: installs the GPU driver and the browser that the tests need, on Debian and
// Ubuntu. npm test does the same when root runs it.
import { prepareSystem } from "./system.mjs";

try {
  console.log(`GPU: ${prepareSystem()}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
