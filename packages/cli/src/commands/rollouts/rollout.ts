/** `fleetward rollout …`: offering a published release to a cohort, and taking it back. */
import type { Command } from 'commander'
import type { ApiClient } from '../../server/api-client.ts'
import { productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addApprovalRule } from './approval-rule.ts'
import { onRollout } from './on-rollout.ts'
import { addRolloutCurve } from './rollout-curve.ts'
import { addDeadlines } from './rollout-deadline.ts'
import { addRolloutDevices } from './rollout-devices.ts'
import { addRolloutStart } from './rollout-start.ts'
import { addRolloutStop } from './rollout-stop.ts'
import { linesOf, type Rollout } from './rollout-view.ts'
import { parseShare } from './share.ts'

const MOVES = {
  pause: 'stop offering it to more devices; those under way go on',
  resume: 'offer it again after a pause',
  withdraw: 'take the offer back for good; devices give up what they have not installed',
  retry: 'let devices on which it failed try again',
  'open-next-group': 'open the next group now, without waiting for the one before',
  approve: 'approve it; never possible for who created or changed it',
  seen: 'say that a second person has looked at an emergency rollout',
} as const

export function addRollout(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const rollout = withExamples(
    program.command('rollout').description('offer a published release to a cohort'),
    'rollout start --product lumen-gateway-g1 --release 1.4.3 --cohort field --token-file admin-token',
  )
  addRolloutStart(rollout, surroundings)
  for (const move of Object.keys(MOVES) as (keyof typeof MOVES)[]) {
    const command = onRollout(rollout, move, MOVES[move]).action(
      async (id: string, options: ServerOptions & { product: string }) => {
        const client = await openServer(options, terminal)
        const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}`
        const moved =
          move === 'approve' ? client.postOn(path, move) : client.post(`${path}/${move}`)
        finishWith((await moved) as Rollout)
      },
    )
    withExamples(
      command,
      `rollout ${move} --product lumen-gateway-g1 <id> --token-file admin-token`,
    )
  }

  const widen = onRollout(rollout, 'widen', 'offer it to a larger share of the cohort')
    .requiredOption(
      '--share <number>',
      'from now on, 0 to 1; never smaller than before',
      parseShare,
    )
    .action(async (id: string, options: ServerOptions & { product: string; share: number }) => {
      const client = await openServer(options, terminal)
      const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}`
      finishWith((await client.change(path, { share: options.share })) as Rollout)
    })
  withExamples(
    widen,
    'rollout widen --product lumen-gateway-g1 <id> --share 0.5 --token-file admin-token',
  )

  const status = withServer(
    rollout
      .command('status')
      .description('how far rollouts have come')
      .argument('[id]', 'one rollout; all of them when left away')
      .addOption(productOption()),
  ).action(async (id: string | undefined, options: ServerOptions & { product: string }) => {
    const rollouts = await findRollouts(await openServer(options, terminal), options.product, id)
    finish({ json: { rollouts }, lines: rollouts.flatMap(linesOf) })
  })
  withExamples(
    status,
    'rollout status --product lumen-gateway-g1 --token-file admin-token',
    'rollout status --product lumen-gateway-g1 <id> --token-file admin-token --json',
  )

  const begin = onRollout(rollout, 'begin', 'start one that was created with --no-start').action(
    async (id: string, options: ServerOptions & { product: string }) => {
      const client = await openServer(options, terminal)
      const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}/start`
      finishWith((await client.post(path)) as Rollout)
    },
  )
  withExamples(begin, 'rollout begin --product lumen-gateway-g1 <id> --token-file admin-token')
  addRolloutCurve(rollout, surroundings)
  addRolloutDevices(rollout, surroundings)
  addRolloutStop(rollout, surroundings, linesOf)
  addApprovalRule(rollout, surroundings)
  addDeadlines(rollout, surroundings)

  function finishWith(changed: Rollout): void {
    finish({ json: changed, lines: linesOf(changed) })
  }
}

async function findRollouts(
  client: ApiClient,
  product: string,
  id: string | undefined,
): Promise<Rollout[]> {
  const path = `/products/${product}/rollouts`
  const ids =
    id === undefined
      ? ((await client.all(`${path}?limit=500`)) as Rollout[]).map((rollout) => rollout.id)
      : [id]
  const rollouts: Rollout[] = []
  for (const one of ids) {
    rollouts.push((await client.get(`${path}/${encodeURIComponent(one)}`)) as Rollout)
  }
  return rollouts
}
