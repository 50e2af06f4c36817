/** Tries cases one after the other, and tells of each that failed how to try it again alone. */
import type { Case } from './catalogue.ts'
import type { Surroundings } from './try-case.ts'

export interface Failure {
  readonly id: string
  readonly flaws: readonly string[]
}

export async function tryAll(
  surroundings: Surroundings,
  cases: Iterable<Case>,
  onTried: (failure: Failure | undefined) => void = () => {},
): Promise<Failure[]> {
  const failures: Failure[] = []
  // What nobody waits for fails its case like everything else.
  let stray: unknown
  const onStray = (error: unknown) => {
    stray = error
  }
  process.on('unhandledRejection', onStray)
  try {
    for (const { id, scenario, faults } of cases) {
      const { flaws } = await surroundings.tryCase(scenario, faults)
      const all = stray === undefined ? flaws : [...flaws, `nobody handled ${String(stray)}`]
      stray = undefined
      const failure = all.length === 0 ? undefined : { id, flaws: all }
      if (failure !== undefined) failures.push(failure)
      onTried(failure)
    }
  } finally {
    process.off('unhandledRejection', onStray)
  }
  return failures
}

/** Something of every kind and every story, the same each time: `count` of them at most. */
export function sampleOf(cases: readonly Case[], count: number): Case[] {
  const stride = cases.length / Math.min(count, cases.length)
  return Array.from(
    { length: Math.floor(cases.length / stride) },
    (_, index) => cases[Math.floor(index * stride)],
  ).filter((one) => one !== undefined)
}

export const recipe = ({ id, flaws }: Failure) =>
  `npm run accidents -- --case '${id}'\n    ${flaws.join('\n    ')}`
