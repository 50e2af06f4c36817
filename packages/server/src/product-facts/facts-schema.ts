/** The facts of a product that the law asks for, as they are written and checked. All are optional: {@link gapsOf} says what is missing. */
import { z } from 'zod'
import { email, httpsAddress, line, words } from '../http/written.ts'
import { CATEGORY_IDS, PROCEDURES, PRODUCT_CLASSES } from './classes.ts'
import { EXCLUSION_IDS, QUESTION_IDS, type ScopeQuestion } from './scope.ts'

const REASON_MAX_CHARACTERS = 1_000
const LIST_MAX_COUNT = 50
/** A century: whoever writes more has mistaken the unit. */
const USE_MAX_MONTHS = 1_200

const reason = words(REASON_MAX_CHARACTERS)
const lines = z.array(line()).min(1).max(LIST_MAX_COUNT)
const links = z.array(httpsAddress).min(1).max(LIST_MAX_COUNT)
const day = z.iso.date().meta({ example: '2026-08-21' })
const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month: 2031-08')
  .meta({ example: '2031-12' })

/** Art. 4(1), ISO 3166. */
export const MEMBER_STATES = [
  ...['AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU'],
  ...['IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'],
] as const
export const ECONOMIC_ROLES = [
  ...(['manufacturer', 'steward', 'importer', 'distributor', 'none'] as const),
] as const

/** `none`: there is none. */
const placed = z.enum([...MEMBER_STATES, 'none']).optional()

const answer = z.strictObject({ answer: z.boolean(), note: reason.optional() }).optional()
const answers = z.strictObject(
  Object.fromEntries(QUESTION_IDS.map((id) => [id, answer])) as Record<
    ScopeQuestion,
    typeof answer
  >,
)

/** What the law asks for only "where applicable": a product may do without, and says why. */
export const WAIVABLE = [
  ...(['manufacturer.website', 'declaration.url', 'sbomUrl', 'instructions.integration'] as const),
  ...([
    'declaredStandards',
    'conformity.notifiedBody',
    'pictures',
    'identification.further',
  ] as const),
] as const
export type Waivable = (typeof WAIVABLE)[number]
const waiver = reason.optional()
const waivers = z.strictObject(
  Object.fromEntries(WAIVABLE.map((fact) => [fact, waiver])) as Record<Waivable, typeof waiver>,
)

export const factsSchema = z
  .strictObject({
    name: line().optional().meta({ description: 'Under which it is sold' }),
    manufacturer: z
      .strictObject({
        ...{ name: line(), postalAddress: reason, email },
        ...{ contact: line().optional(), website: httpsAddress.optional() },
      })
      .optional(),
    singlePointOfContact: z
      .strictObject({
        address: z
          .union([email, httpsAddress])
          .meta({ description: 'An e-mail address or a page' }),
        policyUrl: httpsAddress.meta({ description: 'The policy on coordinated disclosure' }),
      })
      .optional()
      .meta({ description: 'Where vulnerabilities are reported (Art. 13(17))' }),
    economicRole: z.enum(ECONOMIC_ROLES).optional(),
    identification: z
      .strictObject({
        ...{ model: line(), batchScheme: line().optional(), serialScheme: line().optional() },
        further: line().optional(),
      })
      .optional()
      .meta({ description: 'Type, and how batches and serial numbers are written (Art. 13(15))' }),
    intendedPurpose: words().optional(),
    securityEnvironment: words().optional(),
    essentialFunctions: lines.optional(),
    securityProperties: lines.optional(),
    users: lines.optional(),
    misuseRisks: lines.optional().meta({ description: 'Foreseeable use that leads to risks' }),
    memberStates: z
      .array(z.enum(MEMBER_STATES))
      .min(1)
      .max(MEMBER_STATES.length)
      .refine((all) => new Set(all).size === all.length, 'must name each once')
      .optional()
      .meta({ description: 'Where it is available' }),
    establishments: z
      .strictObject({
        ...{ decisionsTakenIn: placed, mostEmployeesIn: placed, representativeIn: placed },
        ...{ importerIn: placed, distributorIn: placed },
      })
      .optional()
      .meta({ description: 'Member States that decide to which coordinator reports go, 14(7)' }),
    scope: z
      .strictObject({
        answers: answers.optional(),
        exclusion: z.enum(EXCLUSION_IDS).optional(),
        note: reason.optional(),
      })
      .optional(),
    classification: z
      .strictObject({
        class: z.enum(PRODUCT_CLASSES),
        category: z.enum(CATEGORY_IDS).optional().meta({ description: 'Of Annex III or IV' }),
      })
      .optional(),
    conformity: z
      .strictObject({
        procedure: z.enum(PROCEDURES),
        notifiedBody: z
          .strictObject({ name: line(), number: line(), certificate: line().optional() })
          .optional(),
      })
      .optional(),
    supportPeriod: z
      .strictObject({
        ...{ starts: day, ends: month, reasoning: words() },
        expectedUseMonths: z.int().min(1).max(USE_MAX_MONTHS),
        shorterBecause: reason.optional(),
      })
      .optional()
      .meta({ description: 'At least five years, or the expected use if that is shorter' }),
    securitySupport: words().optional().meta({ description: 'Which help with security users get' }),
    updatePolicy: z
      .strictObject({
        automatic: z.boolean().meta({ description: 'Security updates install by themselves' }),
        because: reason.optional().meta({ description: 'Needed when they do not' }),
      })
      .optional(),
    instructions: z
      .strictObject({
        ...{ commissioning: words().optional(), changes: words().optional() },
        ...{ updates: words().optional(), decommissioning: words().optional() },
        ...{ turnOffAutomatic: words().optional(), integration: words().optional() },
      })
      .optional()
      .meta({ description: 'Annex II(8), as text or the address of it' }),
    sbomUrl: httpsAddress.optional(),
    declaration: z
      .strictObject({
        ...{
          object: line().optional(),
          legislation: lines.optional(),
          url: httpsAddress.optional(),
        },
        ...{ place: line().optional(), signedOn: day.optional() },
        ...{ signedBy: line().optional(), function: line().optional() },
      })
      .optional()
      .meta({ description: 'Of conformity, Annex V' }),
    declaredStandards: z
      .array(
        z.strictObject({
          ...{ title: line(), version: line(), isCited: z.boolean(), isAppliedInFull: z.boolean() },
        }),
      )
      .min(1)
      .max(LIST_MAX_COUNT)
      .optional(),
    pictures: links.optional(),
    design: links.optional(),
    vulnerabilityHandling: links.optional(),
    production: links.optional(),
    testReports: links.optional(),
    notApplicable: waivers
      .optional()
      .meta({ description: 'Why the product does without what is asked "where applicable"' }),
  })
  .meta({ id: 'ProductFacts', description: 'A product as the law asks for it' })

export type ProductFacts = z.output<typeof factsSchema>
