import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cardName, readBundledIndex, sha256Of } from "../../../src/contract/sources/bundled.ts";
import { bundledModels, modelsFolder } from "../../bundled.ts";

const file = { name: "config.json", sizeBytes: 12, sha256: "0".repeat(64) };
const model = { id: "a-1", label: "A", description: "B.", license: "mit", parameterCount: 3, files: [file] };

describe("the index of bundled models", () => {
  it("is read as it stands", () => {
    expect(readBundledIndex([model])).toEqual([model]);
    expect(readBundledIndex([])).toEqual([]);
  });

  it.each([
    ["no list", model],
    ["an id that leaves its folder", [{ ...model, id: "../a" }]],
    ["a file outside the folder", [{ ...model, files: [{ ...file, name: "../x" }] }]],
    ["a hidden file", [{ ...model, files: [{ ...file, name: ".x" }] }]],
    ["a hash that is none", [{ ...model, files: [{ ...file, sha256: "x" }] }]],
    ["an empty file", [{ ...model, files: [{ ...file, sizeBytes: 0 }] }]],
    ["no files", [{ ...model, files: [] }]],
    ["no licence", [{ ...model, license: "" }]],
  ])("is refused with %s", (_, json) => {
    expect(() => readBundledIndex(json)).toThrow(/Invalid/);
  });

  it("hashes as everyone does", async () => {
    const bytes = new TextEncoder().encode("abc").buffer;
    expect(await sha256Of(bytes)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("the models that ship with the page", () => {
  it("are one", () => {
    expect(bundledModels).toHaveLength(1);
  });

  it("are what the index says, byte for byte, and small", async () => {
    for (const { id, files } of bundledModels) {
      let total = 0;
      for (const { name, sizeBytes, sha256 } of files) {
        const bytes = new Uint8Array(readFileSync(`${modelsFolder}${id}/${name}`));
        expect([name, bytes.length, await sha256Of(bytes.slice().buffer)]).toEqual([name, sizeBytes, sha256]);
        total += bytes.length;
      }
      expect(total).toBeLessThanOrEqual(10_000_000);
    }
  });

  it("come with a card that tells of data, licences, recipe and scores", () => {
    for (const { id, license, files } of bundledModels) {
      const card = readFileSync(`${modelsFolder}${id}/${cardName}`, "utf8");
      expect(card).toContain(`license: ${license}`);
      if (license === "apache-2.0") expect(files.map(({ name }) => name)).toContain("LICENSE");
      for (const heading of [/^## .*data/im, /^## .*recipe/im, /^## .*scores/im]) expect(card).toMatch(heading);
    }
  });
});
