/** What is asked of the page, and of the browser. */
interface Surroundings {
  readonly page: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;
  /** Not in every browser, and only in a secure context. */
  readonly locks: Pick<WakeLock, "request"> | undefined;
}

/**
 * Keeps the machine from going to sleep until what is returned is called. A browser takes the lock away when the page is
 * hidden, so it is taken again when the page is shown. A browser that refuses, as on a low battery, is left alone.
 */
export function keepAwake({ page, locks }: Surroundings): () => void {
  let wanted = true;
  let held: WakeLockSentinel | null = null;
  async function take(): Promise<void> {
    if (locks === undefined || page.visibilityState !== "visible") return;
    try {
      const lock = await locks.request("screen");
      if (wanted) held = lock;
      else await lock.release();
    } catch {
      // Refused: the machine sleeps when it likes.
    }
  }
  const onShown = (): void => void take();
  page.addEventListener("visibilitychange", onShown);
  void take();
  return () => {
    wanted = false;
    page.removeEventListener("visibilitychange", onShown);
    void held?.release();
  };
}
