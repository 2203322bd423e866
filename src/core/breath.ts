/** Lets the thread take its messages and timers, and goes on in a later turn. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Elements between two breaths, where each takes some microseconds: hardly ten milliseconds. */
const piece = 10_000;

/** Calls `work` with 0 … count-1, and breathes in between: for a large file's rows. */
export async function forEachIndex(count: number, work: (index: number) => void): Promise<void> {
  for (let index = 0; index < count; index++) {
    if (index > 0 && index % piece === 0) await breathe();
    work(index);
  }
}
