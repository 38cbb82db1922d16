import type { FieldInfo } from "../../core/schema.ts";

/** What a parameter's field begins with. */
export function standardText({ type, default: standard, unit }: FieldInfo): string | boolean {
  if (standard === undefined) return "";
  if (type === "flag") return standard === true;
  return type === "quantity" ? `${standard} ${unit}` : String(standard);
}

function placeholder({ type, unit }: FieldInfo): string {
  if (type === "measured") return `number ± its uncertainty in ${unit}`;
  if (type === "list") return "several are parted by ;";
  return unit ? `number in ${unit}` : "";
}

/** The field of a parameter, as its schema has it. */
export function FieldInput({
  name,
  info,
  value,
  wrong,
  change,
}: {
  readonly name: string;
  readonly info: FieldInfo;
  readonly value: string | boolean;
  readonly wrong: boolean;
  readonly change: (value: string | boolean) => void;
}) {
  if (info.type === "flag")
    return (
      <input
        type="checkbox"
        id={`field-${name}`}
        data-field={name}
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (info.choices)
    return (
      <select
        id={`field-${name}`}
        data-field={name}
        value={String(value)}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {info.optional && info.default === undefined && <option value="">not stated</option>}
        {info.choices.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </select>
    );
  return (
    <input
      id={`field-${name}`}
      data-field={name}
      aria-invalid={wrong}
      placeholder={placeholder(info)}
      required={!info.optional}
      value={String(value)}
      // Not onChange: what is half typed would be lost when the panel is drawn anew.
      onInput={(event) => change(event.currentTarget.value)}
    />
  );
}
