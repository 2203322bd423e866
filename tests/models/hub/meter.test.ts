import { expect, test } from "vitest";
import type { DownloadProgress } from "../../../src/contract/sources/hub.ts";
import { Meter } from "../../../src/models/hub/meter.ts";

test("speed is the mean of the last seconds; what was kept does not count for it", () => {
  const seen: DownloadProgress[] = [];
  let nowMs = 0;
  const meter = new Meter(
    (progress) => seen.push(progress),
    () => nowMs,
  );
  meter.expect(100_000);
  meter.settle(10_000);
  meter.enter("fetching", "a.bin");
  meter.have(20_000);
  const arrive = (from: number, count: number, bytes: number): void => {
    for (let part = 1; part <= count; part++) {
      nowMs += 100;
      meter.have(from + part * bytes, bytes);
    }
  };
  arrive(20_000, 10, 1000);
  expect(seen.at(-1)).toEqual({
    phase: "fetching",
    file: "a.bin",
    doneBytes: 40_000,
    totalBytes: 100_000,
    bytesPerSecond: 10_000,
    secondsLeft: 6,
    note: null,
  });
  // After five seconds at a tenth of the pace the faster ones are forgotten.
  arrive(30_000, 60, 100);
  expect(seen.at(-1)?.bytesPerSecond).toBe(1000);
  // And a transfer that stands still is seen to.
  nowMs += 10_000;
  meter.beat();
  expect(seen.at(-1)).toMatchObject({ doneBytes: 46_000, bytesPerSecond: 0, secondsLeft: null });
});

test("nothing is told more often than every 100 ms, but for a change of phase", () => {
  const seen: DownloadProgress[] = [];
  let nowMs = 0;
  const meter = new Meter(
    (progress) => seen.push(progress),
    () => nowMs,
  );
  meter.expect(1000);
  meter.enter("fetching", "a.bin");
  for (let part = 1; part <= 1000; part++) {
    nowMs += 1;
    meter.have(part, 1);
  }
  expect(seen).toHaveLength(11);
  meter.enter("checking", "a.bin");
  expect(seen.at(-1)).toMatchObject({ phase: "checking", doneBytes: 1000, bytesPerSecond: null, secondsLeft: null });
});
