/** Attributes as somebody writes them into a form, and as the API takes them. */
import type { Device } from '../../api/operator-api.gen.ts'

export const ATTRIBUTE_KINDS = ['text', 'number', 'flag'] as const
export type AttributeKind = (typeof ATTRIBUTE_KINDS)[number]
export type AttributeValue = Device['attributes'][string]

export interface AttributeInput {
  readonly name: string
  readonly kind: AttributeKind
  /** Of a flag `true` or `false`. */
  readonly text: string
}

export function inputOf(name: string, value: AttributeValue): AttributeInput {
  const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'flag' : 'text'
  return { name, kind, text: String(value) }
}

/** Undefined: it is no value of its kind yet. */
export function attributeValue({ kind, text }: AttributeInput): AttributeValue | undefined {
  switch (kind) {
    case 'flag':
      return text === 'true'
    case 'number': {
      const number = Number(text.trim().replace(',', '.'))
      return text.trim() === '' || !Number.isFinite(number) ? undefined : number
    }
    case 'text':
      return text
  }
}

/** Which attributes have to change for the device to have these; null takes one away. */
export function changesOf(
  before: Device['attributes'],
  inputs: readonly AttributeInput[],
): Readonly<Record<string, AttributeValue | null>> {
  const wanted = new Map(
    inputs.flatMap((input): [string, AttributeValue][] => {
      const value = attributeValue(input)
      return input.name === '' || value === undefined ? [] : [[input.name, value]]
    }),
  )
  const gone = Object.keys(before).filter((name) => !wanted.has(name))
  const set = [...wanted].filter(
    ([name, value]) => !Object.hasOwn(before, name) || before[name] !== value,
  )
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...set])
}
