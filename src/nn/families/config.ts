import { AppError } from "../../core/errors.ts";

/** Reads the fields of a config.json one by one, each with its bounds. Errors: bad-config, naming the field. */
export class ConfigReader {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(json: unknown) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new AppError("bad-config", "config.json holds no object; wanted a Hugging Face model configuration.");
    }
    this.#fields = Object.fromEntries(Object.entries(json));
  }

  /** The raw field; undefined where absent. */
  raw(name: string): unknown {
    return this.#fields[name];
  }

  /** A whole number from 1 to `max`. */
  count(name: string, max: number, fallback?: number): number {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw this.#wrong(name, `a whole number from 1 to ${max.toLocaleString("en")}`);
  }

  /** A number from `min` to `max`. */
  number(name: string, min: number, max: number, fallback: number): number {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw this.#wrong(name, `a number from ${min} to ${max}`);
  }

  /** One of the given words; `fallback` where absent. */
  word(name: string, allowed: readonly string[], fallback?: string): string {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === "string" && allowed.includes(value)) return value;
    throw this.#wrong(name, allowed.map((word) => `"${word}"`).join(" or "));
  }

  #wrong(name: string, wanted: string): AppError {
    const value = this.#fields[name];
    const found = value === undefined ? "is missing" : `is ${(JSON.stringify(value) ?? typeof value).slice(0, 60)}`;
    return new AppError("bad-config", `config.json: ${name} ${found}; wanted ${wanted}.`);
  }
}
