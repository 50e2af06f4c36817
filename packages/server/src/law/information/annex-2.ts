/**
 * The information and instructions to the user of Annex II, points 1 to 9, from the facts of a product (CRA P-025).
 * Pure: the public page, the API and the technical documentation show the same.
 */
import type { ProductFacts } from '../../product-facts/facts-schema.ts'
import { gapsOf, type ItemState } from '../../product-facts/gaps.ts'
import { factAt, KNOWN } from '../../product-facts/sheets.ts'

/** A fact that the page shows, and under which of its labels. */
export interface InformationPart {
  readonly label: InformationLabel
  /** Lines of one text, or a list. */
  readonly text: string | readonly string[]
  readonly isMonth?: boolean
}

export interface InformationItem {
  /** Of Annex II. */
  readonly number: string
  readonly parts: readonly InformationPart[]
  /** Why it does not apply, or not all of it. */
  readonly because: string | undefined
}

const PARTS = {
  '1': {
    manufacturer: 'manufacturer.name',
    postalAddress: 'manufacturer.postalAddress',
    email: 'manufacturer.email',
    contact: 'manufacturer.contact',
    website: 'manufacturer.website',
  },
  '2': { reportTo: 'singlePointOfContact.address', policy: 'singlePointOfContact.policyUrl' },
  '3': {
    name: 'name',
    model: 'identification.model',
    batches: 'identification.batchScheme',
    serials: 'identification.serialScheme',
    further: 'identification.further',
  },
  '4': {
    purpose: 'intendedPurpose',
    environment: 'securityEnvironment',
    functions: 'essentialFunctions',
    properties: 'securityProperties',
  },
  '5': { risks: 'misuseRisks' },
  '6': { declaration: 'declaration.url' },
  '7': { support: 'securitySupport', supportEnds: 'supportPeriod.ends' },
  '8': {
    commissioning: 'instructions.commissioning',
    changes: 'instructions.changes',
    updates: 'instructions.updates',
    decommissioning: 'instructions.decommissioning',
    turnOff: 'instructions.turnOffAutomatic',
    integration: 'instructions.integration',
  },
  '9': { sbom: 'sbomUrl' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

type PartsOf = { [Number in keyof typeof PARTS]: keyof (typeof PARTS)[Number] }
export type InformationLabel = PartsOf[keyof PartsOf]

export function informationOf(facts: ProductFacts): readonly InformationItem[] {
  const states = new Map(annex2Of(facts, undefined).map((state) => [state.number, state]))
  return Object.entries(PARTS).map(([number, parts]) => ({
    number,
    parts: Object.entries(parts).flatMap(([label, path]): InformationPart[] => {
      const text = factAt(facts, path)
      if (typeof text !== 'string' && !isList(text)) return []
      const month = path === 'supportPeriod.ends' ? { isMonth: true } : {}
      return [{ label: label as InformationLabel, text, ...month }]
    }),
    because: states.get(number)?.because,
  }))
}

/** Points of which something is missing; `signedSupportEnd` is what devices show their owners. */
export function informationGaps(
  facts: ProductFacts,
  signedSupportEnd: string | undefined,
): readonly Pick<ItemState, 'number' | 'title' | 'missing'>[] {
  const empty = annex2Of(facts, signedSupportEnd)
    .filter(({ state }) => state === 'empty')
    .map(({ number, title, missing }) => ({ number, title, missing }))
  const written = facts.supportPeriod?.ends
  if (written === undefined || signedSupportEnd === undefined || written === signedSupportEnd) {
    return empty
  }
  const missing = [`supportPeriod.ends: ${signedSupportEnd} is what devices show their owners`]
  return [...empty, { number: '7', title: 'The end of the support period', missing }]
}

function annex2Of(facts: ProductFacts, signedSupportEnd: string | undefined) {
  const known = Object.fromEntries(Object.keys(KNOWN).map((fact) => [fact, true])) as Record<
    keyof typeof KNOWN,
    boolean
  >
  const { sheets } = gapsOf(facts, { known, now: 0, signedSupportEnd })
  return sheets.find(({ sheet }) => sheet === 'annex-2')?.items ?? []
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
