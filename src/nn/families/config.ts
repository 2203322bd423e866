import { AppError } from "../../core/errors.ts";
import type { Activation } from "../kernels.ts";

/** What Hugging Face calls the activations that are trained here; several of its names are one formula. */
const activationNames: ReadonlyMap<unknown, Activation> = new Map<unknown, Activation>([
  ["gelu", "gelu"],
  ["gelu_python", "gelu"],
  ["gelu_new", "gelu_tanh"],
  ["gelu_pytorch_tanh", "gelu_tanh"],
  ["gelu_fast", "gelu_tanh"],
  ["gelu_accurate", "gelu_tanh"],
  ["relu", "relu"],
  ["silu", "silu"],
  ["swish", "silu"],
]);

/** Fields of encoders that call themselves BERT and compute otherwise; absent, null, false or 0 in BERT's own. */
const otherEncoders: readonly (readonly [name: string, what: string])[] = [
  ["alibi_starting_size", "ALiBi in place of a table of positions"],
  ["rotary_emb_fraction", "rotary positions in place of a table"],
  ["rope_theta", "rotary positions in place of a table"],
  ["relative_attention", "relative positions in place of a table"],
  ["prenorm", "LayerNorms before the sums"],
  ["pre_norm", "LayerNorms before the sums"],
  ["quantization_config", "quantised weights, which cannot be trained"],
];

/** Reads the fields of a config.json one by one, each with its bounds. Errors: bad-config, naming the field. */
export class ConfigReader {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(json: unknown) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new AppError("bad-config", "config.json holds no object; wanted a Hugging Face model configuration.");
    }
    this.#fields = Object.fromEntries(Object.entries(json));
  }

  /** A whole number from 1 to `max`. */
  count(name: string, max: number, fallback?: number): number {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw this.#wrong(name, `a whole number from 1 to ${max.toLocaleString("en")}`);
  }

  /** A whole number from 0, less than `beyond` where that is given. */
  index(name: string, fallback: number, beyond?: number): number {
    const value = this.#fields[name] ?? fallback;
    const most = beyond ?? 2 ** 24;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < most) return value;
    throw this.#wrong(name, `a whole number from 0${beyond === undefined ? "" : ` to ${beyond - 1}`}`);
  }

  /** Refuses layers that are left out at random in training. */
  noLayerDrop(name: string): void {
    if ((this.#fields[name] ?? 0) === 0) return;
    const { message } = this.#wrong(name, "0");
    throw new AppError(
      "bad-config",
      `${message} Layers that are left out at random are not trained here: set it to 0.`,
    );
  }

  /** Refuses a field that is there and has another value; `why` says what is not trained here. */
  only(name: string, wanted: number | boolean, why: string): void {
    const value = this.#fields[name];
    if (value === undefined || value === null || value === wanted) return;
    const { message } = this.#wrong(name, String(wanted));
    throw new AppError("bad-config", `${message} ${why}`);
  }

  /** Names of `known`, as a list or with "|" between them; none where the field is absent. */
  names<T extends string>(name: string, known: readonly T[]): readonly T[] {
    const value = this.#fields[name] ?? [];
    const list: readonly unknown[] = Array.isArray(value)
      ? value
      : typeof value === "string"
        ? value.split("|")
        : [value];
    const found = list.map((one) => known.find((each) => typeof one === "string" && each === one.trim().toLowerCase()));
    if (value === "") return [];
    return found.map((one) => {
      if (one !== undefined) return one;
      throw this.#wrong(name, `any of ${known.join(", ")}, with "|" between them`);
    });
  }

  /** A whole number from 1; 0 for what says that there is none: less than 1, or absent. */
  countOrNone(name: string, max: number): number {
    const value = this.#fields[name] ?? 0;
    if (typeof value === "number" && Number.isInteger(value) && value <= max) return Math.max(value, 0);
    throw this.#wrong(name, `a whole number to ${max.toLocaleString("en")}`);
  }

  /** How many of a table's `rows` lie behind the one of a token, whose id is no less than the rows before it. */
  behind(name: string, rows: number, padId: number): number {
    if (rows > padId + 1) return rows - padId - 1;
    throw this.#wrong(name, `more than pad_token_id + 1, behind which positions begin, which is ${padId + 1}`);
  }

  /** A number from `min` to `max`. */
  number(name: string, min: number, max: number, fallback: number): number {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw this.#wrong(name, `a number from ${min} to ${max}`);
  }

  /** A share of what is dropped, from 0 to 0.99. */
  rate(name: string, fallback: number): number {
    return this.number(name, 0, 0.99, fallback);
  }

  /** True or false. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === "boolean") return value;
    throw this.#wrong(name, "true or false");
  }

  /** What a field names; GELU where it is absent. */
  activation(name: string): Activation {
    const found = activationNames.get(this.#fields[name] ?? "gelu");
    if (found !== undefined) return found;
    throw this.#wrong(name, `one of ${[...activationNames.keys()].join(", ")}`);
  }

  /** What stands between a head's Linears; GELU where it is absent. */
  headActivation(name: string): Activation | "tanh" {
    return this.#fields[name] === "tanh" ? "tanh" : this.activation(name);
  }

  /** Buckets of distances to a span, 0 for none: half of them of one distance each must leave some for the rest. */
  buckets(name: string, span: number): number {
    const count = this.countOrNone(name, 65_536);
    if (count === 0 || (count >= 4 && Math.floor(count / 2) < span - 1)) return count;
    throw this.#wrong(
      name,
      `less than 1, or from 4 on and so many that half of them are less than ${span - 1} distances`,
    );
  }

  /** Hidden size and number of attention heads, which divides it. */
  heads(size: string, count: string): { readonly hiddenSize: number; readonly headCount: number } {
    const hiddenSize = this.count(size, 16_384);
    const headCount = this.count(count, 256);
    if (hiddenSize % headCount === 0) return { hiddenSize, headCount };
    const advice = "Use the config.json that belongs to the weights";
    const message = `config.json: ${size} ${hiddenSize} is not divisible by ${count} ${headCount}. ${advice}.`;
    throw new AppError("bad-config", message);
  }

  /** Refuses positions that are no table. */
  absolutePositions(): void {
    const name = "position_embedding_type";
    if ((this.#fields[name] ?? "absolute") === "absolute") return;
    const { message } = this.#wrong(name, '"absolute"');
    const advice = "Relative, rotary and ALiBi positions are not trained here: use a model with a table of positions.";
    throw new AppError("bad-config", `${message} ${advice}`);
  }

  /**
   * Refuses what would change the encoder: a decoder's masks, cross-attention, positions that are no table, LayerNorms
   * before the sums, heads that were pruned. `allowed`: fields that a family has an own meaning for.
   */
  bidirectional(allowed: readonly string[] = []): void {
    for (const [name, what] of otherEncoders) {
      if (allowed.includes(name)) continue;
      const value = this.#fields[name];
      if (value === undefined || value === null || value === false || value === 0) continue;
      const shown = (JSON.stringify(value) ?? typeof value).slice(0, 60);
      throw new AppError(
        "bad-config",
        `config.json: ${name} is ${shown}, so the model has ${what}; wanted is BERT's encoder.`,
      );
    }
    for (const name of ["is_decoder", "add_cross_attention"]) {
      if (!this.flag(name, false)) continue;
      const what = "it masks later tokens or attends to another model, and this program trains encoders";
      const advice = `If it was trained as an encoder, set ${name} to false`;
      throw new AppError("bad-config", `config.json: ${name} is true, so the model is a decoder: ${what}. ${advice}.`);
    }
    const pruned = this.#fields["pruned_heads"];
    if (typeof pruned !== "object" || pruned === null || Object.keys(pruned).length === 0) return;
    const layers = Object.keys(pruned).join(", ");
    throw new AppError(
      "bad-config",
      `config.json: pruned_heads takes attention heads off layers ${layers}, and layers of different sizes are not trained ` +
        "here. Use the model before it was pruned.",
    );
  }

  #wrong(name: string, wanted: string): AppError {
    const value = this.#fields[name];
    const found = value === undefined ? "is missing" : `is ${(JSON.stringify(value) ?? typeof value).slice(0, 60)}`;
    return new AppError("bad-config", `config.json: ${name} ${found}; wanted ${wanted}.`);
  }
}
