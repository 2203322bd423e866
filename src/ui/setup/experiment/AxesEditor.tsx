import { Button, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import type { Catalog } from "../../../contract/catalog.ts";
import type { Field, FieldValue } from "../../../contract/fields.ts";
import { axisChoices, fieldsOfAxis, mostAxes, problemsWithGrid, valueWord } from "../../../contract/grid.ts";
import { knownValues, readAxisText, writeAxisText, type AxisText } from "../../../store/setup/axis-text.ts";
import type { SettingsSlice } from "../../../store/setup/settings.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { HelpTip } from "../../kit/HelpTip.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./plan.module.css";

const about =
  "Every combination of the values is run with every seed. A method that does not have the setting runs once, and is " +
  "shown beside each value.";

/** The settings that are varied, up to three, each with its values. */
export function AxesEditor({ catalog }: { readonly catalog: Catalog }) {
  const grid = useSelect((state) => state.settings.grid);
  const settings = useSelect((state) => state.settings);
  const actions = useActions();
  const methods = includedIn(settings, catalog);
  const choices = axisChoices(catalog, methods);
  const free = choices.filter(({ id }) => !grid.some(({ field }) => field === id));
  const [next] = free;
  const everyMethod = catalog.methods.map(({ id }) => id);
  return (
    <fieldset className={setupClasses.plainFieldset}>
      <legend className={classes.legend}>
        Vary a setting <HelpTip about="varying a setting" text={about} />
      </legend>
      <div className={layoutClasses.stackTight}>
        {grid.map((axis, index) => (
          <AxisRow
            key={axis.field}
            axis={axis}
            index={index}
            fields={fieldsOfAxis(catalog, methods, axis.field)}
            choices={choices.filter((field) => field.id === axis.field || free.includes(field))}
            nameOf={(field) => nameAmong(choices, field, catalog)}
            problem={problemWith(catalog, methods, axis)}
            label={fieldsOfAxis(catalog, everyMethod, axis.field)[0]?.label ?? axis.field}
          />
        ))}
        {grid.length < mostAxes && next !== undefined && (
          <Button
            className={classes.add ?? ""}
            leftSection={<Plus size={13} />}
            onClick={() => actions.settings.addAxis(startingAxis(next, settings))}
          >
            {grid.length === 0 ? "Add a setting" : "Add another"}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

function includedIn({ methods }: SettingsSlice, catalog: Catalog): readonly string[] {
  return catalog.methods.map(({ id }) => id).filter((id) => methods[id]?.included === true);
}

/** A setting's label; with the methods that have it where another setting bears the same. */
function nameAmong(choices: readonly Field[], { id, label }: Field, { methods }: Catalog): string {
  if (choices.filter((other) => other.label === label).length < 2) return label;
  const owners = methods.filter(({ fields }) => fields.some((field) => field.id === id));
  return `${label} (${owners.map((owner) => owner.label).join(", ")})`;
}

/** What is wrong with one axis by itself, as a sentence; null for nothing. */
function problemWith(catalog: Catalog, methods: readonly string[], { field: id, text }: AxisText): string | null {
  const [field] = fieldsOfAxis(catalog, methods, id);
  if (field === undefined) return "No ticked method has this setting: tick one that does, or take it out.";
  const axis = { field: id, values: readAxisText(field, text) };
  const plan = { methods: methods.map((method) => ({ id: method, values: {} })), seeds: [], grid: [axis] };
  return problemsWithGrid(catalog, plan)[0] ?? null;
}

/** An axis to begin with: the value that is set now, to which others are added. */
function startingAxis(field: Field, { training, methods }: SettingsSlice): AxisText {
  const own = Object.values(methods).find(({ included, values }) => included && field.id in values);
  const value = training[field.id] ?? own?.values[field.id] ?? field.default;
  return { field: field.id, text: writeAxisText(field, [value]) };
}

interface AxisRowProps {
  readonly axis: AxisText;
  readonly index: number;
  /** The fields that it sets; [] where no ticked method has one. */
  readonly fields: readonly Field[];
  readonly choices: readonly Field[];
  /** A choice's name in the list. */
  readonly nameOf: (choice: Field) => string;
  readonly problem: string | null;
  readonly label: string;
}

function AxisRow({ axis, index, fields, choices, nameOf, problem, label }: AxisRowProps) {
  const settings = useSelect((state) => state.settings);
  const actions = useActions();
  const [field] = fields;
  const options = choices.map((choice) => ({ value: choice.id, label: nameOf(choice) }));
  // A setting of no ticked method stays in the list as long as it is chosen.
  const listed = field === undefined ? [{ value: axis.field, label }, ...options] : options;
  return (
    <div className={classes.axis}>
      <div className={classes.axisHead}>
        <NativeSelect
          aria-label={`Setting ${index + 1} that is varied`}
          data={listed}
          value={axis.field}
          onChange={(event) => {
            const chosen = choices.find(({ id }) => id === event.currentTarget.value);
            if (chosen !== undefined) actions.settings.setAxis(index, startingAxis(chosen, settings));
          }}
        />
        {field !== undefined && <HelpTip about={field.label} text={field.help} />}
        <CloseButton size="sm" aria-label={`Do not vary ${label}`} onClick={() => actions.settings.removeAxis(index)} />
      </div>
      {field === undefined || field.kind === "number" ? (
        <TextInput
          aria-label={`Values of ${label}`}
          placeholder="0.1, 0.3, 0.5"
          value={axis.text}
          error={problem}
          onChange={(event) => actions.settings.setAxis(index, { field: axis.field, text: event.currentTarget.value })}
        />
      ) : (
        <WordChips axis={axis} index={index} field={field} problem={problem} />
      )}
    </div>
  );
}

interface WordChipsProps {
  readonly axis: AxisText;
  readonly index: number;
  readonly field: Field;
  readonly problem: string | null;
}

/** The values of a choice or a switch: words to press. */
function WordChips({ axis, index, field, problem }: WordChipsProps) {
  const actions = useActions();
  const chosen = readAxisText(field, axis.text);
  function toggle(value: FieldValue): void {
    const next = knownValues(field).filter((one) => (one === value ? !chosen.includes(one) : chosen.includes(one)));
    actions.settings.setAxis(index, { field: field.id, text: writeAxisText(field, next) });
  }
  return (
    <div>
      <div className={`${layoutClasses.buttons} ${classes.values}`}>
        {knownValues(field).map((value) => (
          <Button
            key={String(value)}
            size="compact-xs"
            variant={chosen.includes(value) ? "light" : "default"}
            aria-pressed={chosen.includes(value)}
            onClick={() => toggle(value)}
          >
            {valueWord(field, value)}
          </Button>
        ))}
      </div>
      {problem !== null && <p className={textClasses.problem}>{problem}</p>}
    </div>
  );
}
