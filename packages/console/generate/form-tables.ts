/**
 * Tables of the fields that people fill in, made of the schemas of the OpenAPI document: forms have the names, the
 * choices and the lengths of the API, and learn of a new field with it. Pure: document in, TypeScript out.
 */
import type { FieldKind, FormField } from '../src/forms/form-field.ts'
import type { ApiDocument, Schema as Known } from './typed-client.ts'

interface Schema extends Known {
  readonly format?: string
  readonly pattern?: string
  readonly maxLength?: number
  readonly maximum?: number
  readonly minimum?: number
}

/** Schemas of requests that have a form. */
const FORMS = [
  ...['ProductFacts', 'NewRisk', 'RiskChange', 'NewRiskAssessment', 'RequirementAnswer'],
  ...['NewComponentReviews', 'NewStandard', 'StandardWords', 'NewDataUse', 'DataUseWords'],
  ...['NewUpstreamReport', 'UpstreamReportWords', 'InformationPublication'],
  ...['ApprovalRule', 'GatePolicyChange', 'NewCase', 'CaseAct', 'CaseFieldValues'],
]
/** 9999-12-31T23:59:59Z: what bounds a time of the API. */
const TIME_MAX_SECONDS = 253_402_300_799
/** What is longer than a line wants room. */
const LINE_MAX_CHARACTERS = 255

export function formTables({ components }: ApiDocument): string {
  const tables = FORMS.map((name) => {
    const lines = fieldsOf({ $ref: `#/components/schemas/${name}` }, components.schemas).map(
      (field) => `    ${JSON.stringify(field)},\n`,
    )
    return `  ${name}: [\n${lines.join('')}  ],\n`
  })
  return [
    '/** Made by `npm run console:types` from the OpenAPI document of the server. Not edited by hand. */\n',
    "import type { FormField } from './form-field.ts'\n\n",
    `export const FORMS = {\n${tables.join('')}} as const satisfies Readonly<Record<string, readonly FormField[]>>\n`,
  ].join('')
}

type Schemas = ApiDocument['components']['schemas']

function fieldsOf(schema: Schema, schemas: Schemas, base = ''): readonly FormField[] {
  const whole = resolved(schema, schemas)
  const choice = whole.oneOf ?? whole.anyOf
  if (choice !== undefined) return unionFields(choice, schemas, base)
  return Object.entries(whole.properties ?? {}).flatMap(([name, inner]) => {
    const isNeeded = whole.required?.includes(name) === true
    return fieldOf(join(base, name), inner, { schemas, isNeeded })
  })
}

function fieldOf(
  path: string,
  schema: Schema,
  { schemas, isNeeded }: { readonly schemas: Schemas; readonly isNeeded: boolean },
): readonly FormField[] {
  const whole = resolved(schema, schemas)
  const needed = isNeeded ? { isNeeded } : {}
  const isGroup = whole.properties !== undefined || isUnionOfObjects(whole, schemas)
  if (isGroup) {
    const inner = fieldsOf(whole, schemas, path)
    // Of a group that may be left out, what belongs together is said by the server when one is there.
    return isNeeded ? inner : inner.map(({ isNeeded: _, ...field }) => field)
  }
  if (whole.type === 'array') {
    const items = resolved((whole.items || {}) as Schema, schemas)
    if (items.properties !== undefined) {
      return [{ path, kind: 'rows', ...needed, fields: fieldsOf(items, schemas) }]
    }
    const options = items.enum as readonly string[] | undefined
    return [{ path, kind: options === undefined ? 'lines' : 'choices', ...needed, ...{ options } }]
  }
  const { maxLength: max, enum: options } = whole
  return [{ path, kind: kindOf(whole), ...needed, ...{ max, options: options as string[] } }]
}

function kindOf(schema: Schema): FieldKind {
  const { type, format, pattern = '', maxLength = 0, maximum } = schema
  if (schema.enum !== undefined) return 'choice'
  if (type === 'boolean') return 'yesNo'
  if (maximum === TIME_MAX_SECONDS) return 'time'
  const isNumber = type === 'integer' || type === 'number'
  if (isNumber || (Array.isArray(type) && type.includes('integer'))) return 'number'
  if (format === 'date') return 'day'
  if (pattern.startsWith('^\\d{4}-(0')) return 'month'
  if (pattern.startsWith('^https:')) return 'address'
  return maxLength > LINE_MAX_CHARACTERS ? 'words' : 'line'
}

/** Each member says by one field which it is: its other fields are shown when that one says so. */
function unionFields(
  members: readonly Schema[],
  schemas: Schemas,
  base: string,
): readonly FormField[] {
  const objects = members.map((member) => resolved(member, schemas))
  const key = Object.keys(objects[0]?.properties ?? {})[0] ?? ''
  const namesOf = (one: Schema) => {
    const { const: only, enum: some } = resolved(one.properties?.[key] ?? {}, schemas)
    return (some ?? [only]) as readonly string[]
  }
  const path = join(base, key)
  const rest = objects.flatMap((object) =>
    fieldsOf(object, schemas, base)
      .filter((field) => field.path !== path)
      .map((field) => ({
        ...field,
        when: [{ path, is: namesOf(object) }, ...(field.when ?? [])],
      })),
  )
  return [
    { path, kind: 'choice', isNeeded: true, options: objects.flatMap(namesOf) },
    ...sharedOnce(rest),
  ]
}

/** A field that several members have alike stands once, for all of them. */
function sharedOnce(fields: readonly FormField[]): readonly FormField[] {
  const seen = new Map<string, FormField>()
  for (const { when: [own, ...inner] = [], ...field } of fields) {
    const key = JSON.stringify([field, inner])
    const before = seen.get(key)?.when?.[0]?.is ?? []
    const merged = own && { path: own.path, is: [...before, ...own.is] }
    seen.set(key, { ...field, ...(merged && { when: [merged, ...inner] }) })
  }
  return [...seen.values()]
}

function isUnionOfObjects({ oneOf, anyOf }: Schema, schemas: Schemas): boolean {
  const members = oneOf ?? anyOf ?? []
  return (
    members.length > 0 &&
    members.every((member) => resolved(member, schemas).properties !== undefined)
  )
}

/** With what a reference means, and several conditions as one. */
function resolved(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.split('/').at(-1)
  const target = name === undefined ? {} : resolved(schemas[name] ?? {}, schemas)
  const parts = (schema.allOf ?? []).map((part) => resolved(part, schemas))
  return Object.assign({}, target, ...parts.toReversed(), schema)
}

const join = (base: string, name: string) => (base === '' ? name : `${base}/${name}`)
