/** Why a rollout does what it does now, in one sentence, with the rule that decided (hawkBit #735, #1770). */

import type { EngineState } from '../engine-state.ts'
import { returnsTo } from '../fleet-return.ts'
import { nextMove } from '../next-move.ts'
import { observed } from '../observed.ts'
import type { RolloutPlan } from '../plan/plan.ts'
import type { RolloutProgress } from '../progress.ts'
import type { RolloutState } from '../rollout-state.ts'
import type { Because, Rule, RuleFacts } from './because.ts'
import { continued, counted, duration, instant, percent } from './wording.ts'

export interface Explanation {
  readonly rule: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly sentence: string
}

export function explainRollout(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
  now: number,
): Explanation {
  const { because } = nextMove(plan, observed(plan, state, progress, now), progress, now)
  const halted = state.state === 'withdrawn' ? undefined : state.halted
  if (because.rule !== 'notRunning' || halted === undefined) {
    return { ...because, sentence: sentenceOf(because) }
  }
  if (halted.rule === 'byHand') return { ...halted, sentence: sentenceOf(halted) }
  const itself = state.state === 'paused' ? 'It paused itself' : 'It stopped itself'
  const back = returnsTo(plan, state)
  const then = back === undefined ? '' : ` Devices that have it go back to ${back}.`
  return { ...halted, sentence: `${itself}: ${continued(sentenceOf(halted))}${then}` }
}

/** One sentence, for people. */
export function sentenceOf(because: Because): string {
  const write = SENTENCES[because.rule] as (facts: Because['facts']) => string
  return write(because.facts)
}

const SENTENCES: { readonly [R in Rule]: (facts: RuleFacts[R]) => string } = {
  notRunning: ({ state, members }) => STANDING_STILL[state](members),
  startsLater: ({ at }) => `It starts at ${instant(at)}.`,
  startReached: ({ name }) => `Its start has come, so group ${name} opens.`,
  overtaken: ({ by }) =>
    `Rollout ${by} goes before it in this cohort, so it offers nothing until that one has finished or paused.`,
  errorThreshold: ({ name, failed, silent, accepted, counted: all, share, minimum }) =>
    `In group ${name} ${counted(failed, 'device')} failed and ${silent} stayed silent${
      accepted > 0 ? `, ${accepted} of them accepted before` : ''
    }; of ${counted(all, 'device')} that count, ${percent(share)} and at least ${minimum} stop it.`,
  windowClosed: ({ opensAt, zone }) =>
    `The operator's window is closed; it opens at ${instant(opensAt, zone)}.`,
  paceReached: ({ perMinute, opened }) =>
    `The pace of ${counted(perMinute, 'device')} a minute is used: ${opened} had their turn in the last one.`,
  bytesReached: ({ bytesPerMinute, artifactBytes }) =>
    `The byte budget of this minute is used: ${bytesPerMinute} bytes, and each device takes ${artifactBytes}.`,
  opening: ({ name, atMost, left }) =>
    `Group ${name} is being opened: up to ${counted(atMost, 'device')} now, of ${left} whose turn has not come.`,
  soaking: ({ name, metSeconds, soakSeconds }) =>
    `Group ${name} has met its success share for ${duration(metSeconds)}; it must do so for ${duration(soakSeconds)}.`,
  successShort: (facts) => `${ofGroup(facts)}, and others are still to come.`,
  successOutOfReach: (facts) =>
    `${ofGroup(facts)}, and none is still to come: retry the failed ones, open the next group by hand, or stop it.`,
  nobodyYet: (facts) => {
    const waits = waitsOf(facts)
    return `Nobody in group ${facts.name} has tried the release yet${waits === '' ? '' : `: ${waits}`}.`
  },
  groupPassed: ({ name, succeeded, counted: all }) =>
    `Group ${name} has met its success share for long enough: ${succeeded} of ${counted(all, 'device')} that count.`,
  groupPassedUntried: ({ name, optedOut, blocked, overtaken }) =>
    `Nobody in group ${name} can take the release (${optedOut} opted out, ${blocked} are blocked, ${overtaken} overtaken), so it passed untried.`,
  othersAtWork: ({ name, offered, underWay }) =>
    `Every group has met its success share; it finishes once fewer in group ${name} could still fail: ${offered} have not begun and ${underWay} are at work.`,
  finished: ({ succeeded, late }) =>
    `It has finished: ${counted(succeeded, 'device')} succeeded${late > 0 ? `, ${late} of them joined late` : ''}.`,
  byHand: () => 'An operator stopped it.',
}

export const RULES = Object.keys(SENTENCES) as readonly Rule[]

const STANDING_STILL: Readonly<Record<RolloutState, (members: number) => string>> = {
  creating: (members) =>
    `It is being created: ${counted(members, 'device')} have been put into their groups so far.`,
  waitingForApproval: () => 'It waits for approval.',
  ready: (members) =>
    `It is ready for ${counted(members, 'device')} and waits for an operator to start it.`,
  scheduled: () => 'It is scheduled.',
  running: () => 'It runs.',
  paused: () => 'An operator paused it.',
  finished: () => 'It has finished.',
  stopped: () => 'It was stopped.',
  withdrawn: () => 'It was withdrawn for good.',
}

/** Where nobody waits for something, it is not said. */
function waitsOf(facts: RuleFacts['nobodyYet']): string {
  const { offline, waitingForConsent, waitingForWindow, waiting, postponed, optedOut } = facts
  const all: readonly (readonly [number, string])[] = [
    [offline, 'not seen since the offer'],
    [waitingForConsent, "waiting for their owner's consent"],
    [waitingForWindow, 'waiting for a maintenance window'],
    [waiting, 'waiting for something else'],
    [postponed, 'postponed'],
    [optedOut, 'opted out'],
  ]
  return all
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count.toLocaleString('en')} ${what}`)
    .join(', ')
}

function ofGroup({
  name,
  succeeded,
  counted: all,
  share,
  minimum,
}: RuleFacts['successShort']): string {
  return `In group ${name} ${succeeded} of ${counted(all, 'device')} that count have succeeded; ${percent(share)} and at least ${minimum} are needed`
}
