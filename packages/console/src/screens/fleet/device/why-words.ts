/** Why a rollout has, or has not, reached a device, in one sentence: the rule that decided, said in the page's language. */
import type { Explanation } from '../../../api/operator-api.gen.ts'
import type { Tone } from '../../../pieces/tag.tsx'
import { bothTimes } from '../../../words/device-time.ts'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { queueWhy } from '../../rollouts/rollout-words.ts'

/**
 * A rule that this page does not know is told in the server's words.
 * @param zone of the device, where it is known
 */
export function whyWords({ rule, facts, sentence }: Explanation, zone?: string): string {
  const said = (name: string) => (facts[name] === undefined ? undefined : String(facts[name]))
  const time = (name: string) =>
    typeof facts[name] === 'number' ? bothTimes(facts[name] as number, zone) : '–'
  const inWords = (section: string, name: string) =>
    sayIfKnown(section, said(name) ?? '') ?? said(name) ?? '–'
  switch (rule) {
    case 'succeeded':
      return facts.runs === undefined
        ? say('why.succeeded', { version: said('version') ?? '–' })
        : say('why.tookIt', { version: said('version') ?? '–', runs: said('runs') ?? '–' })
    case 'underWay':
      return say('why.underWay', { state: inWords('standing', 'state') })
    case 'failed':
      return say('why.failed', {
        ...{ code: inWords('code', 'code'), attempt: said('attempt') ?? '–', at: time('at') },
      })
    case 'waitingForConsent':
    case 'waitingForWindow':
    case 'waiting':
      return say('why.waiting', { what: waitWords(said('waitingFor')) })
    case 'postponed':
      return facts.until === undefined
        ? say('why.postponed')
        : say('why.postponedUntil', { until: time('until') })
    case 'blocked':
      return sayIfKnown('why', `blocked-${said('by')}`) ?? sentence
    case 'rolloutNotRunning':
      return say('why.notRunning', {
        state: sayIfKnown('why', `state-${said('state')}`) ?? said('state') ?? '–',
      })
    case 'runsAsNew':
      return say('why.runsAsNew', {
        ...{ version: said('version') ?? '–', offered: said('offered') ?? '–' },
      })
    case 'groupNotOpen':
      return say('why.groupNotOpen', {
        ...{ group: said('group') ?? '–', open: said('openGroup') ?? '–' },
      })
    case 'overtaken':
      return say('why.overtaken', { by: said('by') ?? '–' })
    case 'offered':
    case 'offline':
      return say(`why.${rule}`, { at: time('offeredAt') })
    case 'silent':
      return say('why.silent', { at: time('silenceFrom') })
    case 'notMember':
    case 'optedOut':
      return say(`why.${rule}`)
    case 'inQueue':
      return [say('why.inQueue'), queueWhy(facts, zone)].filter((it) => it !== undefined).join(' ')
    default:
      return sentence
  }
}

function waitWords(wait = 'start'): string {
  return sayIfKnown('standing', `waits${wait.charAt(0).toUpperCase()}${wait.slice(1)}`) ?? wait
}

const TONES: Readonly<Record<string, Tone>> = {
  ...{ succeeded: 'good', runsAsNew: 'good', underWay: 'busy', offered: 'busy' },
  ...{ failed: 'bad', silent: 'bad', blocked: 'bad' },
  ...{ waitingForConsent: 'waits', waitingForWindow: 'waits', waiting: 'waits' },
  ...{ postponed: 'waits', optedOut: 'waits', offline: 'waits' },
}

/** An owner's choice is a wait, and no failure. */
export function whyTone({ rule }: Explanation): Tone {
  return TONES[rule] ?? 'quiet'
}
