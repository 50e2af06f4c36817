/** Texts that people write about a product, within limits: no control characters reach a page or a terminal. */
import { z } from 'zod'

const LINE_MAX_CHARACTERS = 255
const WORDS_MAX_CHARACTERS = 4_000
const ADDRESS_MAX_CHARACTERS = 2_000

export const line = z
  .string()
  .max(LINE_MAX_CHARACTERS)
  .regex(/^\P{Cc}*\S\P{Cc}*$/u, 'must be one line with something on it')

export const words = z
  .string()
  .max(WORDS_MAX_CHARACTERS)
  .regex(/^(?:\P{Cc}|[\n\t])*$/u, 'must hold no control characters')
  .regex(/\S/, 'must say something')

export const address = z
  .string()
  .max(ADDRESS_MAX_CHARACTERS)
  .regex(/^https:\/\/[^\s\p{Cc}]+$/u, 'must be an https address')
  .meta({ example: 'https://lumen.example/security' })

export const day = z.iso.date().meta({ example: '2027-11-21' })

const DAY_SECONDS = 86_400

/** Whether the whole of a day is over, in UTC. */
export function isPast(day: string, now: number): boolean {
  return now >= Date.parse(day) / 1000 + DAY_SECONDS
}
