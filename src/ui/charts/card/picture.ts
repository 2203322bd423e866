import type { MethodLook } from "../../kit/palette.ts";
import { markerPath } from "../../../analysis/drawing/marker.ts";

/** A drawing that stands on its own: colours, sizes and type are written out, nothing in it refers to the page. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const padding = 16;
const legendLine = 22;

/** Properties that make a mark of an SVG look as it does. */
const marked = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
] as const;

/**
 * Draws a card as it stands on the page, but in the light theme, without its buttons, and with the methods below it.
 * SVGs are taken over, boxes with a background become rectangles, and text becomes text.
 */
export function pictureOf(card: HTMLElement, legend: readonly MethodLook[]): Picture {
  const picture = inLightTheme(() => {
    const box = card.getBoundingClientRect();
    const drawing: Drawing = { x: box.left, y: box.top, parts: [], bottom: 0 };
    for (const child of card.childNodes) drawNode(child, drawing);
    const { parts, bottom } = drawing;
    const look = getComputedStyle(card);
    const named = legendParts(legend, box.width, bottom + padding, look.fontFamily);
    const [width, height] = [Math.ceil(box.width), Math.ceil(bottom + padding + named.height)];
    const background = `<rect width="${width}" height="${height}" fill="${colorOf(look.backgroundColor).hex}"/>`;
    const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
    return { svg: `${open}${background}${parts.join("")}${named.parts.join("")}</svg>`, width, height };
  });
  for (const canvas of card.querySelectorAll("canvas")) canvas.dispatchEvent(new Event(themeChange));
  return picture;
}

/** Nothing is painted in between: what is measured within is all that sees the other theme. */
function inLightTheme<T>(measure: () => T): T {
  const root = document.documentElement;
  const name = "data-mantine-color-scheme";
  const before = root.getAttribute(name);
  root.setAttribute(name, "light");
  root.setAttribute("data-drawing", "");
  try {
    return measure();
  } finally {
    root.removeAttribute("data-drawing");
    if (before === null) root.removeAttribute(name);
    else root.setAttribute(name, before);
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is drawn so far, of a card whose corner stands at (x, y) in the window. */
interface Drawing extends Place {
  readonly parts: string[];
  /** Of the lowest part; a card is as high as its neighbour, whatever is in it. */
  bottom: number;
}

function drawNode(node: Node, drawing: Drawing): void {
  if (node instanceof Text) drawText(node, drawing);
  else if (node instanceof SVGSVGElement) drawSvg(node, drawing);
  else if (node instanceof HTMLCanvasElement) drawCanvas(node, drawing);
  else if (node instanceof HTMLElement) drawBox(node, drawing);
}

/** Tells a canvas that the colours around it have changed, and that it is to paint itself again at once. */
export const themeChange = "themechange";

/** A canvas is an image of its pixels. */
function drawCanvas(canvas: HTMLCanvasElement, drawing: Drawing): void {
  canvas.dispatchEvent(new Event(themeChange));
  const box = canvas.getBoundingClientRect();
  const place = `x="${at(box.left - drawing.x)}" y="${at(box.top - drawing.y)}"`;
  const size = `width="${at(box.width)}" height="${at(box.height)}"`;
  add(drawing, `<image ${place} ${size} href="${canvas.toDataURL()}"/>`, box);
}

function add(drawing: Drawing, part: string, { bottom }: Pick<DOMRect, "bottom">): void {
  drawing.parts.push(part);
  drawing.bottom = Math.max(drawing.bottom, bottom - drawing.y);
}

/** What a person presses is no part of the picture, nor is what only a screen reader gets. */
function isDrawn(element: HTMLElement, box: DOMRect, style: CSSStyleDeclaration): boolean {
  if (element.matches("button, input, select, [role='radiogroup'], [data-picture='none']")) return false;
  return style.visibility !== "hidden" && style.display !== "none" && box.width > 1 && box.height > 1;
}

function drawBox(element: HTMLElement, drawing: Drawing): void {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const background = colorOf(style.backgroundColor);
  const thin = background.alpha > 0 && box.height > 0 && box.width > 0;
  if (!isDrawn(element, box, style) && !(thin && element.childNodes.length === 0)) return;
  if (background.alpha > 0) {
    const [x, y] = [at(box.left - drawing.x), at(box.top - drawing.y)];
    const size = `width="${at(box.width)}" height="${at(box.height)}" rx="${at(Number.parseFloat(style.borderTopLeftRadius))}"`;
    const opacity = background.alpha * Number(style.opacity);
    add(drawing, `<rect x="${x}" y="${y}" ${size} fill="${background.hex}" fill-opacity="${at(opacity)}"/>`, box);
  }
  for (const child of element.childNodes) drawNode(child, drawing);
}

/** A text as it is broken into lines: words that stand at one height are one. */
function drawText(node: Text, drawing: Drawing): void {
  const parent = node.parentElement;
  if (parent === null || node.data.trim() === "") return;
  const style = getComputedStyle(parent);
  const size = Number.parseFloat(style.fontSize);
  const range = document.createRange();
  const type = { size, weight: style.fontWeight, family: style.fontFamily, color: colorOf(style.color).hex };
  const lines = new Map<number, { readonly box: DOMRect; readonly words: string[] }>();
  for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    const line = lines.get(Math.round(box.top)) ?? { box, words: [] };
    line.words.push(word);
    lines.set(Math.round(box.top), line);
  }
  for (const { box, words } of lines.values()) {
    const place = { x: box.left - drawing.x, y: box.top + box.height / 2 - drawing.y + 0.35 * size };
    add(drawing, textPart(words.join(" "), place, type), box);
  }
}

interface Type {
  readonly size: number;
  readonly weight: string;
  readonly family: string;
  readonly color: string;
}

function textPart(text: string, { x, y }: Place, { size, weight, family, color }: Type): string {
  const type = `font-family="${escaped(family)}" font-size="${at(size)}" font-weight="${weight}" fill="${color}"`;
  return `<text x="${at(x)}" y="${at(y)}" ${type}>${escaped(text)}</text>`;
}

function drawSvg(svg: SVGSVGElement, drawing: Drawing): void {
  const box = svg.getBoundingClientRect();
  if (box.width === 0 || getComputedStyle(svg).visibility === "hidden") return;
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) return;
  const [originals, copies] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  for (const [index, original] of originals.entries()) {
    const twin = copies[index];
    if (twin !== undefined) writeOut(original, twin);
  }
  for (const name of Array.from(copy.attributes, (attribute) => attribute.name)) {
    if (name !== "viewBox") copy.removeAttribute(name);
  }
  const place = { x: box.left - drawing.x, y: box.top - drawing.y, width: box.width, height: box.height };
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, at(value));
  copy.setAttribute("overflow", "visible");
  add(drawing, new XMLSerializer().serializeToString(copy), box);
}

/** Puts what the page's style sheets say into attributes. */
function writeOut(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  for (const name of ["class", "style", "tabindex", "role"]) copy.removeAttribute(name);
  for (const name of Array.from(copy.attributes, (attribute) => attribute.name)) {
    if (name.startsWith("aria-") || name.startsWith("data-")) copy.removeAttribute(name);
  }
  if (!(original instanceof SVGGraphicsElement) || original instanceof SVGGElement) return;
  for (const name of marked) {
    const value = style.getPropertyValue(name);
    if (name !== "fill" && name !== "stroke") copy.setAttribute(name, value);
    else if (value === "none") copy.setAttribute(name, value);
    else {
      const { hex, alpha } = colorOf(value);
      copy.setAttribute(name, alpha === 0 ? "none" : hex);
    }
  }
}

/** The methods' names with their lines and dots, as many in a row as fit. */
function legendParts(
  looks: readonly MethodLook[],
  width: number,
  top: number,
  family: string,
): { readonly parts: readonly string[]; readonly height: number } {
  const measure = document.createElement("canvas").getContext("2d");
  if (measure === null || looks.length === 0) return { parts: [], height: 0 };
  measure.font = `13px ${family}`;
  const parts: string[] = [];
  let [x, y] = [padding, top + 8];
  for (const look of looks) {
    const length = 42 + measure.measureText(look.label).width;
    if (x > padding && x + length > width - padding) [x, y] = [padding, y + legendLine];
    const color = colorOf(resolved(look.color)).hex;
    parts.push(
      `<line x1="${at(x)}" x2="${at(x + 32)}" y1="${at(y)}" y2="${at(y)}" stroke="${color}" stroke-width="2" stroke-dasharray="${look.dash}"/>`,
      `<path d="${markerPath(look.shape, x + 16, y, 4)}" fill="${color}"/>`,
      textPart(look.label, { x: x + 40, y: y + 4.5 }, { size: 13, weight: "400", family, color: colorOf(resolved("var(--ink)")).hex }), // prettier-ignore
    );
    x += length + 20;
  }
  return { parts, height: y - top + padding };
}

/** A colour that names a variable, as the page has it. */
function resolved(color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name === undefined ? color : getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const canvas = { context: null as CanvasRenderingContext2D | null };

/** Any colour that CSS knows as "#rrggbb" and its opacity: few programs that open an SVG know oklab. */
function colorOf(color: string): { readonly hex: string; readonly alpha: number } {
  canvas.context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const { context } = canvas;
  if (context === null) return { hex: color, alpha: 1 };
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  const hex = [red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("");
  return { hex: `#${hex}`, alpha: alpha / 255 };
}

function at(value: number): string {
  return String(Number(value.toFixed(2)));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** The picture as a PNG of twice its size, for screens and slides. Errors: Error, where the browser cannot draw it. */
export async function pngOf({ svg, width, height }: Picture): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const drawing = document.createElement("canvas");
  [drawing.width, drawing.height] = [2 * width, 2 * height];
  drawing.getContext("2d")?.drawImage(image, 0, 0, drawing.width, drawing.height);
  const blob = await new Promise<Blob | null>((resolve) => drawing.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("This browser could not make a PNG of the chart; save it as SVG.");
  return blob;
}
