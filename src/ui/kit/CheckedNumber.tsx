import { TextInput } from "@mantine/core";
import { useState } from "react";
import { readNumber, showNumber } from "./number-text.ts";

interface CheckedNumberProps<V extends number | null> {
  readonly label: string;
  readonly value: V;
  readonly fits: (value: number | null) => value is V;
  readonly wanted: string;
  /** Stands in an empty box, where empty is a value. */
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly onValue: (value: V) => void;
}

/** A number that reaches the store only when it fits; what does not fit stays in the box with the reason. */
export function CheckedNumber<V extends number | null>(props: CheckedNumberProps<V>) {
  const { label, value, fits, wanted, placeholder = "", disabled = false, onValue } = props;
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      placeholder={placeholder}
      disabled={disabled}
      value={wrong ? typed : showNumber(value, typed)}
      error={wrong ? wanted : null}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const read = readNumber(text);
        const next = typeof read === "number" || read === null ? read : Number.NaN;
        const good = fits(next);
        setTyped(text);
        setWrong(!good);
        if (good) onValue(next);
      }}
    />
  );
}

/** Whether a value may be a seed. */
export function isSeed(value: number | null): value is number {
  return value !== null && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}
