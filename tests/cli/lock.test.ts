import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeLock } from "../../src/cli/lock.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dps-lock-"));
  path = join(folder, "result.json.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Takes it, which must succeed. */
async function taken() {
  const lock = await takeLock(path);
  if (!("release" in lock)) throw new Error("It is held.");
  return lock;
}

/** As a program leaves it. */
const left = (pid: number, host = hostname()): void => writeFileSync(path, JSON.stringify({ pid, host }));

describe("a lock", () => {
  test("says who has it, and is free again once it is given back", async () => {
    const lock = await taken();
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ pid: process.pid, host: hostname() });
    expect(await takeLock(path)).toEqual({ holder: { pid: process.pid, host: hostname() } });
    await lock.release();
    expect(existsSync(path)).toBe(false);
    await (await taken()).release();
  });

  test("of a program that is no longer running is taken over", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    left(pid);
    await (await taken()).release();
    // The number of a program comes round again; this one does not hold it.
    left(process.pid);
    await (await taken()).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a running program, or of another computer, is left to it", async () => {
    left(process.ppid);
    expect(await takeLock(path)).toEqual({ holder: { pid: process.ppid, host: hostname() } });
    left(2 ** 22 + 1, "elsewhere");
    expect(await takeLock(path)).toEqual({ holder: { pid: 2 ** 22 + 1, host: "elsewhere" } });
  });

  test("that names nobody is being written, unless it is old", async () => {
    writeFileSync(path, "");
    expect(await takeLock(path)).toEqual({ holder: null });
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, hourAgo, hourAgo);
    await (await taken()).release();
  });

  test("that is no lock but a file of that name is left as it is, however old", async () => {
    writeFileSync(path, "# yarn lockfile v1\n");
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, hourAgo, hourAgo);
    expect(await takeLock(path)).toEqual({ holder: null });
    expect(readFileSync(path, "utf8")).toBe("# yarn lockfile v1\n");
  });

  test("is one program's alone, however many ask for it at once, and also for one that was left", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (let round = 0; round < 20; round++) {
      if (round % 2 === 1) left(pid);
      const locks = await Promise.all(Array.from({ length: 8 }, () => takeLock(path)));
      const ours = locks.filter((lock) => "release" in lock);
      expect(ours).toHaveLength(1);
      await ours[0]?.release();
    }
  });
});
