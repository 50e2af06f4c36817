import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, productName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { lineOrNone, words } from '../http/written.ts'
import { REPORT_STATES } from './report.ts'

const URL_MAX_CHARACTERS = 500
const CONTACTS_MAX_COUNT = 5
const LANGUAGES_MAX_COUNT = 10
const KEY_MAX_CHARACTERS = 32_000
const HOURS_MAX = 90 * 24
const DAYS_MAX = 365
export const ANSWER_MAX_CHARACTERS = 10_000

/** Printable ASCII without spaces: what stands in a line of security.txt. */
const PLAIN = /^[\x21-\x7e]*$/

function isContact(text: string): boolean {
  if (!PLAIN.test(text) || !URL.canParse(text)) return false
  return /^(https:\/\/[^/@]+(\/|$)|mailto:[^@/?]+@[^@/?]+$|tel:\+[\d-]+$)/.test(text)
}

function isHttpsOrNone(text: string): boolean {
  if (text === '') return true
  return PLAIN.test(text) && URL.canParse(text) && /^https:\/\/[^/@]+(\/|$)/.test(text)
}

function isOriginOrNone(text: string): boolean {
  return text === '' || (isHttpsOrNone(text) && new URL(text).origin === text)
}

/** RFC 9116 §2.5.4. */
function isKeyAddressOrNone(text: string): boolean {
  return isHttpsOrNone(text) || (PLAIN.test(text) && /^(dns:|openpgp4fpr:)[\w.?=/;-]+$/.test(text))
}

/** Or else no page could say it. */
function hasName(tag: string): boolean {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) !== undefined
  } catch {
    return false
  }
}

const PUBLIC_KEY =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[A-Za-z0-9+/=\n:. ()@<>,_-]+\n-----END PGP PUBLIC KEY BLOCK-----\n?$/

function isPublicKeyOrNone(text: string): boolean {
  return text === '' || (PUBLIC_KEY.test(text) && !text.includes('PRIVATE'))
}

const httpsOrNone = z
  .string()
  .max(URL_MAX_CHARACTERS)
  .refine(isHttpsOrNone, 'must be an https address, or empty')
  .meta({ example: 'https://example.com/security' })

function between(min: number, max: number, unit: string) {
  const error = `must be ${min} to ${max} whole ${unit}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

const settingsFields = {
  organisation: lineOrNone(100).meta({ example: 'Lumen Works' }),
  contacts: z
    .array(
      z
        .string()
        .max(URL_MAX_CHARACTERS)
        .refine(isContact, 'must be mailto:, https: or tel:+')
        .meta({ example: 'mailto:security@example.com' }),
    )
    .max(CONTACTS_MAX_COUNT)
    .meta({ description: 'The one that is liked best first; without any nothing is public' }),
  publicUrl: z
    .string()
    .max(URL_MAX_CHARACTERS)
    .refine(isOriginOrNone, 'must be an https origin without a path, or empty')
    .meta({
      description: 'Under which the public reaches this server; empty goes by the settings file',
      example: 'https://updates.example.com',
    }),
  policyUrl: httpsOrNone,
  languages: z
    .array(
      z
        .string()
        .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/)
        .refine(hasName, 'must be a language')
        .meta({ example: 'en' }),
    )
    .max(LANGUAGES_MAX_COUNT),
  encryptionUrl: z
    .string()
    .max(URL_MAX_CHARACTERS)
    .refine(isKeyAddressOrNone, 'must be https:, dns: or openpgp4fpr:, or empty')
    .meta({ example: 'https://example.com/key.asc' }),
  publicKey: z
    .string()
    .max(KEY_MAX_CHARACTERS)
    .refine(isPublicKeyOrNone, 'must be an armored OpenPGP public key, or empty')
    .meta({ description: 'Served as /security/key.asc', example: '' }),
  acknowledgmentsUrl: httpsOrNone,
  bounty: z.boolean(),
  acknowledgeHours: between(2, HOURS_MAX, 'hours'),
  assessHours: between(2, HOURS_MAX, 'hours'),
  publishDays: between(2, DAYS_MAX, 'days'),
}

export const settingsChangeSchema = z
  .strictObject(settingsFields)
  .partial()
  .meta({ id: 'DisclosureSettingsChange' })

const settingsAnswer = z
  .object({
    ...settingsFields,
    isSetUp: z.boolean().meta({ description: 'Whether anything is public' }),
    revision: z.int(),
    expiresAt: seconds
      .optional()
      .meta({ description: 'Of security.txt; it is moved on by itself' }),
    securityText: z.string().optional().meta({ description: 'What the address of it answers' }),
    securityTextUrl: z.string(),
  })
  .meta({ id: 'DisclosureSettings' })

const reportId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .meta({ example: '0f3a5c7e9b1d2468' })
const accountId = z.string().regex(/^acc-[0-9a-f]{16}$/)
const state = z.enum(REPORT_STATES)
const answerText = words(ANSWER_MAX_CHARACTERS).meta({
  description: 'Plain text',
  example: 'Thank you. We look into it.',
})

export const reportChangeSchema = z
  .strictObject({
    product: z
      .union([productName, z.literal('')])
      .optional()
      .meta({ description: 'Whose people see it from then on; empty: of no product any more' }),
    assignee: z
      .union([accountId, z.literal('')])
      .optional()
      .meta({ description: 'Empty: nobody' }),
    isEmbargoed: z.boolean().optional(),
    creditName: lineOrNone(100).optional(),
  })
  .meta({ id: 'VulnerabilityReportChange' })

export const moveSchema = z
  .strictObject({
    state: state.meta({ example: 'acknowledged' }),
    duplicateOf: reportId.optional().meta({ description: 'With state duplicate' }),
    answer: answerText.optional().meta({ description: 'To the reporter' }),
  })
  .meta({ id: 'VulnerabilityReportMove' })

export const messageSchema = z
  .strictObject({
    kind: z
      .enum(['answer', 'note'])
      .default('answer')
      .meta({ description: 'A note is for colleagues alone' }),
    text: answerText,
  })
  .meta({ id: 'VulnerabilityReportMessage' })

const reportFields = {
  id: reportId,
  receivedAt: seconds,
  state,
  stateAt: seconds,
  title: z.string(),
  affected: z.string(),
  version: z.string(),
  product: productName.optional(),
  assignee: z.string().optional(),
  duplicateOf: reportId.optional(),
  isEmbargoed: z.boolean(),
  acknowledgeBy: seconds,
  assessBy: seconds,
  overdue: z.enum(['acknowledgement', 'assessment']).optional(),
  reporterWroteAt: seconds
    .optional()
    .meta({ description: 'When the reporter wrote, if nobody has answered since' }),
  revision: z.int(),
}
const reportSummary = z.object(reportFields).meta({ id: 'VulnerabilityReport' })
const reportInFull = z
  .object({
    ...reportFields,
    text: z.string(),
    reporter: z.string(),
    contact: z.string(),
    creditName: z.string(),
    isToldByMail: z.boolean().meta({ description: 'The reporter asked for mails at `contact`' }),
    next: z.array(state).meta({ description: 'States it can move to' }),
    entries: z.array(
      z.object({
        at: seconds,
        kind: z.enum(['state', 'reporter', 'answer', 'note']),
        by: z.string().optional(),
        text: z.string(),
      }),
    ),
  })
  .meta({ id: 'VulnerabilityReportInFull' })

export const reportQuery = pageQuery(reportId).extend({
  state: state.optional(),
})
export const inReport = z.object({ id: reportId })

const READ = { 'x-permission': 'disclosure.read', 'x-any-product': true } as const
const MANAGED = { 'x-permission': 'disclosure.manage', 'x-any-product': true } as const
/** What strangers say of themselves is kept for no idempotency key: it has to be gone when the report is. */
const UNKEPT = { ...MANAGED, 'x-secret-answer': true } as const
const one = { path: inReport }
const full = (description: string) => answers({ 200: { description, schema: reportInFull } })

export const disclosurePaths: ZodOpenApiPathsObject = {
  '/disclosure/settings': {
    get: {
      summary: 'How people outside report vulnerabilities, and what security.txt says',
      'x-permission': 'disclosure.read',
      responses: answers({ 200: { description: 'The settings', schema: settingsAnswer } }),
    },
    patch: {
      summary: 'Change them',
      // Whoever changes the contact reads the reports.
      ...{ 'x-permission': 'disclosure.manage', 'x-step-up': true, 'x-if-match': true },
      requestBody: jsonBody(settingsChangeSchema),
      responses: answers({ 200: { description: 'Changed', schema: settingsAnswer } }),
    },
  },
  '/disclosure/reports': {
    get: {
      summary:
        'Reports of vulnerabilities, the newest first; those under embargo for who manages them',
      ...READ,
      requestParams: { query: reportQuery },
      responses: answers({ 200: { description: 'A page', schema: z.array(reportSummary) } }),
    },
  },
  '/disclosure/reports/{id}': {
    get: {
      summary: 'A report with all that was said',
      ...READ,
      requestParams: one,
      responses: full('The report'),
    },
    patch: {
      summary: 'Give it to a product or to somebody, lift the embargo, mend the name to be thanked',
      ...UNKEPT,
      'x-if-match': true,
      requestParams: one,
      requestBody: jsonBody(reportChangeSchema),
      responses: full('Changed'),
    },
    delete: {
      summary: 'Remove a report that is over, with what it says of its reporter',
      ...MANAGED,
      ...{ 'x-if-match': true, 'x-step-up': true },
      requestParams: one,
      responses: answers({ 204: { description: 'Removed' } }),
    },
  },
  '/disclosure/reports/{id}/state': {
    post: {
      summary: 'Move a report to its next state',
      ...UNKEPT,
      requestParams: one,
      requestBody: jsonBody(moveSchema),
      responses: full('Moved'),
    },
  },
  '/disclosure/reports/{id}/messages': {
    post: {
      summary: 'Answer the reporter, or note something for colleagues',
      ...UNKEPT,
      requestParams: one,
      requestBody: jsonBody(messageSchema),
      responses: full('Said'),
    },
  },
}
