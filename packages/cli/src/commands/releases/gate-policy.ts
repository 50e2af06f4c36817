/** `fleetward gate policy show|set`: what the gate of a product asks for, and whether it holds back publishing. */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { repeated, type Surroundings, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'

interface Policy {
  readonly mode: 'enforced' | 'advisory'
  readonly reason: string
  readonly threshold: string
  readonly evidence: readonly string[]
  readonly riskAssessment: boolean
}

interface SetOptions extends OnProduct {
  readonly reason: string
  readonly mode?: string
  readonly threshold?: string
  readonly requireEvidence?: readonly string[]
  readonly noEvidence?: boolean
  readonly riskAssessment?: string
}

export const RATINGS = ['critical', 'high', 'medium', 'low', 'none']
export const EVIDENCE_KINDS = [
  ...['sarif', 'junit', 'test-report', 'pentest', 'ai-review', 'arch-review', 'other'],
]
const ON = '--product lumen-gateway-g1 --token-file token'

export function addGatePolicy(gate: Command, { terminal, finish }: Surroundings): void {
  const policy = withExamples(
    gate.command('policy').description('what the gate of a product asks for'),
    `gate policy show ${ON}`,
  )
  const show = onProduct(policy.command('show').description('the policy as it is')).action(
    async (options: OnProduct) => {
      const client = await openServer(options, terminal)
      const found = (await client.get(pathOf(options))) as Policy
      finish({ json: found, lines: linesOf(options.product, found) })
    },
  )
  withExamples(show, `gate policy show ${ON}`)

  const set = onProduct(policy.command('set').description('change it; what is left out stays'))
    .requiredOption('--reason <text>', 'why')
    .addOption(
      new Option('--mode <mode>', 'whether it holds back publishing').choices([
        ...['enforced', 'advisory'],
      ]),
    )
    .addOption(
      new Option('--threshold <rating>', 'what is as bad must be answered').choices(RATINGS),
    )
    .option('--require-evidence <kind>', `${EVIDENCE_KINDS.join(', ')}; repeatable`, repeated)
    .option('--no-evidence', 'ask for none')
    .addOption(
      new Option('--risk-assessment <word>', 'whether a review of the risks must be there').choices(
        ['required', 'not-required'],
      ),
    )
    .action(async (options: SetOptions & { readonly evidence: boolean }) => {
      const change = changeIn(options)
      const client = await openServer(options, terminal)
      const changed = (await client.replace(pathOf(options), change)) as Policy
      finish({ json: changed, lines: linesOf(options.product, changed) })
    })
  withExamples(
    set,
    `gate policy set --mode enforced --threshold high --reason "the feeds are set up" ${ON}`,
    `gate policy set --require-evidence sarif --require-evidence junit --reason "our process" ${ON}`,
  )
}

function changeIn(options: SetOptions & { readonly evidence: boolean }): object {
  const { reason, mode, threshold, requireEvidence, riskAssessment } = options
  if (requireEvidence !== undefined && !options.evidence) {
    throw new Refusal('USAGE', '--require-evidence and --no-evidence contradict each other', {
      next: 'Give one of both.',
      usage: true,
    })
  }
  const evidence = options.evidence ? requireEvidence : []
  return {
    ...{ reason, mode, threshold, evidence },
    ...(riskAssessment === undefined ? {} : { riskAssessment: riskAssessment === 'required' }),
  }
}

function pathOf({ product }: OnProduct): string {
  return `/products/${encodeURIComponent(product)}/gate-policy`
}

function linesOf(product: string, policy: Policy): string[] {
  const { mode, reason, threshold, evidence, riskAssessment } = policy
  const does = mode === 'enforced' ? 'holds back publishing' : 'is asked, and holds nothing back'
  return [
    `The gate of ${product} ${does}${reason === '' ? '' : `: ${reason}`}`,
    `  threshold: ${threshold}`,
    `  evidence: ${evidence.length === 0 ? 'none' : evidence.join(', ')}`,
    `  review of the risks: ${riskAssessment ? 'must be there' : 'not asked for'}`,
  ]
}
