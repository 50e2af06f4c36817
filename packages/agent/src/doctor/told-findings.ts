/** Findings as scripts get them, from the command and from the local API alike. */
import type { Json } from '@fleetward/shared'
import type { Level } from './check.ts'
import type { Examined } from './examine.ts'

export function countOf(examined: readonly Examined[], wanted: Level): number {
  return examined.filter(({ level }) => level === wanted).length
}

export function toldFindings(examined: readonly Examined[]): Json {
  return {
    wrong: countOf(examined, 'wrong'),
    warnings: countOf(examined, 'warning'),
    checks: examined.map(({ check, level, seen, next }) => ({
      ...{ id: check.id, level, seen },
      ...(next === undefined ? {} : { why: check.why, next }),
    })),
  }
}
