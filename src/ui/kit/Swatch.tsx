import type { ReactNode } from "react";
import type { MethodLook } from "./palette.ts";
import textClasses from "./text.module.css";

/** A short piece of a method's line: its colour and its dash. */
export function Swatch({ look }: { readonly look: MethodLook }) {
  return (
    <svg width="26" height="10" viewBox="0 0 26 10" aria-hidden style={{ flex: "none" }}>
      <line
        x1="1"
        x2="25"
        y1="5"
        y2="5"
        stroke={look.color}
        strokeWidth="3"
        strokeDasharray={look.dash}
        strokeLinecap={look.dash === "0" ? "round" : "butt"}
      />
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
