/** A product of which everything is written that the law asks for. */
import type { ProductFacts } from '../../src/product-facts/facts-schema.ts'
import type { Risk } from '../../src/risks/risk.ts'

const SITE = 'https://lumen.example'

export function wholeFacts(): ProductFacts {
  return {
    name: 'Lumen Gateway G1',
    manufacturer: {
      ...{ name: 'Lumen GmbH', postalAddress: 'Lichtweg 1\n10115 Berlin' },
      ...{ email: 'info@lumen.example', contact: '+49 30 555 0100', website: SITE },
    },
    singlePointOfContact: {
      address: 'security@lumen.example',
      policyUrl: `${SITE}/disclosure`,
    },
    economicRole: 'manufacturer',
    identification: { model: 'LG-G1', batchScheme: 'YYWW', serialScheme: 'LG1-NNNNNNNN' },
    intendedPurpose: 'Connects lamps of a building to its network.',
    securityEnvironment: 'A building’s own network behind a router.',
    essentialFunctions: ['switching', 'schedules'],
    securityProperties: ['signed updates', 'TLS 1.3 only'],
    users: ['owners of buildings', 'installers'],
    misuseRisks: ['operated openly on the internet'],
    memberStates: ['AT', 'DE'],
    scope: {
      answers: {
        ...{ isProduct: { answer: true }, isConnected: { answer: true } },
        ...{ isCommercial: { answer: true }, hasRemoteProcessing: { answer: false } },
        isFreeSoftware: { answer: false },
      },
      exclusion: 'none',
    },
    classification: { class: 'default' },
    conformity: { procedure: 'A' },
    supportPeriod: {
      ...{ starts: '2026-08-21', ends: '2034-12', expectedUseMonths: 96 },
      reasoning: 'Lamps of this kind are used for eight years.',
    },
    securitySupport: 'Security updates, and answers by e-mail.',
    updatePolicy: { automatic: true },
    instructions: {
      ...{ commissioning: `${SITE}/start`, changes: `${SITE}/changes`, updates: `${SITE}/updates` },
      ...{ decommissioning: `${SITE}/end`, turnOffAutomatic: `${SITE}/opt-out` },
    },
    sbomUrl: `${SITE}/sbom`,
    declaration: {
      ...{ object: 'LG-G1 with firmware 1.4', legislation: ['Regulation (EU) 2024/2847'] },
      ...{ url: `${SITE}/declaration`, place: 'Berlin', signedOn: '2026-08-20' },
      ...{ signedBy: 'A. Licht', function: 'managing director' },
    },
    declaredStandards: [
      { title: 'EN 18031-1', version: '2024', isCited: true, isAppliedInFull: true },
    ],
    pictures: [`${SITE}/front.png`],
    design: [`${SITE}/design.pdf`],
    vulnerabilityHandling: [`${SITE}/handling.pdf`],
    production: [`${SITE}/production.pdf`],
    testReports: [`${SITE}/tests.pdf`],
    notApplicable: {
      'identification.further': 'model and serial number say all',
      'instructions.integration': 'it is no part of other products',
    },
  }
}

/** What somebody adds; high, with its evidence. */
export function aRisk(id: string, more: Partial<Risk> = {}) {
  const risk: Risk = {
    ...{ asset: 'firmware', actor: 'criminal', stride: 'tampering', stage: 'maintenance' },
    ...{ threat: 'An older release with a known hole is installed again.' },
    ...{ vulnerability: 'Older releases are signed too.', likelihood: 'medium', impact: 'high' },
    ...{ safetyImpact: 'low', treatment: 'mitigate', measure: 'The security counter.' },
    ...{ residual: 'low', owner: 'A. Licht', evidence: [], tests: ['test/attacks/rollback'] },
    ...more,
  }
  return { id, ...risk }
}
