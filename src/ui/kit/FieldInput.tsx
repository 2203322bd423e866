import { NativeSelect, Switch, TextInput, UnstyledButton } from "@mantine/core";
import { RotateCcw } from "lucide-react";
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import {
  asShown,
  problemWith,
  type ChoiceField,
  type Field,
  type FieldValue,
  type NumberField,
} from "../../contract/fields.ts";
import { HelpTip } from "./HelpTip.tsx";
import { readNumber, showNumber } from "./number-text.ts";
import classes from "./forms.module.css";

interface FieldInputProps {
  readonly field: Field;
  readonly value: FieldValue | undefined;
  readonly onChange: (value: FieldValue) => void;
  /** Below the control. */
  readonly note?: ReactNode;
}

/** A control for any field of a catalog: label, help, way back to the default, and what is wrong with the value. */
export function FieldInput({ field, value, onChange, note }: FieldInputProps) {
  const id = useId();
  const error = problemWith(field, value);
  const changed = value !== field.default;
  return (
    <div className={classes.field} data-kind={field.kind}>
      <div className={classes.fieldHead}>
        <label htmlFor={id} className={classes.fieldLabel}>
          {field.label}
        </label>
        <HelpTip about={field.label} text={field.help} />
        {changed && (
          <UnstyledButton
            className={classes.reset}
            onClick={() => onChange(field.default)}
            aria-label={`Set ${field.label} back to ${defaultText(field)}`}
            title={`Back to ${defaultText(field)}`}
          >
            <RotateCcw size={11} /> {defaultText(field)}
          </UnstyledButton>
        )}
      </div>
      {field.kind === "number" && <NumberBox id={id} field={field} value={value} error={error} onChange={onChange} />}
      {field.kind === "choice" && <ChoiceBox id={id} field={field} value={value} error={error} onChange={onChange} />}
      {field.kind === "switch" && (
        <Switch
          id={id}
          size="sm"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )}
      {note}
    </div>
  );
}

function defaultText(field: Field): string {
  if (field.default === null) return "default";
  if (field.kind === "choice") return field.options.find((one) => one.value === field.default)?.label ?? field.default;
  if (field.kind === "switch") return field.default ? "on" : "off";
  return showNumber(asShown(field, field.default), "");
}

interface BoxProps<F extends Field> extends FieldInputProps {
  readonly id: string;
  readonly field: F;
  readonly error: string | null;
}

/** A text box, for "2e-5" must be possible to type; arrow keys step. */
function NumberBox({ id, field, value, error, onChange }: BoxProps<NumberField>) {
  const [typed, setTyped] = useState("");
  function step(event: KeyboardEvent): void {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    const increment = field.increment ?? (field.whole === true ? 1 : 0);
    if (direction === 0 || increment === 0 || typeof value !== "number") return;
    event.preventDefault();
    const next = asShown(field, Number((asShown(field, value) + direction * increment).toPrecision(12)));
    if (problemWith(field, next) === null) onChange(next);
  }
  return (
    <TextInput
      id={id}
      inputMode={field.whole === true ? "numeric" : "decimal"}
      value={showNumber(asShown(field, value), typed)}
      placeholder={field.empty ?? ""}
      error={error}
      onKeyDown={step}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(asShown(field, readNumber(event.currentTarget.value)));
      }}
    />
  );
}

function ChoiceBox({ id, field, value, error, onChange }: BoxProps<ChoiceField>) {
  const options = field.options.map((option) => ({ value: option.value, label: option.label }));
  const help = field.options.find((option) => option.value === value)?.help;
  return (
    <NativeSelect
      id={id}
      data={options}
      value={typeof value === "string" ? value : ""}
      error={error}
      description={help}
      inputWrapperOrder={["input", "error", "description"]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
