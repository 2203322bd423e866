import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { throttle } from "../../src/store/throttle.ts";

let blockedMs = 0;

beforeEach(() => {
  blockedMs = 0;
  vi.useFakeTimers();
  const start = Date.now();
  // Timers follow the fake clock; work that blocks the thread moves the time on without firing any.
  vi.spyOn(performance, "now").mockImplementation(() => Date.now() - start + blockedMs);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("throttle", () => {
  it("acts at once, then once an interval however often it is called", () => {
    const action = vi.fn<() => void>();
    const redraw = throttle(100, action);
    for (let call = 0; call < 5; call++) redraw.later();
    expect(action).toHaveBeenCalledTimes(1);
    redraw.later();
    vi.advanceTimersByTime(99);
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1000);
    expect(action).toHaveBeenCalledTimes(2);
  });

  it("leaves twice the length of slow work free before the next", () => {
    const action = vi.fn<() => void>(() => {
      blockedMs += 300;
    });
    const redraw = throttle(100, action);
    redraw.later();
    vi.advanceTimersByTime(1);
    redraw.later();
    vi.advanceTimersByTime(590);
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(20);
    expect(action).toHaveBeenCalledTimes(2);
  });

  it("now() takes the place of what was waiting", () => {
    const action = vi.fn<() => void>();
    const redraw = throttle(100, action);
    redraw.later();
    redraw.later();
    redraw.now();
    vi.advanceTimersByTime(1000);
    expect(action).toHaveBeenCalledTimes(2);
  });
});
