import { describe, expect, it } from "vitest";
import { browserAdvice } from "../../src/ui/browser-advice.ts";
import { droppedFiles } from "../../src/ui/kit/files/dropped-files.ts";
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
