import type { Access, PathStep } from './path.js';
import type { ResolvedPath } from './resolve-path.js';

/** One step of a compiled path: the name under which the answer holds the field, and what to take from a list. */
export interface ReadStep {
  readonly key: string;
  readonly access?: Access;
}

/** What to ask for at one place of the operation. Equal fields are asked for once, whoever needs them. */
export class Selection {
  readonly #fields = new Map<string, { key: string; name: string; args: string; below: Selection }>();

  /** Adds the path and returns how to read it; `leaves` are selected below its end. */
  addPath(path: ResolvedPath, leaves: readonly string[]): ReadStep[] {
    let place: Selection = this;
    const steps = path.steps.map((step) => {
      const added = place.#add(step);
      place = added.below;
      if (step.access && 'path' in step.access) place.#addPlain(step.access.path);
      return step.access ? { key: added.key, access: step.access } : { key: added.key };
    });
    for (const leaf of leaves)
      place.#addPlain(
        leaf.split(/[\s{}]+/).filter((name) => name !== ''),
        true,
      );
    return steps;
  }

  /**
   * A field with the same arguments is the same field. With others it needs an alias, or the two would merge; the alias counts
   * up in the order of the form, so that a form always compiles to the same operation.
   */
  #add({ name, args }: PathStep): { key: string; below: Selection } {
    const identity = `${name}(${args.replaceAll(/[\s,]+/g, ' ')})`;
    const known = this.#fields.get(identity);
    if (known) return known;
    const variants = [...this.#fields.values()].filter((field) => field.name === name).length;
    const added = { key: variants === 0 ? name : `${name}_${variants + 1}`, name, args, below: new Selection() };
    this.#fields.set(identity, added);
    return added;
  }

  /** `['unit', 'code', 'validFrom']` as `unit { code validFrom }` where `siblings`, else as `unit { code { validFrom } }`. */
  #addPlain(names: readonly string[], siblings = false): void {
    let place: Selection = this;
    for (const [index, name] of names.entries()) {
      const { below } = place.#add({ name, args: '' });
      if (!siblings || index === 0) place = below;
    }
  }

  /** The selection set as text; empty for a leaf. */
  print(): string {
    if (this.#fields.size === 0) return '';
    const fields = [...this.#fields.values()].map(({ key, name, args, below }) => {
      const alias = key === name ? '' : `${key}: `;
      return `${alias}${name}${args === '' ? '' : `(${args})`}${below.print()}`;
    });
    return ` { ${fields.join(' ')} }`;
  }
}
