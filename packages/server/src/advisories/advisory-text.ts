/** What may stand in an advisory, as the API takes it: bounded, and without characters that hide or turn text. */
import { TLP_LABELS } from '@fleetward/vulnerability'
import { z } from 'zod'
import { version } from '../http/api-schema.ts'
import { line, lineOrNone, words, wordsOrNone } from '../http/written.ts'

export const ADVISORY_LIMITS = {
  ...{ lineCharacters: 200, textCharacters: 8_000, urlCharacters: 500, nameCharacters: 100 },
  ...{ vulnerabilities: 50, aliases: 20, versions: 200, credits: 50, references: 50, reports: 20 },
} as const

const isTrimmed = [
  (text: string) => text.trim() === text,
  'must begin and end with no space',
] as const
const shortLine = lineOrNone(ADVISORY_LIMITS.lineCharacters).refine(...isTrimmed)
export const filledLine = line(ADVISORY_LIMITS.lineCharacters).refine(...isTrimmed)
const text = wordsOrNone(ADVISORY_LIMITS.textCharacters)
export const filledText = words(ADVISORY_LIMITS.textCharacters)

const holeName = z
  .string()
  .min(1)
  .max(ADVISORY_LIMITS.nameCharacters)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII')
  .meta({ example: 'CVE-2021-21315' })
const versions = z.array(version).max(ADVISORY_LIMITS.versions)
const unique = (all: readonly string[]) => new Set(all).size === all.length

export const vulnerabilitySchema = z
  .strictObject({
    name: holeName,
    aliases: z.array(holeName).max(ADVISORY_LIMITS.aliases).default([]),
    description: text.default(''),
    component: shortLine.default('').meta({ description: 'In which part; empty: your own code' }),
    weakness: z
      .string()
      .regex(/^(CWE-[1-9]\d{0,4})?$/, 'must be a CWE such as CWE-78, or empty')
      .default('')
      .meta({ example: 'CWE-78' }),
    vector: z
      .string()
      .max(500)
      .regex(/^[\x21-\x7e]*$/)
      .default('')
      .meta({ description: 'CVSS', example: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H' }),
    isExploited: z.boolean().default(false),
    affected: versions.refine(unique, 'must name each once').default([]),
    fixed: versions.refine(unique, 'must name each once').default([]),
  })
  .meta({ id: 'AdvisoryVulnerability' })

const link = z
  .string()
  .max(ADVISORY_LIMITS.urlCharacters)
  .refine((url) => /^https:\/\/[^\s/@]+(\/|$)/.test(url) && isUri(url), {
    error: 'must be an https address',
  })
  .meta({ example: 'https://example.com/advisory' })

/** RFC 3986: what is not ASCII stands there percent-encoded. */
function isUri(url: string): boolean {
  return /^[\x21-\x7e]+$/.test(url) && !/["<>\\^`{|}]/.test(url) && URL.canParse(url)
}

export const contentFields = {
  title: shortLine.meta({ example: 'Command injection in the status page' }),
  summary: text,
  impact: text.meta({ description: 'What it means for whoever has the product' }),
  action: text.meta({ description: 'What owners shall do' }),
  tlp: z.enum(TLP_LABELS).meta({ description: 'Only WHITE is ever published' }),
  vulnerabilities: z.array(vulnerabilitySchema).max(ADVISORY_LIMITS.vulnerabilities),
  credits: z
    .array(z.strictObject({ name: filledLine, organization: shortLine.default('') }))
    .max(ADVISORY_LIMITS.credits),
  references: z
    .array(z.strictObject({ summary: filledLine, url: link }))
    .max(ADVISORY_LIMITS.references),
} as const
