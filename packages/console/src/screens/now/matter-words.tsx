/** What needs somebody, in a sentence. The server tells kinds and facts; titles and names in them are strangers' words. */
import type { ComponentChildren } from 'preact'
import { to } from '../../addresses.ts'
import { say, sayIfKnown, sayWith } from '../../words/say.tsx'
import { monthText } from '../../words/time.ts'
import type { Matter } from './matter-links.ts'

export function matterWords(matter: Matter): ComponentChildren {
  const product = matter.product ?? ''
  switch (matter.kind) {
    case 'caseDue': {
      const { title, stage, isOverdue } = matter.facts
      const facts = { title, stage: say(`now.stage-${stage}`) }
      return isOverdue ? say('now.caseOverdue', facts) : say('now.caseDue', facts)
    }
    case 'exploitedExposure': {
      const { vulnerability } = matter.subject
      const { components, devices, releases, fixedBy } = matter.facts
      const behind = (
        <a href={to.fleet(product, { filter: `version in (${releases.join(', ')})` })}>
          {say('now.devices', { count: devices })}
        </a>
      )
      const facts = {
        ...{ vulnerability, components: components.join(', '), releases: releases.join(', ') },
        fixedBy: fixedBy ?? '',
      }
      return sayWith(
        fixedBy === null ? 'now.exploitedUnfixed' : 'now.exploited',
        { devices: behind },
        facts,
      )
    }
    case 'caseSuggested': {
      const { vulnerability, devices, sign } = matter.facts
      if (vulnerability !== null) return say('now.suggestedExploited', { vulnerability })
      return say('now.suggestedSign', { count: devices ?? 0, sign: say(`now.sign-${sign}`) })
    }
    case 'rolloutHalted': {
      const { reason, state, returnsTo } = matter.facts
      const { rule, facts } = reason
      const why = sayIfKnown('now', `halted-${rule}`, facts) ?? say('now.halted-other', { rule })
      const back = returnsTo === null ? '' : ` ${say('now.returns', { release: returnsTo })}`
      return `${rolloutWords(matter)} ${say(`now.state-${state}`)}: ${why}${back}`
    }
    case 'rolloutStuck': {
      const { rule, facts } = matter.facts.reason
      const why = sayIfKnown('now', `stuck-${rule}`, facts) ?? say('now.stuck-other', { rule })
      return `${rolloutWords(matter)} ${why}`
    }
    case 'rolloutWaits': {
      const { waitsFor, trouble } = matter.facts
      const what =
        waitsFor === 'start'
          ? say('now.waitsStart')
          : say('now.waitsPlan', {
              trouble: sayIfKnown('now', `trouble-${trouble}`) ?? trouble ?? '',
            })
      return `${rolloutWords(matter)} ${what}`
    }
    case 'reportUnanswered': {
      const { title, waitsFor, isOverdue } = matter.facts
      const facts = { title, what: say(`now.report-${waitsFor}`) }
      return isOverdue ? say('now.reportOverdue', facts) : say('now.reportWaits', facts)
    }
    case 'reporterWaits':
      return say('now.reporterWaits', { title: matter.facts.title })
    case 'approvalWaiting': {
      const { given, needed } = matter.facts
      return `${rolloutWords(matter)} ${say('now.approval', { given, needed })} ${mayWords(matter.facts)}`
    }
    case 'emergencyUnseen': {
      const { startedBy, reason } = matter.facts
      return `${rolloutWords(matter)} ${say('now.emergency', { startedBy, reason })} ${mayWords(matter.facts)}`
    }
    case 'devicesSilent':
      return say('now.silent', { count: matter.facts.devices })
    case 'devicesFlapping':
      return say('now.flapping', { count: matter.facts.devices })
    case 'devicesSuspected':
      return say('now.suspected', { count: matter.facts.devices })
    case 'devicesCorrupt':
      return say('now.corrupt', { count: matter.facts.devices })
    case 'metadataExpiring': {
      const { version, isOffline, isOver } = matter.facts
      const what = say(isOver ? 'now.metadataOver' : 'now.metadataExpires', {
        ...{ role: matter.subject.role, version },
      })
      return `${what} ${say(isOffline ? 'now.metadataDesk' : 'now.metadataServer')}`
    }
    case 'metadataToSign':
      return say('now.metadataToSign', { roles: matter.facts.roles.join(', ') })
    case 'certificateExpiring': {
      const purpose = say(`now.certificate-${matter.subject.purpose}`)
      return say(matter.facts.isOver ? 'now.certificateOver' : 'now.certificateExpires', {
        purpose,
      })
    }
    case 'feedUnwell': {
      const { status, failures } = matter.facts
      const what = say(`now.feed-${status}`, { feed: matter.subject.feed })
      return failures === 0 ? what : `${what} ${say('now.feedFailures', { count: failures })}`
    }
    case 'feedsMissing':
      return say('now.feedsMissing')
    case 'waiverEnding':
      return say('now.waiver', {
        release: matter.subject.release,
        code: sayIfKnown('release', `code-${matter.facts.code}`) ?? matter.facts.code,
        givenBy: matter.facts.givenBy,
      })
    case 'advisoryUnpublished': {
      const { title, state, isHoldOver } = matter.facts
      if (isHoldOver) return say('now.advisoryHoldOver', { title })
      return say(`now.advisory-${state}`, { title })
    }
    case 'supportEnding': {
      const { monthsBefore } = matter.facts
      const ends = monthText(matter.facts.ends)
      if (monthsBefore === 0) return say('now.supportOver', { ends })
      return say('now.supportEnds', { ends, count: monthsBefore })
    }
  }
}

function rolloutWords({
  subject: { rollout },
  facts: { release, releaseKind, cohort },
}: Extract<Matter, { facts: { releaseKind: string } }>): string {
  return say('now.rollout', { rollout, release, cohort, kind: say(`now.kind-${releaseKind}`) })
}

function mayWords({ mayApprove, whyNot }: { mayApprove: boolean; whyNot: string | null }): string {
  if (mayApprove) return say('now.youMay')
  return sayIfKnown('now', `whyNot-${whyNot ?? 'NOT_PERMITTED'}`) ?? String(whyNot)
}
