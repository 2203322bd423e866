import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkOutputPath, holdingOutput, writeOutput, writeOutputBy } from "../../src/cli/output-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dps-output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

describe("a file that is written", () => {
  test("takes the place of an older one and leaves nothing beside it", async () => {
    writeFileSync(at("result.json"), "older");
    await writeOutput(at("result.json"), "newer");
    expect(readFileSync(at("result.json"), "utf8")).toBe("newer");
    expect(readdirSync(folder)).toEqual(["result.json"]);
  });

  test("a full disk is named, and the older file is as it was", async () => {
    writeFileSync(at("result.json"), "older");
    // Whatever is written to this device finds no room.
    symlinkSync("/dev/full", at("result.json.part"));
    const refusal = await writeOutput(at("result.json"), "newer").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "no-space", message: expect.stringMatching(/result\.json.*disk.*full/) });
    expect(readFileSync(at("result.json"), "utf8")).toBe("older");
    expect(readdirSync(folder)).toEqual(["result.json"]);
  });

  test("a link stays a link, and what it leads to is replaced", async () => {
    writeFileSync(at("true.json"), "older");
    symlinkSync(at("true.json"), at("link.json"));
    await writeOutput(at("link.json"), "newer");
    expect(lstatSync(at("link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("true.json"), "utf8")).toBe("newer");
  });

  test("a folder that is gone is told, not taken for a fault of the program", async () => {
    const refusal = writeOutput(at("gone/result.json"), "x");
    await expect(refusal).rejects.toMatchObject({ code: "no-access", message: expect.stringContaining("gone") });
  });
});

describe("a place that is held", () => {
  test("is refused to a second program, which is told who has it, and free again afterwards", async () => {
    const lock = JSON.stringify({ pid: process.ppid, host: hostname() });
    writeFileSync(at("result.json.lock"), lock);
    writeFileSync(at("result.json.part"), "what the first has written so far");
    const work = () => Promise.reject(new Error("It was begun."));
    await expect(holdingOutput("output", at("result.json"), work)).rejects.toMatchObject({
      code: "no-access",
      message: expect.stringMatching(
        new RegExp(
          `--output: another dps is writing .*result\\.json \\(process ${process.ppid} on .*delete .*\\.lock\\.$`,
        ),
      ),
    });
    expect(readFileSync(at("result.json.lock"), "utf8")).toBe(lock);
    expect(readFileSync(at("result.json.part"), "utf8")).toBe("what the first has written so far");
    rmSync(at("result.json.lock"));
    await expect(holdingOutput("output", at("result.json"), work)).rejects.toThrow("It was begun.");
    expect(await holdingOutput("output", at("result.json"), () => Promise.resolve(readdirSync(folder)))).toEqual([
      "result.json.lock",
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is one by whatever link it is named, and a device is nobody's", async () => {
    writeFileSync(at("true.json"), "older");
    symlinkSync(at("true.json"), at("link.json"));
    await holdingOutput("output", at("link.json"), async () => {
      await expect(holdingOutput("output", at("true.json"), () => Promise.resolve())).rejects.toThrow("another dps");
    });
    expect(
      await holdingOutput("output", "/dev/null", () => Promise.resolve(readdirSync("/dev").includes("null.lock"))),
    ).toBe(false);
  });
});

describe("a file that comes bit by bit", () => {
  test("is there when it is whole, and what it came to is told", async () => {
    writeFileSync(at("rows.tsv"), "older");
    const told = await writeOutputBy(at("rows.tsv"), async (file) => {
      await file.write("one\n");
      expect(readFileSync(at("rows.tsv"), "utf8")).toBe("older");
      await file.write("two\n");
      return 2;
    });
    expect(told).toBe(2);
    expect(readFileSync(at("rows.tsv"), "utf8")).toBe("one\ntwo\n");
    expect(readdirSync(folder)).toEqual(["rows.tsv"]);
  });

  test("an error in the middle is told as it is, and the older file is as it was", async () => {
    writeFileSync(at("rows.tsv"), "older");
    const broken = new RangeError("No such row.");
    const write = writeOutputBy(at("rows.tsv"), async (file) => {
      await file.write("one\n");
      throw broken;
    });
    await expect(write).rejects.toBe(broken);
    expect(readFileSync(at("rows.tsv"), "utf8")).toBe("older");
    expect(readdirSync(folder)).toEqual(["rows.tsv"]);
  });

  test("a pipe is written to as it is, and stays one", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const read = readFile(at("pipe"), "utf8");
    await writeOutputBy(at("pipe"), async (file) => {
      await file.write("one\n");
      await file.write("two\n");
    });
    expect(await read).toBe("one\ntwo\n");
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
  });
});

describe("before hours of work", () => {
  test("the folder is made, and nothing is left in it", async () => {
    await checkOutputPath("output", at("new/one/result.json"));
    expect(readdirSync(at("new/one"))).toEqual([]);
  });

  test("an older file is left as it is", async () => {
    writeFileSync(at("result.json"), "older");
    await checkOutputPath("output", at("result.json"));
    expect(readFileSync(at("result.json"), "utf8")).toBe("older");
  });

  test("a device is no file to test", async () => {
    await checkOutputPath("output", "/dev/null");
    expect(existsSync("/dev/null.part")).toBe(false);
  });

  test("a full disk is found by writing", async () => {
    symlinkSync("/dev/full", at("result.json.part"));
    const refusal = checkOutputPath("output", at("result.json"));
    await expect(refusal).rejects.toMatchObject({ code: "no-space" });
    symlinkSync("/dev/full", at("result.json.part"));
    const held = holdingOutput("output", at("result.json"), () => Promise.resolve());
    await expect(held).rejects.toMatchObject({ code: "no-space" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["a folder", ".", /--output: .* is a folder; wanted is a file name/],
    ["a file for a folder", "file/result.json", /file is a file; wanted is a folder/],
    ["a place where nobody may write", "/proc/result.json", /\/proc\/result\.json cannot be written/],
  ])("%s is refused", async (_, name, message) => {
    writeFileSync(at("file"), "x");
    const path = name.startsWith("/") ? name : at(name);
    const refusal = { code: "bad-settings", message: expect.stringMatching(message) };
    await expect(checkOutputPath("output", path)).rejects.toMatchObject(refusal);
    await expect(holdingOutput("output", path, () => Promise.resolve())).rejects.toMatchObject(refusal);
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
