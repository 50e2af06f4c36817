/** Every case there is, by name: stories × accidents. */
import type { Fault } from '../../support/simulated-machine/faults.ts'
import { clockJump } from '../kinds/clock-jump.ts'
import { damagedFile } from '../kinds/damaged-file.ts'
import { diskError } from '../kinds/disk-error.ts'
import { diskFull } from '../kinds/disk-full.ts'
import { networkLost } from '../kinds/network-lost.ts'
import { powerCut } from '../kinds/power-cut.ts'
import { processKilled } from '../kinds/process-killed.ts'
import { twoAtOnce } from '../kinds/two-at-once.ts'
import type { Accidents, Course } from './course.ts'
import { parseFault, wordsOf } from './fault-words.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'
import type { Surroundings } from './try-case.ts'

export interface Case {
  readonly id: string
  readonly kind: string
  readonly scenario: Scenario
  readonly faults: readonly Fault[]
}

const KINDS: Readonly<Record<string, Accidents>> = {
  'power cut': powerCut,
  'process killed': processKilled,
  'disk full': diskFull,
  'disk error': diskError,
  'network lost': networkLost,
  'clock jump': clockJump,
  'damaged file': damagedFile,
}
/** What a reset has no answer to, and needs none: it has no network, and its files are its own. */
const NOT_IN_RESETS = ['network lost', 'damaged file']
const DOUBLES_PER_SCENARIO = 150

/** The same for the same seed. */
export async function catalogue(surroundings: Surroundings, seed: number): Promise<Case[]> {
  const cases = new Map<string, Case>()
  for (const scenario of SCENARIOS) {
    const course = await courseOf(surroundings, scenario)
    const add = (kind: string, faults: readonly Fault[]) => {
      const id = idOf(scenario, faults)
      cases.set(id, { id, kind, scenario, faults })
    }
    const single: (readonly Fault[])[] = []
    for (const [kind, accidents] of Object.entries(KINDS)) {
      if (scenario.reset !== undefined && NOT_IN_RESETS.includes(kind)) continue
      for (const faults of accidents(course)) {
        add(kind, faults)
        single.push(faults)
      }
    }
    for (const faults of twoAtOnce(course, single, DOUBLES_PER_SCENARIO, seed)) {
      add('two at once', faults)
    }
  }
  return [...cases.values()]
}

export function caseOf(id: string): Case {
  const [name, words = ''] = id.split(/\/(.*)/s)
  const scenario = SCENARIOS.find((other) => other.name === name)
  if (scenario === undefined) throw new Error(`There is no story ${name} among the accidents`)
  return { id, kind: 'one', scenario, faults: words.split('+').map(parseFault) }
}

async function courseOf(surroundings: Surroundings, scenario: Scenario): Promise<Course> {
  const { flaws, steps } = await surroundings.tryCase(scenario, [])
  if (flaws.length > 0) throw new Error(`undisturbed, ${scenario.name} ends badly: ${flaws}`)
  const from = steps.findIndex(({ state }) => state === scenario.sameUntil) + 1
  return { scenario, steps, from: Math.max(1, from) }
}

function idOf({ name }: Scenario, faults: readonly Fault[]): string {
  return `${name}/${faults.map(wordsOf).join('+')}`
}
