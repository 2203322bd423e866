import { exitCodes } from "./command.ts";

/** Does what the first Ctrl+C asks to end, by `stop`; a second one leaves at once. Errors: those of the work. */
export async function interruptible<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  let asked = false;
  const onInterrupt = (): void => {
    if (asked) process.exit(exitCodes.interrupted);
    asked = true;
    stop();
  };
  process.on("SIGINT", onInterrupt);
  try {
    return await work();
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}
