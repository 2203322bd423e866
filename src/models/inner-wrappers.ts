import type { Weights } from "./weights.ts";

/** Names that FSDP, torch.compile, checkpointing and DataParallel put around any part of a model. */
const wrappers: ReadonlySet<string> = new Set([
  "_orig_mod",
  "_fsdp_wrapped_module",
  "_checkpoint_wrapped_module",
  "_forward_module",
  "module",
]);

/**
 * The same weights with wrappers' names taken off, where some stand in the middle: "bert.encoder._orig_mod.layer.0…". Names
 * that only lead are left, and so is a file where two tensors would become one.
 */
export function withoutInnerWrappers(weights: Weights): Weights {
  const plain = (name: string): string =>
    name
      .split(".")
      .filter((part) => !wrappers.has(part))
      .join(".");
  const within = [...weights.entries.keys()].some((name) => {
    const parts = name.split(".");
    const first = parts.findIndex((part) => !wrappers.has(part));
    return first >= 0 && parts.slice(first).some((part) => wrappers.has(part));
  });
  if (!within) return weights;
  const originals = new Map([...weights.entries.keys()].map((name) => [plain(name), name]));
  if (originals.size < weights.entries.size) return weights;
  const found = [...wrappers].filter((one) => [...originals.values()].some((name) => name.split(".").includes(one)));
  return {
    ...weights,
    entries: new Map([...weights.entries].map(([name, entry]) => [plain(name), entry])),
    notes: [...(weights.notes ?? []), `The names ${found.join(", ")} of wrappers were taken off its tensors.`],
    read: (tensor) => weights.read(originals.get(tensor) ?? tensor),
  };
}
