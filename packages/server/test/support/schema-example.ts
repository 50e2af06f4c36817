/** Values that a JSON Schema of the OpenAPI document accepts, made from it: what tests of every operation send. */

/** A schema as the document holds it. */
export interface DocumentSchema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly example?: unknown
  readonly default?: unknown
  readonly oneOf?: readonly DocumentSchema[]
  readonly anyOf?: readonly DocumentSchema[]
  readonly allOf?: readonly DocumentSchema[]
  readonly properties?: Readonly<Record<string, DocumentSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly items?: DocumentSchema
  readonly minItems?: number
  readonly minLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly pattern?: string
}

export type DocumentSchemas = Readonly<Record<string, DocumentSchema>>

/** `full`: optional members too, and one item in every list. Of alternatives the first. */
export function exampleOf(
  schema: DocumentSchema,
  schemas: DocumentSchemas,
  full = false,
  depth = 0,
): unknown {
  const known = resolved(schema, schemas)
  if (known.const !== undefined) return known.const
  if (known.example !== undefined) return known.example
  if (known.enum !== undefined) return known.enum[0]
  const [first] = known.oneOf ?? known.anyOf ?? []
  if (first !== undefined) return exampleOf(first, schemas, full, depth)
  switch (known.type) {
    case 'object': {
      const wanted = Object.entries(known.properties ?? {}).filter(
        ([name]) => (full && depth < DEPTH_MAX) || known.required?.includes(name),
      )
      return Object.fromEntries(
        wanted.map(([name, of]) => [name, exampleOf(of, schemas, full, depth + 1)]),
      )
    }
    case 'array': {
      const count = Math.max(known.minItems ?? 0, full && depth < DEPTH_MAX ? 1 : 0)
      const item = () => exampleOf(known.items ?? {}, schemas, full, depth + 1)
      return Array.from({ length: count }, item)
    }
    case 'integer':
    case 'number':
      return Math.max(known.minimum ?? 0, (known.exclusiveMinimum ?? -1) + 1, 0)
    case 'boolean':
      return false
    case 'string':
      return 'x'.repeat(known.minLength ?? 1)
    default:
      return null
  }
}

/** Schemas may hold themselves. */
const DEPTH_MAX = 6

export function resolved(schema: DocumentSchema, schemas: DocumentSchemas): DocumentSchema {
  const name = schema.$ref?.split('/').at(-1)
  const known = name === undefined ? schema : schemas[name]
  if (known === undefined) throw new Error(`The document has no schema ${name}`)
  if (known !== schema && known.$ref !== undefined) return resolved(known, schemas)
  if (known.allOf?.length === 1 && known.allOf[0]) return resolved(known.allOf[0], schemas)
  return known
}
