/** The rule by which a rollout stands where it stands, in words: what is none of it is left out. */
import { listWords, say, sayIfKnown } from '../../words/say.tsx'

type Facts = Readonly<Record<string, string | number>>

const UNTRIED = [
  ...(['offline', 'waitingForConsent', 'waitingForWindow', 'waiting'] as const),
  ...(['postponed', 'optedOut'] as const),
]

/** Undefined: a rule that the server learned later than this page. */
export function ruleWords(rule: string, facts: Facts): string | undefined {
  if (rule === 'finished' && facts.late === 0) return say('rolloutRules.finishedTogether', facts)
  if (rule === 'errorThreshold' && facts.accepted === 0) {
    return say('rolloutRules.errorThresholdFirst', facts)
  }
  if (rule === 'nobodyYet') {
    const waits = UNTRIED.filter((name) => Number(facts[name] ?? 0) > 0).map((name) =>
      say(`rolloutUntried.${name}`, { count: Number(facts[name]) }),
    )
    if (waits.length > 0) {
      return say('rolloutRules.nobodyYetBut', { ...facts, waits: listWords(waits) })
    }
  }
  return sayIfKnown('rolloutRules', rule, facts)
}
