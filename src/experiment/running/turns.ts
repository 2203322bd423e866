import { AppError } from "../../core/errors.ts";
import { RunControl } from "./control.ts";

/** Gives the device to one thing at a time, and passes a person's wishes on to it. */
export class Turns {
  #running: { readonly what: string; readonly control: RunControl } | null = null;

  /** `what`: a sentence for whoever comes second. Errors: bad-settings while another has the device; those of `work`. */
  async take<T>(what: string, work: (control: RunControl) => Promise<T>): Promise<T> {
    if (this.#running !== null) throw new AppError("bad-settings", `${this.#running.what}; stop it first.`);
    const control = new RunControl();
    this.#running = { what, control };
    try {
      return await work(control);
    } finally {
      this.#running = null;
    }
  }

  /** The one that has the device; null while nobody has. */
  get control(): RunControl | null {
    return this.#running?.control ?? null;
  }
}
