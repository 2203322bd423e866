import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showLife, silentAfterMs, Vitals } from "../../src/worker/vitals.ts";

/** Locks as a browser has them; `free` lets go of all that are held, as the end of a thread does. */
function fakeLocks() {
  const waiting = new Map<string, (() => void)[]>();
  const locks = {
    request(name: string, ...rest: readonly unknown[]): Promise<unknown> {
      const held = rest.at(-1);
      if (typeof held !== "function") throw new Error("a lock is asked for with what is done with it");
      const others = waiting.get(name);
      if (others === undefined) {
        waiting.set(name, []);
        return Promise.resolve(held());
      }
      return new Promise((resolve) => others.push(() => resolve(held())));
    },
  };
  const free = (): void => {
    for (const others of waiting.values()) for (const go of others) go();
  };
  return { locks: locks as unknown as Pick<LockManager, "request">, free };
}

/** An engine that answers only while it is awake. */
function engineOf(locks: Pick<LockManager, "request"> | undefined) {
  const state = { awake: true };
  const [page, thread] = [new EventTarget(), new EventTarget()];
  const say = (to: EventTarget, data: unknown) => {
    if (state.awake) to.dispatchEvent(new MessageEvent("message", { data }));
  };
  const inside = Object.assign(thread, { postMessage: (data: unknown) => say(page, data) });
  const outside = Object.assign(page, { postMessage: (data: unknown) => say(thread, data) });
  showLife(inside, locks);
  return { outside, state };
}

function watched(locks?: ReturnType<typeof fakeLocks>["locks"]) {
  const { outside, state } = engineOf(locks);
  const told: string[] = [];
  const listener = { ended: () => void told.push("ended"), silent: (on: boolean) => void told.push(`silent ${on}`) };
  return { vitals: new Vitals(outside, "lock", listener, locks), told, state };
}

describe("an engine's silence", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is told after 20 s while a call waits, and taken back at its next sign of life", () => {
    const { vitals, told, state } = watched();
    vitals.called();
    vi.advanceTimersByTime(120_000);
    expect(told).toEqual([]);
    state.awake = false;
    vi.advanceTimersByTime(silentAfterMs - 4000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(8000);
    expect(told).toEqual(["silent true"]);
    state.awake = true;
    vi.advanceTimersByTime(4000);
    expect(told).toEqual(["silent true", "silent false"]);
  });

  it("is nothing while no call waits, and ends with the last one", () => {
    const { vitals, told, state } = watched();
    state.awake = false;
    vi.advanceTimersByTime(200_000);
    expect(told).toEqual([]);
    vitals.called();
    vitals.called();
    vi.advanceTimersByTime(80_000);
    vitals.calledBack();
    expect(told).toEqual(["silent true"]);
    vitals.calledBack();
    expect(told).toEqual(["silent true", "silent false"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not the sleep of the page itself", () => {
    const { vitals, told, state } = watched();
    vitals.called();
    vi.advanceTimersByTime(4000);
    state.awake = false;
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now + 3_600_000);
    vi.advanceTimersByTime(4000);
    expect(told).toEqual([]);
    clock.mockRestore();
  });
});

describe("an engine's end", () => {
  it("is told when its lock is let go", async () => {
    const { locks, free } = fakeLocks();
    const { told } = watched(locks);
    await Promise.resolve();
    expect(told).toEqual([]);
    free();
    await vi.waitFor(() => expect(told).toEqual(["ended"]));
  });

  it("is not told where it was ended from here", async () => {
    const { locks, free } = fakeLocks();
    const { vitals, told } = watched(locks);
    vitals.close();
    free();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(told).toEqual([]);
  });
});
