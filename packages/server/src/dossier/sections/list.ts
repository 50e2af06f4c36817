/** Every section, in the order in which they stand; those of one item of Annex VII together. */
import type { Section } from '../section.ts'
import { advisories } from './advisories.ts'
import { auditRecord } from './audit-record.ts'
import { cases } from './cases.ts'
import { componentReviews } from './component-reviews.ts'
import { dataInventory } from './data-inventory.ts'
import { declarationCopy } from './declaration-copy.ts'
import { design } from './design.ts'
import { evidence } from './evidence.ts'
import { exposure } from './exposure.ts'
import { gateWaivers } from './gate-waivers.ts'
import { general } from './general.ts'
import { requirements } from './requirements.ts'
import { risks } from './risks.ts'
import { rollouts } from './rollouts.ts'
import { sboms } from './sboms.ts'
import { standards } from './standards.ts'
import { supportPeriod } from './support-period.ts'
import { testReports } from './test-reports.ts'
import { updateDistribution } from './update-distribution.ts'
import { upstreamReports } from './upstream-reports.ts'
import { userInformation } from './user-information.ts'
import { vulnerabilities } from './vulnerabilities.ts'
import { vulnerabilityHandling } from './vulnerability-handling.ts'

export const SECTIONS: readonly Section[] = [
  ...[general, userInformation],
  ...[design, dataInventory, vulnerabilityHandling, componentReviews, upstreamReports],
  ...[updateDistribution, vulnerabilities, exposure, advisories, rollouts, cases, auditRecord],
  ...[risks, requirements, supportPeriod, standards],
  ...[testReports, gateWaivers, evidence, declarationCopy, sboms],
]
