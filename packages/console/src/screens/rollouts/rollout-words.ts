/** What the server says by rule and facts, in the language of the page; what it learned later, in its own words. */
import type { Explanation, RolloutDeadline, RolloutInFull } from '../../api/operator-api.gen.ts'
import { codeWords } from '../../words/code-words.ts'
import { bothTimes, windowTimes } from '../../words/device-time.ts'
import { percentWords, say, sayIfKnown } from '../../words/say.tsx'
import { durationWords, timeWords } from '../../words/time.ts'
import type { Members } from './plan/rollout-plan.ts'
import { ruleWords } from './rule-words.ts'

type Facts = Readonly<Record<string, string | number>>

/**
 * Shares as per cent, lengths of time and instants in words; what is no fact of a sentence is left out.
 * @param deviceZone of the device that it is about, where it is known
 */
export function factWords(facts: Readonly<Record<string, unknown>>, deviceZone?: string): Facts {
  const zone = typeof facts.zone === 'string' ? facts.zone : undefined
  const told: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'string') told[name] = value
    if (typeof value !== 'number') continue
    if (name === 'share') told[name] = percentWords(value)
    else if (/Seconds$/.test(name)) told[name] = durationWords(value)
    else if (/^(at|until|[a-zA-Z]+At|silenceFrom)$/.test(name)) {
      const isOfWindow = name === 'opensAt' && zone !== undefined
      told[name] = isOfWindow ? windowTimes(value, zone, deviceZone) : bothTimes(value, deviceZone)
    } else told[name] = value
  }
  return told
}

/** Why it stands where it stands. */
export function whyOf({
  state,
  explanation,
  plan,
}: Pick<RolloutInFull, 'state' | 'explanation' | 'plan'>): string {
  const { rule, facts, sentence } = explanation
  if (rule === 'notRunning') {
    const members = Number(facts.members ?? 0)
    return sayIfKnown('rolloutStill', state, { count: members }) ?? sentence
  }
  const because = ruleWords(rule, factWords(facts))
  if (because === undefined) return sentence
  const itself = rule === 'byHand' ? undefined : sayIfKnown('rolloutItself', state)
  const back = plan.returnTo
  const goesBack =
    state === 'stopped' && rule === 'errorThreshold' && typeof back === 'string'
      ? say('rollouts.goesBack', { version: back })
      : undefined
  return [itself, because, goesBack].filter((it) => it !== undefined).join(' ')
}

/** What a person can do about it; undefined: nothing has to be done. */
export function nextOf({
  state,
  explanation,
}: Pick<RolloutInFull, 'state' | 'explanation'>): string | undefined {
  if (explanation.rule === 'notRunning') return sayIfKnown('rolloutNext', state)
  const isHalted = state === 'stopped' || state === 'paused'
  if (!isHalted && explanation.rule !== 'successOutOfReach') return undefined
  return sayIfKnown('rolloutNext', explanation.rule)
}

/** Why nobody in the queue has a turn now. */
export function queueWhy(facts: Explanation['facts'], deviceZone?: string): string | undefined {
  const { because, figures } = facts
  if (typeof because !== 'string' || typeof figures !== 'object' || figures === null)
    return undefined
  return ruleWords(because, factWords({ ...figures }, deviceZone))
}

/** What they mean is in a fact. */
const WITH_REASON = new Set(['waitingForConsent', 'waitingForWindow', 'waiting', 'blocked'])

/** @param deviceZone where it is known */
export function deviceWhy({ rule, facts, sentence }: Explanation, deviceZone?: string): string {
  const told = factWords(facts, deviceZone)
  if (WITH_REASON.has(rule)) {
    const reason = String(facts.waitingFor ?? facts.by ?? '')
    return sayIfKnown('deviceWaits', reason, told) ?? sentence
  }
  const why = rule === 'inQueue' ? queueWhy(facts, deviceZone) : undefined
  if (rule === 'succeeded' && told.runs !== undefined) return say('deviceRules.tookIt', told)
  const code = typeof facts.code === 'string' ? codeWords(facts.code) : say('rollouts.noCode')
  const known = { until: say('rollouts.later'), ...told, code }
  const own = sayIfKnown('deviceRules', rule, known)
  if (own === undefined) return sentence
  return why === undefined ? own : `${own} ${why}`
}

export function deadlineWords({ deadline, due, isEarlierNow }: RolloutDeadline): string {
  const has =
    deadline === undefined
      ? say('rollouts.noDeadline')
      : say('rollouts.hasDeadline', { at: timeWords(deadline) })
  if (due === undefined) return has
  const grade = sayIfKnown('rolloutGrades', due.grade) ?? due.grade
  const asks = say('rollouts.policyAsks', {
    ...{ at: timeWords(due.deadline), vulnerability: due.vulnerability, grade },
    time: durationWords(due.seconds),
  })
  return [has, asks, isEarlierNow ? say('rollouts.tightenIt') : ''].join(' ').trim()
}

/** @param isAlone no other group takes devices before it */
export function membersWords(members: Members, isAlone: boolean): string {
  if ('share' in members)
    return say('rollouts.membersShare', { share: percentWords(members.share) })
  if ('count' in members) return say('rollouts.membersCount', { count: members.count })
  if ('filter' in members) return say('rollouts.membersFilter', { filter: members.filter })
  return say(isAlone ? 'rollouts.membersAll' : 'rollouts.membersRest')
}
