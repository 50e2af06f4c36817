/** `fleetward rollout preview|devices|explain`: what would happen, to whom, and why or why not. */

import { type Command, Option } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions } from '../server-options.ts'
import { onRollout } from './on-rollout.ts'

interface OnProduct extends ServerOptions {
  readonly product: string
}

interface Explanation {
  readonly rule: string
  readonly sentence: string
}

export interface Preview {
  readonly members: number
  readonly overtakenBy?: string
  readonly trouble?: { readonly says: string }
  readonly deadline?: { readonly sentence?: string; readonly unknown?: readonly string[] }
  readonly groups: readonly {
    readonly name: string
    readonly members: number
    readonly prospects: Readonly<Record<string, number>>
    readonly sample: readonly string[]
    readonly notes: readonly string[]
  }[]
}

interface Member {
  readonly device: string
  readonly column: string
  readonly group: string
  readonly held: boolean
  readonly code?: string
}

const NOTES: Readonly<Record<string, string>> = {
  nobody: 'nobody is in it',
  nobodyCan: 'nobody in it can take the release, so it passes untried',
  cannotStopItself: 'fewer devices than the error threshold needs: it cannot stop the rollout',
}

export function addRolloutDevices(rollout: Command, { terminal, finish }: Surroundings): void {
  const pathOf = (product: string, id: string) =>
    `/products/${product}/rollouts/${encodeURIComponent(id)}`

  const preview = onRollout(rollout, 'preview', 'what would happen if it started now').action(
    async (id: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      const seen = (await client.get(`${pathOf(options.product, id)}/preview`)) as Preview
      finish({ json: seen, lines: previewLines(seen) })
    },
  )
  withExamples(preview, 'rollout preview --product lumen-gateway-g1 <id> --token-file admin-token')

  const devices = onRollout(rollout, 'devices', 'its devices, each with where it stands')
    .option(
      '--column <name>',
      'only these: offered, underWay, waitingForConsent, waitingForWindow, failed, silent …',
    )
    .option('--group <name>', 'only of this group')
    .option('--after <device>', 'devices behind this id')
    .addOption(new Option('--limit <count>', 'how many').default('100'))
    .action(async (id: string, options: OnProduct & Record<string, string | undefined>) => {
      const client = await openServer(options, terminal)
      const query = new URLSearchParams()
      for (const name of ['column', 'group', 'after', 'limit']) {
        const value = options[name]
        if (value !== undefined) query.set(name, value)
      }
      const path = `${pathOf(options.product, id)}/devices?${query}`
      const members = (await client.get(path)) as readonly Member[]
      finish({ json: { devices: members }, lines: members.map(memberLine) })
    })
  withExamples(
    devices,
    'rollout devices --product lumen-gateway-g1 <id> --column failed --token-file admin-token',
  )

  const explain = onRollout(rollout, 'explain', 'why it, or one of its devices, is where it is')
    .option('--device <id>', 'a device; without it the rollout as a whole')
    .action(async (id: string, options: OnProduct & { device?: string }) => {
      const client = await openServer(options, terminal)
      const path = pathOf(options.product, id)
      const explanation = (
        options.device === undefined
          ? ((await client.get(path)) as { explanation: Explanation }).explanation
          : await client.get(`${path}/devices/${encodeURIComponent(options.device)}/explain`)
      ) as Explanation
      finish({ json: explanation, lines: [explanation.sentence] })
    })
  withExamples(
    explain,
    'rollout explain --product lumen-gateway-g1 <id> --device G1-0001 --token-file admin-token',
  )
}

export function previewLines(preview: Preview): string[] {
  const { members, groups, overtakenBy, deadline, trouble } = preview
  return [
    `${members} devices in ${groups.length} groups`,
    ...(trouble === undefined ? [] : [trouble.says]),
    ...(overtakenBy === undefined
      ? []
      : [`It waits for rollout ${overtakenBy}, which goes first.`]),
    ...(deadline?.sentence === undefined ? [] : [deadline.sentence]),
    ...(deadline?.unknown === undefined || deadline.unknown.length === 0
      ? []
      : [`Nothing here says how bad these are: ${deadline.unknown.join(', ')}`]),
    ...groups.flatMap(({ name, members: count, prospects, sample, notes }) => [
      `${name}: ${count} devices`,
      ...Object.entries(prospects)
        .filter(([, devices]) => devices > 0)
        .map(([prospect, devices]) => `    ${prospect} ${devices}`),
      ...(sample.length > 0 ? [`    for example ${sample.join(', ')}`] : []),
      ...notes.map((note) => `    note: ${NOTES[note] ?? note}`),
    ]),
  ]
}

function memberLine({ device, column, group, held, code }: Member): string {
  return [device, column, group, held ? 'held' : '', code ?? ''].filter((word) => word).join('  ')
}
