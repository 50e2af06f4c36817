/** `fleetward release withdraw`: the server stops offering it at once, the metadata follows. */
import type { Command } from 'commander'
import { draftWithout } from '../desk/renewal-draft.ts'
import { Refusal } from '../refusal.ts'
import {
  deskOf,
  productOption,
  replaceDraftOption,
  type Surroundings,
  withExamples,
} from './command-line.ts'
import { roleOfSignedRelease } from './publish.ts'
import { openServer, type ServerOptions, withServer } from './server-options.ts'

interface WithdrawOptions extends ServerOptions {
  readonly product: string
  readonly version: string
  readonly replaceDraft: boolean
}

export function addReleaseWithdraw(
  release: Command,
  { terminal, now, finish }: Surroundings,
): void {
  const withdraw = withServer(
    release
      .command('withdraw')
      .description('stop offering a release; drafts the metadata without it')
      .addOption(productOption())
      .requiredOption('--version <version>', 'the release')
      .addOption(replaceDraftOption()),
  ).action(async (options: WithdrawOptions, command: Command) => {
    const desk = deskOf(command)
    const { product, version } = options
    const client = await openServer(options, terminal)
    // First what protects devices now; signatures take people and time.
    await client.post(`/products/${product}/releases/${encodeURIComponent(version)}/withdraw`)
    try {
      const role = await roleOfSignedRelease(desk, product, version)
      const draft = await draftWithout(desk, product, role, version, now(), {
        replace: options.replaceDraft,
      })
      finish({
        json: { product, version, withdrawn: true, draft: draft.path, role },
        lines: [
          `${product} ${version} is withdrawn: the server offers it to no device any more.`,
          `drafted ${role} version ${draft.signed.version} without it: ${draft.path}`,
          `Next: fleetward release sign --product ${product} --role ${role} --key <name>, then repository publish.`,
        ],
      })
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause
      throw new Refusal(
        cause.code,
        `The server offers ${version} no longer, but the metadata without it could not be drafted: ${cause.message}`,
        {
          next: cause.next,
          facts: cause.facts,
          cause,
        },
      )
    }
  })
  withExamples(
    withdraw,
    'release withdraw --product lumen-gateway-g1 --version 1.5.1 --token-file admin-token',
  )
}
