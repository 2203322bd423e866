import { exitCodes } from "./command.ts";

/** Ctrl+C, the end of a session or of the machine, and a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Does what the first signal to end asks for, by `stop`; a second one leaves at once. Errors: those of the work. */
export async function interruptible<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  let asked = false;
  const onInterrupt = (): void => {
    if (asked) process.exit(exitCodes.interrupted);
    asked = true;
    stop();
  };
  for (const signal of signals) process.on(signal, onInterrupt);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, onInterrupt);
  }
}
