import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planSizeLimit } from "../../../src/contract/plan-file.ts";
import { linkStart } from "../../../src/contract/links/link-start.ts";
import { linkLimit, readSetupLink, writeSetupLink } from "../../../src/contract/links/setup-link.ts";
import type { LinkedSetup } from "../../../src/contract/links/setup-link.ts";
import { AppError } from "../../../src/core/errors.ts";
import { catalog } from "../../../src/experiment/catalog.ts";
import { fakeCatalog } from "../../store/fake-catalog.ts";

const setup: LinkedSetup = {
  name: "Frozen shares, é 🙂",
  plan: {
    methods: [
      { id: "plain", values: {} },
      { id: "one", values: { dropout: 0.1 } },
    ],
    seeds: [1, 2, 5],
    training: { epochs: 2 },
    grid: [{ field: "frozenShare", values: [0.1, 0.5] }],
    order: "interleaved",
  },
  rows: { devShare: 0.1, splitSeed: 3, sampleCount: 500, sampleSeed: 1 },
  model: { kind: "hub", id: "google/bert_uncased_L-2_H-128_A-2", revision: "main" },
  data: { kind: "sample", id: "sentiment" },
};

/** A link of any text, packed by Node's own deflate. */
const linkOf = (text: string): string => linkStart + deflateRawSync(Buffer.from(text)).toString("base64url");
const jsonOf = (link: string): Record<string, unknown> =>
  JSON.parse(inflateRawSync(Buffer.from(link.slice(linkStart.length), "base64url")).toString()) as Record<
    string,
    unknown
  >;
const changed = (change: Record<string, unknown>): string =>
  linkOf(JSON.stringify({ ...jsonOf(writeSetupLink(setup)), ...change }));
const read = (link: string) => readSetupLink(link, fakeCatalog);

describe("a link", () => {
  it("holds a set-up, in letters that an address may have", () => {
    const link = writeSetupLink(setup);
    expect(link).toMatch(/^#plan=[\w-]+$/);
    expect(read(link)).toEqual(setup);
    expect(link.length).toBeLessThan(1000);
  });

  it("holds every plan of the paper, and what the visitor has to bring", () => {
    const all = catalog();
    for (const entry of all.plans) {
      const plan = { ...entry.sizes.full, order: "sequential" as const };
      const one: LinkedSetup = { ...setup, name: entry.label, plan, model: null, data: null };
      expect(readSetupLink(writeSetupLink(one), all)).toEqual(one);
    }
  });

  it("is read whichever deflate packed it", () => {
    expect(read(changed({}))).toEqual(setup);
    expect(read(changed({ model: { kind: "bundled", id: "small" } })).model).toEqual({ kind: "bundled", id: "small" });
  });

  it.each([
    ["of half its letters", writeSetupLink(setup).slice(0, 200), /The link is damaged/],
    ["with a letter more", `${writeSetupLink(setup)}=`, /The link is damaged/],
    ["of nothing", linkStart, /The link is damaged/],
    ["of other text", linkOf("no JSON"), /The link is damaged/],
    ["of another version", changed({ version: 2 }), /not made by this version of the page: version does not fit/],
    ["with a stranger's field", changed({ script: "x" }), /not made by this version/],
    ["with a model's address", changed({ model: { kind: "hub", id: "https://x/y", revision: "main" } }), /model\.id/],
    ["with a path for a model", changed({ model: { kind: "bundled", id: "../x" } }), /model\.id does not fit/],
    ["with another hub", changed({ model: { kind: "hub", id: "a/b", revision: "main", hub: "https://x" } }), /model/],
    ["with an unknown method", changed({ plan: { version: 1, name: "P", methods: ["gone"], seeds: [1] } }), /The plan in the link cannot be used. There is no method "gone"/], // prettier-ignore
    ["with a setting out of bounds", changed({ plan: { version: 1, name: "P", methods: [{ id: "one", values: { dropout: 7 } }], seeds: [1] } }), /The plan in the link cannot be used/], // prettier-ignore
    ["with a task that the Hub has not", changed({ data: { kind: "hub", task: "gone", dev: "x" } }), /asks for the Hub's files of the task "gone"/], // prettier-ignore
  ])("%s is refused", (_, link, message) => {
    expect(() => read(link)).toThrow(message);
    expect(() => read(link)).toThrow(expect.objectContaining({ code: "bad-settings" }));
  });

  it("is bounded in its letters and in what it unpacks to", () => {
    const large = expect.objectContaining({ code: "too-large" });
    expect(() => read(linkStart + "a".repeat(linkLimit))).toThrow(large);
    const bomb = linkOf(" ".repeat(10_000_000));
    expect(bomb.length).toBeLessThan(linkLimit);
    expect(() => read(bomb)).toThrow(/unpacks to more than 256 KiB/);
    expect(() => read(linkOf(" ".repeat(planSizeLimit + 1)))).toThrow(large);
    expect(() => read(linkOf(" ".repeat(planSizeLimit)))).toThrow(/damaged/);
    const noise = Array.from({ length: 3000 }, (_, index) => Math.sin(index));
    const plan = { ...setup.plan, grid: [{ field: "frozenShare", values: noise }] };
    expect(() => writeSetupLink({ ...setup, plan })).toThrow(/Save it as plan\.json/);
  });

  it("nested without end is refused", () => {
    const deep = `{"a":${"[".repeat(60_000)}${"]".repeat(60_000)}}`;
    const text = JSON.stringify(jsonOf(changed({ plan: "here" }))).replace('"here"', deep);
    expect(() => read(linkOf(text))).toThrow(AppError);
    const method = `{"version":1,"name":"P","seeds":[1],"methods":[{"id":"one","values":{"dropout":${deep}}}]}`;
    expect(() => read(linkOf(text.replace(deep, method)))).toThrow(AppError);
  });

  it("of a stranger is read or refused in words, whatever it holds", () => {
    const tryIt = (link: string): void => {
      try {
        read(link);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError);
      }
    };
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => tryIt(linkStart + text)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        tryIt(linkStart + Buffer.from(bytes).toString("base64url")),
      ),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => tryIt(linkOf(JSON.stringify(value)))));
    const own = jsonOf(writeSetupLink(setup));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(own)), fc.jsonValue(), (field, value) =>
        tryIt(changed({ [field]: value })),
      ),
    );
    const sound = Buffer.from(writeSetupLink(setup).slice(linkStart.length), "base64url");
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(sound);
        bytes[at] = byte;
        tryIt(linkStart + bytes.toString("base64url"));
      }),
    );
  });
});
