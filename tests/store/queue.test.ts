import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { progressOf } from "../../src/store/results/progress.ts";
import { gate, notices, ready } from "./bench.ts";
import type { Bench } from "./bench.ts";

interface Going extends Bench {
  readonly end: Promise<void>;
  readonly pass: (count: number) => void;
}

/** An experiment of three methods and two seeds whose first run has begun; ten batches make a run. */
async function going(options: Parameters<typeof ready>[0] = {}, order: "sequential" | "interleaved" = "sequential") {
  const { pause, pass } = gate();
  const made = await ready({ stepCount: 40, batch: 4, pause, ...options });
  made.app.actions.settings.setOrder(order);
  const end = made.app.actions.run();
  pass(1);
  await vi.waitFor(() => expect(statuses(made)["plain-seed1"]).toBe("running"));
  return { ...made, end, pass } satisfies Going;
}

/** As the events said, which the page follows a little later. */
function statuses({ app }: Bench): Readonly<Record<string, string>> {
  return Object.fromEntries(app.archive.runs.map(({ id, status }) => [id, status]));
}

const all = Number.POSITIVE_INFINITY;

describe("the queue", () => {
  it("is known from the start, and shrinks run by run", async () => {
    const made = await going();
    const runs = made.app.archive.heads();
    expect(runs.map(({ id }) => id)).toEqual([
      "plain-seed1",
      "one-seed1",
      "two-seed1",
      "plain-seed2",
      "one-seed2",
      "two-seed2",
    ]);
    expect(runs.slice(1).every(({ status }) => status === "waiting")).toBe(true);
    expect(progressOf(runs)).toMatchObject({ runsPlanned: 6, runsEnded: 0 });
    made.pass(all);
    await made.end;
    expect(new Set(Object.values(statuses(made)))).toEqual(new Set(["completed"]));
  });

  it("lets go of a run that waits and of one that runs, and goes on with the others", async () => {
    const made = await going();
    await made.app.actions.experiment.cancel("two-seed2");
    await made.app.actions.experiment.cancel("plain-seed1");
    made.pass(all);
    await made.end;
    const { runs } = made.app.store.getState().experiment;
    expect(statuses(made)).toMatchObject({
      "plain-seed1": "stopped",
      "two-seed2": "stopped",
      "one-seed2": "completed",
    });
    expect(runs.find(({ id }) => id === "plain-seed1")?.error).toMatchObject({ code: "stopped" });
    expect(runs.find(({ id }) => id === "two-seed2")?.stepsDone).toBe(0);
    expect(notices(made.app)).toEqual([]);
  });

  it("does not take what is cancelled for progress", async () => {
    const made = await going();
    const before = progressOf(made.app.archive.heads());
    for (const id of ["one-seed2", "two-seed2", "plain-seed2"]) await made.app.actions.experiment.cancel(id);
    await vi.waitFor(() => expect(statuses(made)["plain-seed2"]).toBe("stopped"));
    const after = progressOf(made.app.archive.heads());
    expect([before.share, after.share]).toEqual([0, 0]);
    expect(after).toMatchObject({ runsPlanned: 3, runsEnded: 0 });
    made.pass(all);
    await made.end;
    expect(progressOf(made.app.archive.heads()).share).toBe(1);
  });

  it("takes a failed run again at its end, and says why where that cannot be", async () => {
    const error = new AppError("not-finite", "The loss is NaN at step 100.");
    const made = await going({ failing: { run: 0, error, whole: false } });
    made.pass(5);
    await vi.waitFor(() => expect(statuses(made)["plain-seed1"]).toBe("failed"));
    await made.app.actions.experiment.retry("two-seed2");
    expect(notices(made.app)).toEqual(["run: bad-settings"]);
    await made.app.actions.experiment.retry("plain-seed1");
    expect(notices(made.app)).toEqual([]);
    await vi.waitFor(() => expect(statuses(made)["plain-seed1"]).toBe("waiting"));
    made.pass(all);
    await made.end;
    expect(statuses(made)["plain-seed1"]).toBe("completed");
  });

  it("grows by seeds and by a method, and with it the plan", async () => {
    const made = await going();
    made.app.actions.settings.includeMethod("two", false);
    await made.app.actions.experiment.extend({ methods: [], seeds: [3] });
    await vi.waitFor(() => expect(statuses(made)["one-seed3"]).toBe("waiting"));
    expect(made.app.archive.known.config?.plan.seeds).toEqual([1, 2, 3]);
    expect(progressOf(made.app.archive.heads()).runsPlanned).toBe(9);
    made.pass(all);
    await made.end;
    expect(Object.values(statuses(made))).toHaveLength(9);
  });

  it("runs side by side where the plan says so", async () => {
    const made = await going({}, "interleaved");
    const running = () => Object.values(statuses(made)).filter((status) => status === "running");
    expect(running()).toHaveLength(3);
    made.pass(6);
    await vi.waitFor(() => expect(made.app.archive.runs.map(({ steps }) => steps.length)).toEqual([8, 8, 8, 0, 0, 0]));
    expect(made.app.archive.tokensPerSecond()).toBeGreaterThan(0);
    await made.app.actions.experiment.stop();
    made.pass(all);
    await made.end;
    expect(Object.values(statuses(made))).toEqual(Array.from({ length: 6 }, () => "stopped"));
  });

  it("leaves nothing waiting when the engine dies", async () => {
    const error = new AppError("device-lost", "The GPU went away.");
    const made = await going({ failing: { run: 1, error, whole: true } });
    made.pass(all);
    await made.end;
    const { "plain-seed1": first, "one-seed1": second, ...rest } = statuses(made);
    expect([first, second, ...new Set(Object.values(rest))]).toEqual(["completed", "failed", "stopped"]);
  });
});
