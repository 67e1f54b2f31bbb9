/** A value as the JSON that it is sent as, made once: a large one is written straight, without objects in between. */
export class JsonText {
  constructor(readonly text: string) {}

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** The JSON of an object, with what is JSON already taken as it is. Fields without a value are left out. */
export function textOf(object: Record<string, unknown>): string {
  let fields = '';
  for (const [name, value] of Object.entries(object)) {
    const text = value instanceof JsonText ? value.text : JSON.stringify(value);
    if (text !== undefined) fields += `${fields && ','}${JSON.stringify(name)}:${text}`;
  }
  return `{${fields}}`;
}
