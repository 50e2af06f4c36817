/** Every section, in the order in which they stand; those of one item of Annex VII together. */
import type { Section } from '../section.ts'
import { advisories } from './advisories.ts'
import { auditRecord } from './audit-record.ts'
import { cases } from './cases.ts'
import { declarationCopy } from './declaration-copy.ts'
import { design } from './design.ts'
import { evidence } from './evidence.ts'
import { general } from './general.ts'
import { requirements } from './requirements.ts'
import { risks } from './risks.ts'
import { rollouts } from './rollouts.ts'
import { sboms } from './sboms.ts'
import { standards } from './standards.ts'
import { supportPeriod } from './support-period.ts'
import { testReports } from './test-reports.ts'
import { unrecorded } from './unrecorded.ts'
import { updateDistribution } from './update-distribution.ts'
import { userInformation } from './user-information.ts'
import { vulnerabilities } from './vulnerabilities.ts'
import { vulnerabilityHandling } from './vulnerability-handling.ts'

export const SECTIONS: readonly Section[] = [
  ...[general, userInformation],
  ...[design, vulnerabilityHandling, updateDistribution],
  ...[vulnerabilities, advisories, rollouts, cases, auditRecord],
  ...[risks, requirements, supportPeriod, standards, testReports, evidence, declarationCopy, sboms],
  ...unrecorded,
]
