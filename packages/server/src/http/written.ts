/**
 * Texts that people write, as a request brings them: one line or several, within a limit, and nothing in them that is
 * not seen. Each expression looks at a character once: a text as long as a body may be costs no time.
 */
import { z } from 'zod'
import { FORMING, HIDDEN } from './hidden-characters.ts'

const LINE_MAX_CHARACTERS = 255
const WORDS_MAX_CHARACTERS = 4_000
const ADDRESS_MAX_CHARACTERS = 2_000
/** RFC 5321 §4.5.3.1.3, without its brackets. */
const EMAIL_MAX_CHARACTERS = 254

const LINE = new RegExp(`^(?:[^${HIDDEN}]|[${FORMING}])*$`, 'u')
const WORDS = new RegExp(`^(?:[^${HIDDEN}]|[${FORMING}\\n\\t])*$`, 'u')
const NAME = new RegExp(`^[^${HIDDEN}]*$`, 'u')
const NAMES = /[\p{L}\p{N}]/u
/** A letter, digit, point or sign: spaces and joiners alone are nothing. */
const SAYS = /[\p{L}\p{N}\p{P}\p{S}]/u
const HTTPS = new RegExp(`^https:\\/\\/[^\\s${HIDDEN}]+$`, 'u')
const EMAIL = new RegExp(`^[^\\s@${HIDDEN}]+@[^\\s@${HIDDEN}]+$`, 'u')

export const lineOrNone = (maxCharacters = LINE_MAX_CHARACTERS) =>
  z
    .string()
    .max(maxCharacters)
    .regex(LINE, 'must be one line without control or invisible characters')

export const line = (maxCharacters = LINE_MAX_CHARACTERS) =>
  lineOrNone(maxCharacters).regex(SAYS, 'must say something')

/**
 * What tells one person, or one token, from another: nothing that is not seen, not even what forms a letter, so that no
 * two look alike in a list of approvals.
 */
export const shownName = (maxCharacters: number) =>
  z
    .string()
    .trim()
    .max(maxCharacters)
    .regex(NAME, 'must be one line without control or invisible characters')
    .regex(NAMES, 'must hold a letter or a digit')

/** Several lines, with tabs. */
export const wordsOrNone = (maxCharacters = WORDS_MAX_CHARACTERS) =>
  z.string().max(maxCharacters).regex(WORDS, 'must hold no control or invisible characters')

export const words = (maxCharacters = WORDS_MAX_CHARACTERS) =>
  wordsOrNone(maxCharacters).regex(SAYS, 'must say something')

export const httpsAddress = z
  .string()
  .max(ADDRESS_MAX_CHARACTERS)
  .regex(HTTPS, 'must be an https address')
  .meta({ example: 'https://lumen.example/security' })

export const email = z
  .string()
  .max(EMAIL_MAX_CHARACTERS)
  .regex(EMAIL, 'must be an e-mail address')
  .meta({ example: 'security@lumen.example' })
