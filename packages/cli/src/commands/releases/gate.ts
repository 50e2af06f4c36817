/** `fleetward gate`: whether a release may go out. */
import { type Command, Option } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'
import { addGatePolicy, RATINGS } from './gate-policy.ts'
import { addGateWaivers } from './gate-waivers.ts'
import { type GateAnswer, gateLines, gatePath } from './gate-words.ts'

const ON = '--product lumen-gateway-g1 --token-file token'

export function addGate(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const gate = withExamples(
    program.command('gate').description('whether a release may go out'),
    `gate check 1.4.3 ${ON}`,
  )
  const command = (words: string, description: string) =>
    onProduct(gate.command(words).description(description))

  const check = command('check <version>', 'ask it, and keep what it says; exit code 1 when closed')
    .addOption(
      new Option(
        '--threshold <rating>',
        'what is as bad must be answered; that of the policy when left out',
      ).choices(RATINGS),
    )
    .action(async (version: string, options: OnProduct & { readonly threshold?: string }) => {
      const client = await openServer(options, terminal)
      const { threshold } = options
      const result = (await client.post(gatePath(options, version), { threshold })) as GateAnswer
      finish({ json: result, lines: gateLines(version, result), isNo: !result.isOpen })
    })
  withExamples(check, `gate check 1.4.3 ${ON}`, `gate check 1.4.3 --threshold low ${ON}`)

  const history = command(
    'history <version>',
    'what it said of a release, the newest first',
  ).action(async (version: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const results = (await client.get(gatePath(options, version))) as GateAnswer[]
    const lines = results.map(({ at, isOpen, reasons }) => {
      const codes = [...new Set(reasons.map(({ code }) => code))].join(', ')
      return `${new Date(at * 1000).toISOString()} ${isOpen ? 'open' : `closed: ${codes}`}`
    })
    const none = [`Nobody has asked about ${version}.`]
    finish({ json: { results }, lines: lines.length === 0 ? none : lines })
  })
  withExamples(history, `gate history 1.4.3 ${ON}`)
  addGatePolicy(gate, surroundings)
  addGateWaivers(gate, surroundings)
}
