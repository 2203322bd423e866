import type { ReactNode } from "react";
import { Marker } from "./marks/Marker.tsx";
import type { MethodLook } from "./palette.ts";
import textClasses from "./text.module.css";

/** A short piece of a method's line: its colour and its dash, with its dot. */
export function Swatch({ look }: { readonly look: MethodLook }) {
  return (
    <svg width="34" height="12" viewBox="0 0 34 12" aria-hidden style={{ flex: "none" }}>
      <line x1="1" x2="33" y1="6" y2="6" stroke={look.color} strokeWidth="2" strokeDasharray={look.dash} />
      <Marker look={look} x={17} y={6} />
    </svg>
  );
}

/** A method's name behind its swatch, and what else is to be said of it. */
export function MethodName({ look, children }: { readonly look: MethodLook; readonly children?: ReactNode }) {
  return (
    <span className={textClasses.named}>
      <Swatch look={look} /> {look.label}
      {children}
    </span>
  );
}
