/**
 * Values of attributes, and how they compare. Devices report texts and nothing else (protocol §7), people and
 * imports set texts, numbers, true and false. What is written in a filter decides how a value is compared: `512` as
 * a number, `1.4.3` as a version, `"512"` as a text. So each value is kept in all the forms it has.
 */
import { isName } from '@fleetward/shared'
import { versionKey } from './version-key.ts'

export type AttributeValue = string | number | boolean

export const ATTRIBUTE_TEXT_MAX_CHARACTERS = 200
/** Set by operators, per device; a device reports at most INVENTORY_MAX_COUNT. */
export const ATTRIBUTES_MAX_COUNT = 64

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
/** As a number is usually written: `0815` is a text and no number. */
const NUMBER = /^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,14})\.\d{1,9})$/

export interface ComparableValue {
  readonly text: string
  readonly number: number | undefined
  readonly versionKey: string | undefined
}

/** What an operator may name an attribute. */
export function isAttributeName(text: unknown): text is string {
  return typeof text === 'string' && (NAME.test(text) || isName(text))
}

/** What can be kept on every database and shown in one line. */
export function isAttributeText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  const isShowable = text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text)
  return isShowable && text.length <= ATTRIBUTE_TEXT_MAX_CHARACTERS
}

export function numberIn(text: string): number | undefined {
  // -0 and 0 are the same number, and no text has both.
  return NUMBER.test(text) ? Number(text) + 0 : undefined
}

export function comparable(value: AttributeValue): ComparableValue {
  if (typeof value === 'number') {
    return { text: String(value), number: value, versionKey: undefined }
  }
  if (typeof value === 'boolean') {
    return { text: String(value), number: undefined, versionKey: undefined }
  }
  return { text: value, number: numberIn(value), versionKey: versionKey(value) }
}

/**
 * What a device reported, as it is kept: its texts come from the field, so what no database could keep or compare is
 * left out of the texts and not refused.
 */
export function reportedText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
  const plain = text.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, ' ')
  return plain.slice(0, ATTRIBUTE_TEXT_MAX_CHARACTERS).toWellFormed()
}
