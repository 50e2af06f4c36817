/** `fleetward rollout preview|devices|explain`: what would happen, to whom, and why or why not. */

import { type Command, Option } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions } from '../server-options.ts'
import { onRollout } from './on-rollout.ts'
import { type OwnWindow, ownWindowLine, type Preview, previewLines } from './preview-lines.ts'

interface OnProduct extends ServerOptions {
  readonly product: string
}

interface Explanation {
  readonly rule: string
  readonly sentence: string
}

interface Member {
  readonly device: string
  readonly column: string
  readonly group: string
  readonly held: boolean
  readonly code?: string
  readonly ownWindow?: OwnWindow
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

function memberLine({ device, column, group, held, code, ownWindow }: Member): string {
  const waits = column === 'waitingForWindow' && ownWindow !== undefined
  return [device, column, group, held && 'held', code, waits && ownWindowLine(ownWindow)]
    .filter((word) => word)
    .join('  ')
}
