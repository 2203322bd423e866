import { AppError } from "../../core/errors.ts";
import { describeValue, type PickleDict, type PickleValue, type TorchTensor } from "./pickle-values.ts";

/** The tensors of a model, and sentences on where they stood. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** null: they are all there is. */
  readonly key: string | null;
  readonly notes: readonly string[];
}

/** Keys under which trainers keep a model's weights beside an optimizer's state and the like, the surest first. */
const stateKeys = ["state_dict", "model_state_dict", "model", "module", "net", "model_state", "weights", "params"];

/**
 * The tensors of what torch.save() was given: a state dict, or a training checkpoint that holds one under a usual key or as
 * its only dict of tensors. What else it holds is passed over.
 *
 * Errors: bad-tensors for a whole module, with the line that saves its weights; for what holds no tensors; for several
 * dicts of tensors under keys of which none is usual.
 */
export function stateDictOf(table: PickleValue, file: string): StateDict {
  if (typeof table === "object" && table?.kind === "object") {
    throw new AppError(
      "bad-tensors",
      `${file} holds a Python object (${table.name.slice(0, 100)}), as torch.save(model) pickles a whole module; it is not ` +
        "run here. Save its weights alone: " +
        `torch.save(torch.load("${file}", weights_only=False).state_dict(), "pytorch_model.bin").`,
    );
  }
  if (typeof table !== "object" || table?.kind !== "dict") throw noTensors(`${file} holds ${describeValue(table)}`);
  const found = innerDict(table, file);
  const tensors = tensorsOf(found?.dict ?? table);
  if (tensors.size > 0) {
    const notes = found === null ? [] : [`Of ${file}, the weights under ${JSON.stringify(found.key)} are read.`];
    return { tensors, key: found?.key ?? null, notes };
  }
  const module = [...table.entries].find(
    ([key, value]) => stateKeys.includes(key) && typeof value === "object" && value?.kind === "object",
  );
  if (module !== undefined) {
    const line = `torch.save(torch.load("${file}", weights_only=False)["${module[0]}"].state_dict(), "pytorch_model.bin")`;
    throw new AppError(
      "bad-tensors",
      `${file} holds ${describeValue(module[1])} under "${module[0]}", a whole module, which is not run here. ` +
        `Save its weights alone: ${line}.`,
    );
  }
  const [first] = table.entries;
  const under = first === undefined ? "nothing" : `${describeValue(first[1])} under ${shown(first[0])}`;
  throw noTensors(`${file} holds ${under}`);
}

const shown = (key: string): string => JSON.stringify(key.slice(0, 100));

function noTensors(found: string): AppError {
  const wanted = "Wanted is a state dict of tensors, as save_pretrained() writes it: save the model again.";
  return new AppError("bad-tensors", `${found}. ${wanted}`);
}

function tensorsOf({ entries }: PickleDict): ReadonlyMap<string, TorchTensor> {
  return new Map(
    [...entries].flatMap(([key, value]) =>
      typeof value === "object" && value?.kind === "tensor" ? [[key, value] as const] : [],
    ),
  );
}

/** The dict one deeper that holds a training checkpoint's weights; null where the table is itself the state dict. */
function innerDict(table: PickleDict, file: string): { readonly key: string; readonly dict: PickleDict } | null {
  const inner = [...table.entries].flatMap(([key, dict]) =>
    typeof dict === "object" && dict?.kind === "dict" && tensorsOf(dict).size > 0 ? [{ key, dict }] : [],
  );
  const usual = stateKeys.flatMap((key) => inner.filter((one) => one.key === key));
  if (usual[0] !== undefined) return usual[0];
  if (tensorsOf(table).size > 0 || inner.length === 0) return null;
  const [only, ...others] = inner;
  if (only !== undefined && others.length === 0) return only;
  const keys = inner.slice(0, 4).map(({ key }) => shown(key));
  const advice = "it is unclear which are the model's. Save those alone, as pytorch_model.bin.";
  throw new AppError("bad-tensors", `${file} holds tensors under ${keys.join(", ")}; ${advice}`);
}
