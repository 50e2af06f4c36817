/**
 * HTML by template: whatever is put in is text, unless it is markup made the same way. There is no other way to
 * make markup, so nothing a person or an attacker typed becomes a tag.
 */

export class Markup {
  readonly #text: string

  constructor(fixed: TemplateStringsArray, parts: readonly string[]) {
    this.#text = String.raw({ raw: fixed }, ...parts)
  }

  toString(): string {
    return this.#text
  }
}

/** `undefined` and `false` leave nothing; a list is one after the other; `true` is for attributes: `${flag && html`…`}`. */
export type Part = Markup | string | number | undefined | false | readonly Part[]

/** Attribute values must stand in double quotes. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(fixed, parts.map(inMarkup))
}

function inMarkup(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.toString()
  if (Array.isArray(part)) return part.map(inMarkup).join('')
  return escaped(String(part))
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
