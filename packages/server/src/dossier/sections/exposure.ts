/**
 * Under Annex VII 2(b): how many devices each vulnerability reached, and how fast they were rid of it (CRA P-053, P-111).
 * Every figure is counted now; of a large fleet that takes seconds for each, so there are not many.
 */
import type { Exposure } from '../../exposure/exposure.ts'
import { exposureOf } from '../../exposure/exposure-of.ts'
import { type Finding, RATINGS } from '../../findings/finding.ts'
import { moment, table, text } from '../document.ts'
import { everyFinding } from '../every-finding.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

const EXPOSURE = 'vulnerabilities/exposure.json'
const COUNTED_MAX_COUNT = 25
/** What was fixed longer ago is in the findings alone. */
const RECENT_SECONDS = 365 * 86_400
const HOUR_SECONDS = 3_600

export const exposure: Section = {
  id: 'exposure',
  item: '2',
  title: 'How fast devices were protected',
  async write(source) {
    const { stores, product, now } = source
    const all = vulnerabilitiesOf(await everyFinding(source), now)
    const counted: Exposure[] = []
    for (const findings of all.slice(0, COUNTED_MAX_COUNT)) {
      counted.push(await exposureOf(stores, { product, findings, now }))
    }
    const leftOut = all.length - counted.length
    return {
      blocks: [
        text('Open vulnerabilities and those that ended in the last year, the worst first.'),
        table(
          'Devices that run or ran an affected version since the vulnerability was known',
          [
            ...['Vulnerability', 'Known since', 'Fixed by', 'Devices', 'Still exposed'],
            ...['Exposed device-days', '50 % protected', '95 % protected'],
          ],
          counted.map(rowOf),
          EXPOSURE,
        ),
        ...(leftOut === 0 ? [] : [text(`${leftOut} more vulnerabilities are not counted here.`)]),
      ],
      files: [
        jsonFile(
          EXPOSURE,
          { item: 'VII.2(b)', what: 'Exposure and times to protection, by vulnerability' },
          { countedAt: now, leftOut, vulnerabilities: counted },
        ),
      ],
    }
  },
}

/** By vulnerability, in all of its components. */
function vulnerabilitiesOf(all: readonly Finding[], now: number): readonly (readonly Finding[])[] {
  const isRecent = ({ endedAt }: Finding) => endedAt === undefined || endedAt > now - RECENT_SECONDS
  const byName = Map.groupBy(all.filter(isRecent), ({ name }) => name)
  return [...byName.values()].toSorted(
    (one, other) =>
      rankOf(one) - rankOf(other) || ((one[0]?.name ?? '') < (other[0]?.name ?? '') ? -1 : 1),
  )
}

/** Open before ended, exploited before others, then by rating; what nobody rated is not thought harmless. */
function rankOf(findings: readonly Finding[]): number {
  const ranks = findings.map(({ endedAt, isExploited, rating }) => {
    const grade = RATINGS.indexOf(rating === 'unknown' ? 'high' : rating)
    return (endedAt === undefined ? 0 : 100) + (isExploited ? 0 : 10) + grade
  })
  return Math.min(...ranks)
}

function rowOf(of: Exposure): readonly string[] {
  const { vulnerability, knownAt, fix, total, exposed, exposedDeviceDays, half, goal } = of
  const { days, isAtLeast } = exposedDeviceDays
  return [
    ...[vulnerability, moment(knownAt), fix?.version ?? 'nothing yet'],
    ...[String(total), String(exposed), isAtLeast ? `at least ${days}` : String(days)],
    ...[hoursSinceFix(half), hoursSinceFix(goal)],
  ]
}

function hoursSinceFix(reached: Exposure['half']): string {
  if (reached === undefined) return 'not yet'
  const { secondsSinceFix, secondsSinceKnown } = reached
  const [seconds, since] =
    secondsSinceFix === undefined
      ? [secondsSinceKnown, 'it was known']
      : [secondsSinceFix, 'the fix']
  return `${Math.round((seconds / HOUR_SECONDS) * 10) / 10} h after ${since}`
}
