/** `fleetward rollout curve`: how many devices had the release when, on how many it failed, and what happened meanwhile. */
import type { Command } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { moment } from '../moment.ts'
import { openServer, type ServerOptions } from '../server-options.ts'
import { onRollout } from './on-rollout.ts'

interface Point {
  readonly at: number
  readonly committed: number
  readonly failed: number
}

interface Curve {
  readonly curve: readonly Point[]
  readonly moments: readonly {
    readonly at: number
    readonly kind: string
    readonly byItself: boolean
  }[]
  readonly areMomentsWhole: boolean
}

const KINDS: Readonly<Record<string, string>> = {
  groupOpened: 'group opened',
  reachChanged: 'whom it reaches changed',
}

export function addRolloutCurve(rollout: Command, { terminal, finish }: Surroundings): void {
  const curve = onRollout(
    rollout,
    'curve',
    'how many devices had the release when, and on how many it failed',
  ).action(async (id: string, options: ServerOptions & { product: string }) => {
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}/curve`
    const found = (await client.get(path)) as Curve
    finish({ json: found, lines: curveLines(found) })
  })
  withExamples(
    curve,
    'rollout curve --product lumen-gateway-g1 <id> --token-file admin-token',
    'rollout curve --product lumen-gateway-g1 <id> --json --token-file admin-token',
  )
}

function curveLines({ curve, moments, areMomentsWhole }: Curve): string[] {
  if (curve.length === 0) return ['No group has opened yet.']
  const happened = (at: number) =>
    moments
      .filter((one) => one.at === at)
      .map(({ kind, byItself }) => `${KINDS[kind] ?? kind}${byItself ? ' by itself' : ''}`)
      .join(', ')
  // What stays as it was is left out; --json has it.
  const told = curve.filter(({ at, committed, failed }, index) => {
    const before = curve[index - 1]
    const isLast = index === curve.length - 1
    const isNews = committed !== before?.committed || failed !== before.failed
    return isLast || isNews || happened(at) !== ''
  })
  return [
    `${'time'.padEnd(20)}  committed     failed  what happened`,
    ...told.map(({ at, committed, failed }) =>
      [moment(at), ...[committed, failed].map((count) => String(count).padStart(9)), happened(at)]
        .join('  ')
        .trimEnd(),
    ),
    ...(areMomentsWhole
      ? []
      : ['Not all that happened is told: the audit log has it, as far as it reaches.']),
  ]
}
