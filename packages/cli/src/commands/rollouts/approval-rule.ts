/** `fleetward rollout approval`: who has to look before a rollout of the product goes out. */
import type { Command } from 'commander'
import { productOption, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Rule {
  readonly count: number
  readonly roles: readonly string[]
}

export function addApprovalRule(rollout: Command, { terminal, finish }: Surroundings): void {
  const approval = withServer(
    rollout
      .command('approval')
      .description('show or set how many people must approve, and in which roles')
      .addOption(productOption())
      .option('--count <people>', 'so many; 0: nobody has to')
      .option('--role <role>', 'releaseManager, securityOfficer …; repeatable', repeated, []),
  ).action(
    async (
      options: ServerOptions & { product: string; count?: string; role: readonly string[] },
    ) => {
      const client = await openServer(options, terminal)
      const path = `/products/${options.product}/approval`
      const wanted = { count: Number(options.count), roles: options.role }
      const rule = (
        options.count === undefined ? await client.get(path) : await client.post(path, wanted)
      ) as Rule
      const words = `${rule.count} of ${rule.roles.join(', ')} must approve; never who created or changed it`
      finish({ json: rule, lines: [rule.count === 0 ? 'Nobody has to approve.' : words] })
    },
  )
  withExamples(
    approval,
    'rollout approval --product lumen-gateway-g1 --token-file admin-token',
    'rollout approval --product lumen-gateway-g1 --count 2 --role releaseManager --role securityOfficer --token-file admin-token',
  )
}
