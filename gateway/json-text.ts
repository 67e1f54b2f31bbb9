/** A value as the JSON that it is sent as, made once: a large one is written straight, without objects in between. */
export class JsonText {
  /** `texts`: the JSON in pieces, few and long. */
  constructor(readonly texts: readonly string[]) {}

  toJSON(): unknown {
    return JSON.parse(this.texts.join(''));
  }
}

/**
 * The JSON of an object in pieces to be sent one after another, with what is JSON already taken as it is: a long text that is put
 * into another is copied once more. Fields without a value are left out.
 */
export function textsOf(object: Record<string, unknown>): string[] {
  const texts: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    const json = value instanceof JsonText ? value.texts : JSON.stringify(value);
    if (json === undefined) continue;
    texts.push(`${texts.length === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    if (typeof json === 'string') texts.push(json);
    else texts.push(...json);
  }
  texts.push(texts.length === 0 ? '{}' : '}');
  return texts;
}
