import { drawUniform } from "../../src/core/rng.ts";
import { createArena } from "../../src/gpu/arena.ts";
import type { Device } from "../../src/gpu/device.ts";
import { upload } from "../../src/gpu/readback.ts";
import type { World } from "../../src/methods/method.ts";
import { ParamSet } from "../../src/nn/params.ts";
import type { Param, ParamSpec } from "../../src/nn/params.ts";
import type { Bench } from "../gpu/device.ts";

/** A world of two weights to select from, of awkward sizes, and one bias beside them. */
export const specs: readonly ParamSpec[] = [
  spec("encoder.layer.0.dense.weight", [37, 41], true),
  spec("encoder.layer.0.dense.bias", [37], false),
  spec("classifier.weight", [3, 35], true),
];

/** Those a subnetwork is chosen from. */
export const selectableNames = specs.filter((one) => one.selectable).map(({ name }) => name);

function spec(name: string, shape: readonly number[], selectable: boolean): ParamSpec {
  const group = name.startsWith("encoder") ? "encoder" : "classifier";
  return {
    name,
    shape,
    group,
    depth: group === "encoder" ? 1 : 2,
    decay: selectable,
    selectable,
    part: null,
    init: "normal",
    trained: true,
  };
}

function sizeOf(name: string): number {
  return specs.find((one) => one.name === name)?.shape.reduce((size, extent) => size * extent, 1) ?? 0;
}

/** A parameter's values of a kind ("gradient", "weight") at a step; small, of both signs. Step 0 of "weight" is W(0). */
export function valuesAt(kind: string, name: string, step: number): Float32Array {
  const values = (_: unknown, index: number): number => drawUniform(1, `${kind} ${name}`, step, index) - 0.5;
  return Float32Array.from({ length: sizeOf(name) }, values);
}

/** The world on a device: parameters start at W(0). `counted` has the bytes its method reserves. */
export function worldOn(b: Bench, device: Device, maxSteps: number): World {
  const list = specs.map((one): Param => {
    const value = b.tensor(one.name, one.shape, valuesAt("weight", one.name, 0), "weights");
    const grad = b.tensor(`grad ${one.name}`, one.shape, valuesAt("gradient", one.name, 0), "gradients");
    return { spec: one, value, grad };
  });
  return {
    params: new ParamSet(list),
    mem: b.scope().mem,
    seed: 1,
    kind: "classification",
    maxSteps,
    stepsPerEpoch: maxSteps,
    uploadInitial: (name, into) => upload(device, into, valuesAt("weight", name, 0)),
    hold: () => {},
  };
}

/** Sets what a step starts from: its gradients, and weights that have moved on. */
export function moveTo(b: Bench, device: Device, { params }: World, step: number): void {
  b.rec.submit();
  for (const { spec: one, value, grad } of params.list) {
    upload(device, value, valuesAt("weight", one.name, step));
    upload(device, grad, valuesAt("gradient", one.name, step));
  }
}

/** A world that only counts memory. */
export function plannedWorld(maxSteps: number, planned: readonly ParamSpec[] = specs) {
  const mem = createArena(null);
  const list = planned.map((one): Param => ({
    spec: one,
    value: mem.tensor("weights", one.name, one.shape),
    grad: mem.tensor("gradients", `grad ${one.name}`, one.shape),
  }));
  const world: World = {
    params: new ParamSet(list),
    mem,
    seed: 1,
    kind: "classification",
    maxSteps,
    stepsPerEpoch: maxSteps,
    uploadInitial: () => {},
    hold: () => {},
  };
  return { world, mem };
}
