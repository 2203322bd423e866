/** How a colour is seen: as most do, or by one who lacks the cones for long, middle or short waves. */
export type Vision = "trichromat" | "protan" | "deutan" | "tritan";

/** Red, green and blue, linear, each 0 to 1. */
type Linear = readonly [number, number, number];

type Matrix = readonly [Linear, Linear, Linear];

/** Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency (2009), severity 1. */
const simulations: Readonly<Record<Vision, Matrix>> = {
  trichromat: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Ottosson, A perceptual color space for image processing (2020): linear sRGB to cones, cube roots of these to OKLab. */
const toCones: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const toLab: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

/** "#5d5768" as linear sRGB. */
export function linearOf(hex: string): Linear {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** What is left of a colour in someone's eyes. */
export function seenBy(vision: Vision, color: Linear): Linear {
  return times(simulations[vision], color).map((value) => Math.min(1, Math.max(0, value))) as [number, number, number];
}

/** Distance in OKLab, times 100: from black to white it is 100. */
export function colorDistance(left: Linear, right: Linear): number {
  const [a, b] = [labOf(left), labOf(right)];
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** WCAG's contrast ratio. */
export function contrast(left: Linear, right: Linear): number {
  const [high = 0, low = 0] = [luminance(left), luminance(right)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance([red, green, blue]: Linear): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function labOf(color: Linear): Linear {
  const [long, middle, short] = times(toCones, color);
  return times(toLab, [Math.cbrt(long), Math.cbrt(middle), Math.cbrt(short)]);
}

function times([first, second, third]: Matrix, [x, y, z]: Linear): Linear {
  const row = (one: Linear): number => one[0] * x + one[1] * y + one[2] * z;
  return [row(first), row(second), row(third)];
}
