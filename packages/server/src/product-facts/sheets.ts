/** What the law wants on paper about a product, item by item, and the facts that fill each: Annex II, V, VII, and the form of the notification. */
import type { ProductFacts } from './facts-schema.ts'

export const SHEETS = ['annex-2', 'annex-5', 'annex-7', 'notification'] as const
export type SheetName = (typeof SHEETS)[number]

export interface Item {
  /** As the law, or the form, counts. */
  readonly number: string
  readonly title: string
  /** Paths of facts, of which every one has to be there. */
  readonly needs: readonly string[]
}

const item = (number: string, title: string, ...needs: string[]): Item => ({ number, title, needs })

/** What the server knows of itself; see {@link gapsOf}. */
export const KNOWN = {
  release: 'a published release (its version and SBOM)',
  assessment: 'a reviewed risk assessment (`fleetward risks review`)',
  evidence: 'evidence or a test at every high risk',
} as const
export type KnownFact = keyof typeof KNOWN

const NAMED = ['name', 'identification.model', 'identification.further'] as const

export const ITEMS: Readonly<Record<SheetName, readonly Item[]>> = {
  'annex-2': [
    item(
      ...(['1', 'Manufacturer, postal and digital address, website'] as const),
      ...['manufacturer.name', 'manufacturer.postalAddress', 'manufacturer.email'],
      'manufacturer.website',
    ),
    item(
      ...(['2', 'Single point of contact and disclosure policy'] as const),
      ...['singlePointOfContact.address', 'singlePointOfContact.policyUrl'],
    ),
    item('3', 'Name, type and unique identification', ...NAMED),
    item(
      ...(['4', 'Intended purpose, environment, functions, properties'] as const),
      ...['intendedPurpose', 'securityEnvironment', 'essentialFunctions', 'securityProperties'],
    ),
    item('5', 'Foreseeable circumstances that may lead to risks', 'misuseRisks'),
    item('6', 'Address of the declaration of conformity', 'declaration.url'),
    item(
      ...(['7', 'Security support and the end of the support period'] as const),
      ...['securitySupport', 'supportPeriod.ends'],
    ),
    item(
      ...(['8', 'Instructions'] as const),
      ...['instructions.commissioning', 'instructions.changes', 'instructions.updates'],
      ...['instructions.decommissioning', 'instructions.turnOffAutomatic'],
      'instructions.integration',
    ),
    item('9', 'Where the SBOM is, if users get it', 'sbomUrl'),
  ],
  'annex-5': [
    item('1', 'Name, type and unique identification', ...NAMED),
    item(
      ...(['2', 'Name and address of the manufacturer'] as const),
      ...['manufacturer.name', 'manufacturer.postalAddress'],
    ),
    item('3', 'Statement of sole responsibility', 'economicRole'),
    item('4', 'Object of the declaration', 'declaration.object'),
    item('5', 'Union legislation it conforms with', 'declaration.legislation'),
    item('6', 'Standards, specifications or certification', 'declaredStandards'),
    item(
      ...(['7', 'Conformity procedure and notified body'] as const),
      ...['conformity.procedure', 'conformity.notifiedBody'],
    ),
    item(
      ...(['8', 'Place, date, name, function'] as const),
      ...['declaration.place', 'declaration.signedOn', 'declaration.signedBy'],
      'declaration.function',
    ),
  ],
  'annex-7': [
    item(
      ...(['1', 'General description'] as const),
      ...['intendedPurpose', 'users', 'pictures', 'release'],
    ),
    item(
      ...(['2', 'Design, production and vulnerability handling'] as const),
      ...['design', 'vulnerabilityHandling', 'production', 'singlePointOfContact.policyUrl'],
      'updatePolicy.automatic',
    ),
    item('3', 'Assessment of the cybersecurity risks', 'assessment', 'evidence'),
    item(
      ...(['4', 'How the support period was determined'] as const),
      ...['supportPeriod.starts', 'supportPeriod.reasoning', 'supportPeriod.expectedUseMonths'],
    ),
    item('5', 'Standards, or how the requirements are met', 'declaredStandards'),
    item('6', 'Reports of the tests', 'testReports'),
    item('7', 'Copy of the declaration of conformity', 'declaration.url'),
    item('8', 'The SBOM, on reasoned request', 'release'),
  ],
  notification: [
    item('4', 'Manufacturer name', 'manufacturer.name'),
    item('5', 'Member States where available', 'memberStates'),
    item('6', 'Product name', 'name'),
    item('7', 'Product version', 'release'),
    item('8', 'Product type', 'classification.class'),
    item('9', 'Product class', 'classification.class'),
    item('10', 'Product category', 'classification.class'),
    item('11', 'End of support indicator', 'supportPeriod.ends'),
  ],
}

export function factAt(facts: ProductFacts, path: string): unknown {
  let found: unknown = facts
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}
