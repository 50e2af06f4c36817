/** Where each kind of matter is looked at and ended. The compiler names a kind that is new. Pure. */
import { to } from '../../addresses.ts'
import type { Attention } from '../../api/operator-api.gen.ts'

export type Matter = Attention['matters'][number]

export function addressOf(matter: Matter): string {
  const product = matter.product ?? ''
  switch (matter.kind) {
    case 'caseDue':
      return to.case(matter.subject.case)
    case 'caseSuggested':
      return to.cases()
    case 'exploitedExposure': {
      const [finding] = matter.subject.findings
      return finding === undefined ? to.vulnerabilities(product) : to.finding(product, finding)
    }
    case 'rolloutHalted':
    case 'rolloutStuck':
    case 'rolloutWaits':
    case 'approvalWaiting':
    case 'emergencyUnseen':
      return to.rollout(product, matter.subject.rollout)
    case 'reportUnanswered':
    case 'reporterWaits':
      return to.report(matter.subject.report)
    case 'devicesSilent':
    case 'devicesFlapping':
    case 'devicesSuspected':
    case 'devicesCorrupt':
      return to.fleet(product, { filter: matter.subject.filter })
    case 'metadataExpiring':
    case 'metadataToSign':
      return to.releases(product)
    case 'certificateExpiring':
      return to.settings('keys')
    case 'feedUnwell':
    case 'feedsMissing':
      return to.settings('feeds')
    case 'waiverEnding':
      return to.release(product, matter.subject.release)
    case 'advisoryUnpublished':
      return to.advisory(product, matter.subject.advisory)
    case 'supportEnding':
      return to.product(product)
  }
}
