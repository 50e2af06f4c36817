/** `fleetward rollout stop`: one rollout, or in the night of an incident all of a product that may offer anything. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Listed {
  readonly id: string
  readonly release: string
  readonly cohort: string
  readonly state: string
  readonly share: number
}

interface StopOptions extends ServerOptions {
  readonly product: string
  readonly all?: true
}

/** Those that offer something, or would by themselves or by a careless `resume`. */
const STOPPABLE: ReadonlySet<string> = new Set(['scheduled', 'running', 'paused'])
/** Until everybody has a row it cannot be stopped, and then it may start by itself. */
const CREATION_MAX_MS = 30_000
const LOOK_EVERY_MS = 500

export function addRolloutStop(
  rollout: Command,
  { terminal, finish }: Surroundings,
  linesOf: (stopped: Listed) => string[],
): void {
  const stop = withServer(
    rollout
      .command('stop')
      .description('stop it, as it would stop itself; resume goes on')
      .argument('[id]', 'as `rollout start` printed it')
      .option('--all', 'every rollout of the product that may offer anything')
      .addOption(productOption()),
  ).action(async (id: string | undefined, options: StopOptions) => {
    if ((id === undefined) === (options.all === undefined)) {
      throw new Refusal('ROLLOUT_UNCLEAR', 'Name one rollout, or say --all', {
        next: 'For example: fleetward rollout stop --all --product lumen-gateway-g1.',
        usage: true,
      })
    }
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/rollouts`
    if (id !== undefined) {
      const stopped = (await client.post(`${path}/${encodeURIComponent(id)}/stop`)) as Listed
      return finish({ json: stopped, lines: linesOf(stopped) })
    }
    const { stopped, left, stillOffered } = await stopAll(client, path)
    if (left.length > 0) {
      const which = left.map(({ rollout: { id: one }, why }) => `${one} (${why})`).join(', ')
      throw new Refusal(
        'NOT_ALL_STOPPED',
        `${stopped.length} rollouts of ${options.product} are stopped, and these are not: ${which}`,
        { next: 'Say the same again; what is stopped stays stopped.' },
      )
    }
    finish({
      json: { stopped, stillOffered },
      lines: [
        `${stopped.length} rollouts of ${options.product} are stopped; no further device begins.`,
        ...stopped.flatMap(linesOf),
        ...stillOffered.map(
          ({ id: one, release, cohort }) =>
            `${one} has finished: ${release} stays offered to devices of ${cohort} that come back. Take it back with: fleetward rollout withdraw`,
        ),
      ],
    })
  })
  withExamples(
    stop,
    'rollout stop --product lumen-gateway-g1 <id> --token-file admin-token',
    'rollout stop --all --product lumen-gateway-g1 --token-file admin-token',
  )
}

/** Each by itself, with its own entry in the audit log; one that is refused keeps no other from being stopped. */
async function stopAll(client: ApiClient, path: string) {
  const stopped: Listed[] = []
  const refused = new Map<string, string>()
  const untilMs = performance.now() + CREATION_MAX_MS
  for (;;) {
    const listed = (await client.all(`${path}?limit=500`)) as Listed[]
    for (const { id } of listed.filter(({ state }) => STOPPABLE.has(state))) {
      if (refused.has(id)) continue
      try {
        stopped.push((await client.post(`${path}/${encodeURIComponent(id)}/stop`)) as Listed)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refused.set(id, error.code)
      }
    }
    const creating = listed.filter(({ state }) => state === 'creating')
    if (creating.length === 0 || performance.now() > untilMs) {
      const left = listed.flatMap((rollout) => {
        const why = rollout.state === 'creating' ? 'being created' : refused.get(rollout.id)
        return why === undefined ? [] : [{ rollout, why }]
      })
      return { stopped, left, stillOffered: listed.filter(({ state }) => state === 'finished') }
    }
    await pause(LOOK_EVERY_MS)
  }
}
