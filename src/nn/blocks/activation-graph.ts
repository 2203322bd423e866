import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Activation } from "../kernels.ts";

/** What stands between two Linears, in ONNX: the node `name` of x. */
export function activationGraph(g: OnnxGraph, activation: Activation, name: string, x: string): string {
  if (activation === "relu") return g.node("Relu", [x], name);
  if (activation === "silu") return g.node("Mul", [x, g.node("Sigmoid", [x], `${name} share`)], name);
  const signed = activation === "gelu" ? erf(g, name, x) : tanh(g, name, x);
  const risen = g.node("Add", [signed, g.number("one", 1)], `${name} risen`);
  const product = g.node("Mul", [x, risen], `${name} doubled`);
  return g.node("Mul", [product, g.number("half", 0.5)], name);
}

/** erf(x/√2) */
function erf(g: OnnxGraph, name: string, x: string): string {
  const over = g.node("Div", [x, g.number("root of two", Math.SQRT2)], `${name} over root`);
  return g.node("Erf", [over], `${name} erf`);
}

/** tanh(√(2/π) · (x + 0.044715 x³)) */
function tanh(g: OnnxGraph, name: string, x: string): string {
  const square = g.node("Mul", [x, x], `${name} square`);
  const bent = g.node("Mul", [square, g.number("bend", 0.044715)], `${name} bent`);
  const cubic = g.node("Mul", [x, g.node("Add", [bent, g.number("one", 1)], `${name} factor`)], `${name} cubic`);
  const scaled = g.node("Mul", [cubic, g.number("root of two over pi", Math.sqrt(2 / Math.PI))], `${name} scaled`);
  return g.node("Tanh", [scaled], `${name} tanh`);
}
