/**
 * The types of the API's client, made of the OpenAPI document: one interface a schema, and one entry an operation with
 * what goes in and what comes out. Pure: document in, TypeScript out.
 */

/** A schema of JSON Schema 2020-12, as far as the document uses it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema | false
  readonly prefixItems?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly pattern?: string
  readonly maxLength?: number
  readonly description?: string
}

interface Parameter {
  readonly in: string
  readonly name: string
  readonly required?: boolean
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Operation {
  readonly summary?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content; readonly required?: boolean }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
  readonly 'x-if-match'?: boolean
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const JSON_TYPE = 'application/json'

export function clientTypes({ paths, components }: ApiDocument): string {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)}\n`,
  )
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `  '${method.toUpperCase()} ${path}': ${operationOf(operation).replaceAll('\n', '\n  ')}\n`,
    ),
  )
  return [
    '/** Made by `npm run console:types` from the OpenAPI document of the server. Not edited by hand. */\n',
    ...schemas,
    `export interface Operations {\n${operations.join('')}}\n`,
  ].join('\n')
}

function operationOf(operation: Operation): string {
  const fields = [
    `path: ${parameters(operation, 'path')}`,
    `query: ${parameters(operation, 'query')}`,
    `body: ${bodyOf(operation)}`,
    `ifMatch: ${operation['x-if-match'] === true}`,
    `answer: ${answerOf(operation)}`,
  ]
  return `{\n${fields.map((field) => `  ${field.replaceAll('\n', '\n  ')}\n`).join('')}}`
}

function parameters({ parameters: all = [] }: Operation, place: string): string {
  const here = all.filter((parameter) => parameter.in === place)
  if (here.length === 0) return 'Record<never, never>'
  const fields = here.map(
    ({ name, required, schema }) =>
      `  ${keyOf(name)}${required === true ? '' : '?'}: ${typeOf(schema).replaceAll('\n', '\n  ')}\n`,
  )
  return `{\n${fields.join('')}}`
}

function bodyOf({ requestBody }: Operation): string {
  if (requestBody === undefined) return 'undefined'
  const schema = requestBody.content[JSON_TYPE]?.schema
  if (schema === undefined) return 'Blob | Uint8Array<ArrayBuffer>'
  return requestBody.required === true ? typeOf(schema) : `${typeOf(schema)} | undefined`
}

function answerOf({ responses }: Operation): string {
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => {
      if (content === undefined) return 'undefined'
      const json = content[JSON_TYPE]
      if (json === undefined) return 'Blob'
      return json.schema === undefined ? 'unknown' : typeOf(json.schema)
    })
  return [...new Set(answers)].join(' | ') || 'undefined'
}

const NAMED = /^#\/components\/schemas\/(\w+)$/

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = NAMED.exec(schema.$ref)?.[1]
    if (name === undefined) throw new Error(`A reference the client cannot follow: ${schema.$ref}`)
    return name
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  }
  const choice = schema.oneOf ?? schema.anyOf
  if (choice !== undefined) return union(choice.map(typeOf))
  if (schema.allOf !== undefined) {
    const { allOf, ...own } = schema
    // Some say no more than another pattern of a text.
    const told = [typeOf(own), ...allOf.map(typeOf)].filter((type) => type !== 'unknown')
    return [...new Set(told)].join(' & ') || 'unknown'
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type: string) => typeOf({ ...schema, type })))
  }
  switch (schema.type) {
    case 'string':
      return 'string'
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'null':
      return 'null'
    case 'array':
      return listOf(schema)
    case 'object':
      return objectOf(schema)
    default:
      return schema.pattern === undefined && schema.maxLength === undefined ? 'unknown' : 'string'
  }
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ')
}

function listOf({ prefixItems, items }: Schema): string {
  if (prefixItems !== undefined) return `readonly [${prefixItems.map(typeOf).join(', ')}]`
  return items === undefined || items === false
    ? 'readonly unknown[]'
    : `readonly (${typeOf(items)})[]`
}

function objectOf({ properties, required = [], additionalProperties }: Schema): string {
  if (properties === undefined) {
    const others =
      typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'
    return `Readonly<Record<string, ${others}>>`
  }
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `  readonly ${keyOf(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema).replaceAll('\n', '\n  ')}\n`,
  )
  return fields.length === 0 ? 'Record<never, never>' : `{\n${fields.join('')}}`
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}
