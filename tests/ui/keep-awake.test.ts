import { expect, test } from "vitest";
import { keepAwake } from "../../src/ui/frame/keep-awake.ts";

/** A page that can be hidden, and a browser that counts the locks it gave and took back. */
function surroundings({ refuses = false } = {}) {
  let [taken, released] = [0, 0];
  const events = new EventTarget();
  const page = {
    visibilityState: "visible" as DocumentVisibilityState,
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  };
  const release = (): Promise<void> => Promise.resolve(void (released += 1));
  const request = (): Promise<WakeLockSentinel> => {
    if (refuses) return Promise.reject(new Error("NotAllowedError"));
    taken += 1;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of a lock is asked for
    return Promise.resolve({ release } as unknown as WakeLockSentinel);
  };
  return {
    page,
    locks: { request },
    counts: () => ({ taken, released }),
    async show(state: DocumentVisibilityState) {
      page.visibilityState = state;
      events.dispatchEvent(new Event("visibilitychange"));
      await settled();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("a lock is held until it is let go, and taken again when the page is shown", async () => {
  const around = surroundings();
  const letGo = keepAwake(around);
  await settled();
  expect(around.counts()).toEqual({ taken: 1, released: 0 });
  await around.show("hidden");
  expect(around.counts().taken).toBe(1);
  await around.show("visible");
  expect(around.counts().taken).toBe(2);
  letGo();
  await settled();
  expect(around.counts()).toEqual({ taken: 2, released: 1 });
  await around.show("visible");
  expect(around.counts().taken).toBe(2);
});

test("one that comes after it was let go is given back; a refusal, or a browser without locks, is no trouble", async () => {
  const around = surroundings();
  keepAwake(around)();
  await settled();
  expect(around.counts()).toEqual({ taken: 1, released: 1 });
  keepAwake(surroundings({ refuses: true }))();
  keepAwake({ ...around, locks: undefined })();
  await settled();
});
