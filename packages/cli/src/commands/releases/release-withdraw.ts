/** `fleetward release withdraw`: the server stops offering it at once, the metadata follows. */
import type { Command } from 'commander'
import { draftWithout } from '../../desk/renewal-draft.ts'
import { Refusal } from '../../refusal.ts'
import {
  deskOf,
  productOption,
  replaceDraftOption,
  type Surroundings,
  withExamples,
} from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { roleOfSignedRelease } from './publish.ts'

interface WithdrawOptions extends ServerOptions {
  readonly product: string
  readonly version: string
  readonly replaceDraft: boolean
}

interface Withdrawn {
  /** Of a server of before: absent. */
  readonly freed?: readonly { readonly version: string; readonly entitlement: string }[]
  /** Absent for who may not read devices. */
  readonly installedOn?: {
    readonly count: number
    readonly devices: readonly string[]
    readonly filter: string
  }
}

const NAMED_MAX_COUNT = 10

/** Those to whom nobody can take it back; the next release is for them. */
function installedLines(product: string, installedOn: Withdrawn['installedOn']): string[] {
  if (installedOn === undefined) return []
  const { count, devices, filter } = installedOn
  if (count === 0) return ['No device has it.']
  const some = devices.slice(0, NAMED_MAX_COUNT).join(', ')
  return [
    `${count} devices have it and keep it: ${some}${count > NAMED_MAX_COUNT ? ' …' : ''}`,
    `All of them: fleetward devices search '${filter}' --product ${product}`,
  ]
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
    const { installedOn, freed = [] } = (await client.post(
      `/products/${product}/releases/${encodeURIComponent(version)}/withdraw`,
    )) as Withdrawn
    try {
      const role = await roleOfSignedRelease(desk, product, version)
      const draft = await draftWithout(desk, product, role, version, now(), {
        replace: options.replaceDraft,
      })
      finish({
        json: { product, version, withdrawn: true, draft: draft.path, role, installedOn, freed },
        lines: [
          `${product} ${version} is withdrawn: the server offers it to no device any more.`,
          ...freed.map(
            (one) =>
              `${one.version} asks for the entitlement ${one.entitlement} no longer: it would be the only way to a fix.`,
          ),
          ...installedLines(product, installedOn),
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
