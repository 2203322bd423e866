import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { buildName } from "./.config/build-name.ts";
import { fortress } from "./.config/fortress.ts";
import { offline } from "./.config/offline.ts";

/** Shaders are built in without their comments: 9 kB of the engine would be prose. */
const shadersWithoutComments: Plugin = {
  name: "shaders-without-comments",
  apply: "build",
  enforce: "pre",
  async load(id) {
    if (!id.endsWith(".wgsl?raw")) return null;
    const text = await readFile(id.replace(/\?raw$/, ""), "utf8");
    return `export default ${JSON.stringify(text.replace(/^\s*\/\/.*\n/gm, ""))}`;
  },
};

export default defineConfig({
  // Relative addresses: the built page works in any folder of any static host.
  base: "./",
  plugins: [react(), shadersWithoutComments, fortress, offline],
  define: { engineBuild: JSON.stringify(buildName(import.meta.dirname)) },
  // A browser with WebGPU is a recent browser.
  build: { outDir: "dist/page", emptyOutDir: true, target: "esnext", chunkSizeWarningLimit: 1500 },
  worker: {
    format: "es",
    plugins: () => [shadersWithoutComments],
    // Told from the page's own scripts by their names, for the limits on weight.
    rolldownOptions: {
      output: { entryFileNames: "assets/engine-[name]-[hash].js", chunkFileNames: "assets/engine-[name]-[hash].js" },
    },
  },
  // npm run dev: what the worker imports is found at the start, or finding it later would reload the page in mid-run.
  optimizeDeps: { entries: ["index.html", "src/worker/trainer.worker.ts"] },
  test: {
    // A software GPU is slow, and two files at once fill it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: "forks",
    projects: [
      // What needs no adapter; what needs one; what needs a browser.
      {
        extends: true,
        test: {
          name: "unit",
          include: ["tests/**/*.test.{ts,tsx}"],
          exclude: ["tests/e2e/**", "**/*.gpu.test.ts"],
          // Many small files: starting a worker for each would take longer than they do.
          pool: "threads",
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "gpu",
          include: ["tests/**/*.gpu.test.ts"],
          // Kernels that tests choose are no concern of whoever runs them.
          env: { XDG_CACHE_HOME: join(tmpdir(), "dps-playground-tests") },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          fileParallelism: false,
          // A browser on a busy machine may miss a press; the report says which test needed a second try.
          retry: 1,
        },
      },
    ],
  },
});
