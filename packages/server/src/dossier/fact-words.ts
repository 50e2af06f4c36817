/** Facts of a product and what they can be, in words for who reads a dossier and never typed a path. */
import type { DeclarationState } from '@fleetward/shared'
import type { ProductClass } from '../product-facts/classes.ts'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { QUESTION_IDS, SCOPE_QUESTIONS, type ScopeResult } from '../product-facts/scope.ts'

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: 'the name under which it is sold',
    'manufacturer.name': 'the name of the manufacturer',
    'manufacturer.postalAddress': 'the postal address of the manufacturer',
    'manufacturer.email': 'the e-mail address of the manufacturer',
    'manufacturer.website': 'the website of the manufacturer',
    'singlePointOfContact.address': 'where vulnerabilities are reported',
    'singlePointOfContact.policyUrl': 'the address of the disclosure policy',
    economicRole: 'the economic role (manufacturer, importer …)',
    'identification.model': 'the type',
    'identification.further': 'further identification',
    intendedPurpose: 'the intended purpose',
    securityEnvironment: 'the security environment',
    essentialFunctions: 'the essential functions',
    securityProperties: 'the security properties',
    users: 'who uses it',
    misuseRisks: 'foreseeable use that leads to risks',
    memberStates: 'the Member States where it is available',
    'scope.exclusion': 'whether another act of the Union takes the place of the Regulation',
    'classification.class': 'the class (default, important or critical)',
    'conformity.procedure': 'the conformity procedure that this class needs',
    'conformity.notifiedBody': 'the notified body',
    'supportPeriod.starts': 'when support begins',
    'supportPeriod.ends': 'when support ends',
    'supportPeriod.reasoning': 'the reasons for the support period',
    'supportPeriod.expectedUseMonths': 'how long it is expected to be used',
    securitySupport: 'which help with security users get',
    'updatePolicy.automatic': 'whether security updates install by themselves',
    'instructions.commissioning': 'instructions for taking it into use',
    'instructions.changes': 'instructions on what changes do to its security',
    'instructions.updates': 'instructions for installing security updates',
    'instructions.decommissioning': 'instructions for taking it out of use',
    'instructions.turnOffAutomatic': 'instructions for switching automatic updates off',
    'instructions.integration': 'instructions for who builds it into another product',
    sbomUrl: 'the address of the SBOM',
    'declaration.object': 'the object of the declaration',
    'declaration.legislation': 'the legislation that it conforms with',
    'declaration.url': 'the address of the declaration',
    'declaration.place': 'the place of the declaration',
    'declaration.signedOn': 'the date of the declaration',
    'declaration.signedBy': 'who signed the declaration',
    'declaration.function': 'the function of who signed the declaration',
    pictures: 'photographs or illustrations',
    design: 'descriptions of design and development',
    production: 'descriptions of production and monitoring',
    vulnerabilityHandling: 'descriptions of vulnerability handling',
    declaredStandards: 'the standards that are applied',
    testReports: 'the reports of the tests',
    ...Object.fromEntries(
      QUESTION_IDS.map((id) => [`scope.answers.${id}.answer`, `“${SCOPE_QUESTIONS[id]}”`]),
    ),
  }),
)

/** What is no path is in words already. */
export function factWords(path: string): string {
  return WORDS.get(path) ?? path
}

export const isFactPath = (word: string) => WORDS.has(word)

export const SCOPE_WORDS: Readonly<Record<ScopeResult, string>> = {
  applies: 'it applies',
  excluded: 'it does not apply: another act of the Union takes its place',
  'does-not-apply': 'it does not apply',
  unanswered: 'not answered yet',
}

export const DECLARATION_WORDS: Readonly<Record<DeclarationState, string>> = {
  draft: 'a draft: nobody has signed it',
  signed: 'signed',
  outdated: 'signed for an earlier version of what it says',
  'not-due': 'none is due: a steward of free software declares no conformity (Art. 24)',
}

export const CLASS_WORDS: Readonly<Record<ProductClass, string>> = {
  default: 'default: neither important nor critical',
  'important-1': 'important, class I (Annex III)',
  'important-2': 'important, class II (Annex III)',
  critical: 'critical (Annex IV)',
}

export const ROLE_WORDS: Readonly<Record<NonNullable<ProductFacts['economicRole']>, string>> = {
  manufacturer: 'manufacturer',
  steward: 'steward of free and open-source software',
  importer: 'importer',
  distributor: 'distributor',
  none: 'none that the Regulation names',
}
