/** Attributes as rows: one for each, in every form it can be compared in. */
import { type AttributeValue, comparable, reportedText } from '../../../devices/attribute-value.ts'
import type { AttributeSource } from '../../../devices/filter/filter.ts'

export interface AttributeRow {
  readonly product: string
  readonly device: string
  readonly source: AttributeSource
  readonly name: string
  /** What it was given as. */
  readonly kind: 'text' | 'number' | 'flag'
  readonly text: string
  readonly number: number | null
  readonly version_key: string | null
}

export function attributeRows(
  of: { readonly product: string; readonly device: string; readonly source: AttributeSource },
  attributes: ReadonlyMap<string, AttributeValue>,
): AttributeRow[] {
  const { product, device, source } = of
  return [...attributes].map(([name, value]) => {
    const { text, number, versionKey } = comparable(value)
    return {
      ...{ product, device, source, name, text },
      kind: kindOf(value),
      number: number ?? null,
      version_key: versionKey ?? null,
    }
  })
}

/** An inventory as it can be kept. A name that is nothing but what cannot be kept is left out. */
export function reportedAttributes(
  inventory: Readonly<Record<string, string>>,
): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>()
  for (const [name, text] of Object.entries(inventory)) {
    const kept = reportedText(name).trim()
    if (kept !== '') attributes.set(kept, reportedText(text))
  }
  return attributes
}

export function valueOfRow({
  kind,
  text,
  number,
}: Pick<AttributeRow, 'kind' | 'text' | 'number'>): AttributeValue {
  if (kind === 'number' && number !== null) return number
  return kind === 'flag' ? text === 'true' : text
}

function kindOf(value: AttributeValue): AttributeRow['kind'] {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'flag' : 'text'
}
