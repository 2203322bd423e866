import fc from "fast-check";
import { expect, it } from "vitest";
import { AppError, failureOf, messageOf } from "../../src/core/errors.ts";
import { oneLine } from "../../src/core/one-line.ts";

it("shows what cannot be seen, and leaves all else", () => {
  expect(oneLine("a\u001b[31mred\r\nb\tc\u0000")).toBe("a\\u001b[31mred\\u000d\\u000ab\\u0009c\\u0000");
  expect(oneLine("\u202etxt.exe \u2066x\u2069 \u2028 \u009b2J \ufeff\ud83d")).toBe(
    "\\u202etxt.exe \\u2066x\\u2069 \\u2028 \\u009b2J \\ufeff\\ud83d",
  );
  expect(oneLine("a\u061cb\u200bc\u200ed\u200fe\u2060f")).toBe("a\\u061cb\\u200bc\\u200ed\\u200fe\\u2060f");
  const seen = "Größe 中文 مرحبا न\u200dम 👩\u200d🔬 “—…” \\u001b";
  expect(oneLine(seen)).toBe(seen);
});

it("is one line of at most 300 characters, whatever the text, and keeps its beginning and end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 900 }), fc.integer({ min: 10, max: 400 }), (text, most) => {
      const line = oneLine(text, most);
      expect(line.length).toBeLessThanOrEqual(most);
      expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
  expect(oneLine(`found ${"x".repeat(500)}. Do this.`)).toMatch(/^found x{190,}…x{70,}\. Do this\.$/);
});

it("an error's message is that, in no time, whoever made it", () => {
  const huge = "bert\n".repeat(20_000_000);
  const began = process.cpuUsage();
  const errors = [
    new AppError("bad-config", `model_type ${huge} is unknown.`),
    new AppError("bug", "", { cause: huge }),
  ];
  const told = [
    ...errors.map(({ message }) => message),
    failureOf(new TypeError(huge)).message,
    failureOf(huge).message,
  ];
  // Of the processor's time, whatever else it does: the text is a hundred million characters long.
  expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
  for (const message of [...told, messageOf(new Error(huge)), messageOf(huge)]) {
    expect(message.length).toBeLessThanOrEqual(300);
    expect(message).not.toContain("\n");
  }
  expect(told[0]).toMatch(/^model_type bert\\u000abert.*is unknown\.$/);
});
