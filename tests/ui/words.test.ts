import { describe, expect, it } from "vitest";
import { browserAdvice } from "../../src/ui/browser-advice.ts";
import { droppedFiles } from "../../src/ui/kit/files/dropped-files.ts";
import { droppedTree } from "../../src/ui/kit/files/dropped-tree.ts";
import { readNumber, showNumber } from "../../src/ui/kit/number-text.ts";
import { methodLooks } from "../../src/analysis/drawing/method-looks.ts";
import { fakeCatalog } from "../store/fake-catalog.ts";

describe("number boxes", () => {
  it("read numbers, emptiness, and keep anything else for the message", () => {
    expect(["2e-5", " 3 ", "0,5", "", "  ", "abc", "1e999"].map(readNumber)).toEqual([
      2e-5,
      3,
      0.5,
      null,
      null,
      "abc",
      "1e999",
    ]);
  });

  it("leave what is being typed alone as long as it means the value", () => {
    expect(showNumber(1, "1.")).toBe("1.");
    expect(showNumber(2, "1.")).toBe("2");
    expect(showNumber(null, "")).toBe("");
    expect(showNumber("abc", "abc")).toBe("abc");
  });

  it("never change a value by showing it", () => {
    for (const value of [2e-5, 1 / 3, 123456.789, 2 ** 32 - 1, 1e-7]) expect(Number(showNumber(value, ""))).toBe(value);
  });
});

describe("dropped files", () => {
  it("keep the folder, however the browser says it", () => {
    const plain = new File(["x"], "config.json");
    const dropped = Object.assign(new File(["x"], "vocab.txt"), {
      path: "./tiny/vocab.txt",
      relativePath: "./tiny/vocab.txt",
    });
    expect(droppedFiles([plain, dropped]).map((file) => file.path)).toEqual(["config.json", "tiny/vocab.txt"]);
  });
});

/** What a browser gives for a file; `refusal`: why it does not give its content. */
function fileEntry(fullPath: string, refusal: string | null = null): object {
  const file = (done: (one: File) => void, failed: (why: Error) => void): void =>
    refusal === null ? done(new File(["x"], "x")) : failed(new Error(refusal));
  return { isFile: true, isDirectory: false, name: fullPath.split("/").at(-1), fullPath, file };
}

/** A folder as a browser gives it: so many entries at a time, and none at its end. */
function folderEntry(name: string, entries: readonly object[], atOnce = 100): object {
  let at = 0;
  const readEntries = (done: (some: readonly object[]) => void): void => done(entries.slice(at, (at += atOnce)));
  return { isFile: false, isDirectory: true, name, fullPath: `/${name}`, createReader: () => ({ readEntries }) };
}

/** A drop of such entries. */
function dropOf(...entries: readonly object[]): DataTransfer {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  const transfer: unknown = { items, files: [] };
  return transfer as DataTransfer;
}

describe("a dropped folder", () => {
  const names = (count: number): readonly object[] =>
    Array.from({ length: count }, (_, index) => fileEntry(`/m/${index}.txt`));

  it("is read to its end, which comes in parts, with the folders in it", async () => {
    const folder = folderEntry("m", [...names(3), folderEntry("m/deep", [fileEntry("/m/deep/a.txt")])], 2);
    const found = await droppedTree(dropOf(fileEntry("/alone.tsv"), folder));
    expect(found.map(({ path }) => path)).toEqual(["alone.tsv", "m/0.txt", "m/1.txt", "m/2.txt", "m/deep/a.txt"]);
  });

  it("of very many files is refused, and none is left out in silence", async () => {
    expect(await droppedTree(dropOf(folderEntry("m", names(200))))).toHaveLength(200);
    await expect(droppedTree(dropOf(folderEntry("m", names(201))))).rejects.toThrow("More than 200 files were dropped");
  });

  it("that cannot be read says which file it is of", async () => {
    const folder = folderEntry("m", [fileEntry("/m/config.json", "no permission")]);
    await expect(droppedTree(dropOf(folder))).rejects.toThrow("config.json cannot be read (no permission)");
  });
});

describe("method looks", () => {
  it("follow the catalog and give a stranger from a file a place of its own", () => {
    const looks = methodLooks(fakeCatalog, [{ method: "stranger", label: "Stranger" }, { method: "one", label: "other" }]); // prettier-ignore
    const colors = ["plain", "one", "two", "stranger"].map((id) => looks(id).color);
    expect(new Set(colors).size).toBe(4);
    expect(looks("one").label).toBe("DPS Dense");
    expect(looks("stranger").label).toBe("Stranger");
  });
});

describe("browserAdvice", () => {
  const agents = {
    linuxChrome:
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    oldChrome:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36",
    windowsEdge:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    windowsFirefox: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:139.0) Gecko/20100101 Firefox/139.0",
    macFirefox: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:139.0) Gecko/20100101 Firefox/139.0",
    linuxFirefox: "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
    safari:
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
  };
  it.each([
    ["linuxChrome", "enable-unsafe-webgpu"],
    ["oldChrome", "113"],
    ["windowsEdge", "graphics acceleration"],
    ["windowsFirefox", "version 141"],
    ["macFirefox", "version 145"],
    ["linuxFirefox", "Use Chrome or Edge"],
    ["safari", "version 26"],
  ] as const)("knows %s", (agent, words) => {
    expect(browserAdvice(agents[agent])).toContain(words);
  });

  it("says something useful to a browser it does not know", () => {
    expect(browserAdvice("Lynx")).toContain("Chrome and Edge");
  });
});
