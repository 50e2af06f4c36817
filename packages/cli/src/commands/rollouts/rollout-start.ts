/** `fleetward rollout start`: a plan and what owners are told, before anything is offered. */
import { readFile } from 'node:fs/promises'
import { isVersion } from '@fleetward/shared'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { productOption, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { type Preview, previewLines } from './preview-lines.ts'
import { newDeadline } from './rollout-deadline.ts'
import { linesOf, type Rollout } from './rollout-view.ts'
import { parseShare } from './share.ts'

interface StartOptions extends ServerOptions {
  readonly product: string
  readonly release: string
  readonly cohort: string
  readonly share?: number
  readonly plan?: string
  readonly start: boolean
  readonly preview?: boolean
  readonly emergency?: string
  readonly deadline?: string
  readonly loosened?: string
  readonly apply: 'automatic' | 'ask'
  readonly spread?: number
  readonly summary?: string
  readonly severity?: string
  readonly advisory: readonly string[]
  readonly url?: string
}

export function addRolloutStart(rollout: Command, { terminal, finish }: Surroundings): void {
  const start = withServer(
    rollout
      .command('start')
      .description('offer a published release to a share of a cohort')
      .addOption(productOption())
      .requiredOption('--release <version>', 'a published version', parseVersion)
      .requiredOption('--cohort <name>', 'which devices')
      .option(
        '--share <number>',
        'how much of the cohort, 0 to 1; all of it when left away',
        parseShare,
      )
      .option('--plan <file>', 'groups, pace, windows and thresholds as JSON (docs/rollouts.md)')
      .option('--no-start', 'create it, so that it can be previewed and started later')
      .option('--preview', 'say what it would do; nothing is created')
      .option('--emergency <reason>', 'a security release goes out without approval; recorded')
      .option('--deadline <time|none>', 'of a fix; without, what the policy of the product gives')
      .option('--loosened <reason>', 'why it may be later than that; kept and recorded')
      .addOption(
        new Option('--apply <how>', 'what a device does by itself; its owner has the last word')
          .choices(['automatic', 'ask'])
          .default('automatic'),
      )
      .option('--spread <seconds>', 'devices start at random within this time', parseSeconds)
      .option('--summary <text>', 'what owners are told, one sentence')
      .addOption(
        new Option('--severity <level>', 'how bad what it fixes is').choices([
          'none',
          'low',
          'medium',
          'high',
          'critical',
        ]),
      )
      .option('--advisory <id>', 'an advisory owners can look up, repeatable', repeated, [])
      .option('--url <https url>', 'where owners read more'),
  ).action(async (options: StartOptions) => {
    const client = await openServer(options, terminal)
    const { product, release, cohort, share, apply, spread, plan, emergency, loosened } = options
    const deadline = newDeadline(options.deadline)
    const wanted = {
      ...{ release, cohort, start: options.start },
      ...(share === undefined ? {} : { share }),
      ...(plan === undefined ? {} : { plan: await readPlan(plan) }),
      ...(emergency === undefined ? {} : { emergency: { reason: emergency } }),
      ...(loosened === undefined ? {} : { loosened: { reason: loosened } }),
      policy: {
        ...{ apply, ...(spread === undefined ? {} : { spread }) },
        ...(deadline === undefined ? {} : { deadline }),
      },
      ...noticeOf(options),
    }
    if (options.preview === true) {
      const seen = (await client.post(`/products/${product}/rollouts/preview`, wanted)) as Preview
      finish({ json: seen, lines: previewLines(seen) })
      return
    }
    const started = (await client.post(`/products/${product}/rollouts`, wanted)) as Rollout
    const query = `cohort=${encodeURIComponent(cohort)}&limit=1`
    const devices = (await client.get(`/products/${product}/devices?${query}`)) as unknown[]
    if (devices.length === 0) {
      terminal.note(
        `warning: no device is in the cohort ${cohort} yet. Devices that join it will be offered ${release}; if the name is wrong, withdraw the rollout.`,
      )
    }
    finish({
      json: started,
      lines: [
        ...linesOf(started),
        `Next: fleetward rollout status --product ${product} ${started.id}`,
      ],
    })
  })
  withExamples(
    start,
    'rollout start --product lumen-gateway-g1 --release 1.4.3 --cohort field --plan plan.json --no-start --token-file admin-token',
    'rollout start --product lumen-gateway-g1 --release 1.4.3 --cohort field --share 0.1 --summary "Closes a hole through which others could run commands" --severity high --token-file admin-token',
  )
}

async function readPlan(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Refusal(
      'PLAN_UNREADABLE',
      `The plan ${file} cannot be read: ${(error as Error).message}`,
      {
        next: 'Name a file with a plan in JSON; docs/rollouts.md has examples.',
        usage: true,
      },
    )
  }
}

/** Without words of their own, owners are told what the release notes say. */
function noticeOf({ summary, severity, advisory, url }: StartOptions): { notice?: object } {
  if (summary === undefined) {
    if (severity === undefined && url === undefined && advisory.length === 0) return {}
    throw new Refusal('SUMMARY_MISSING', '--severity, --advisory and --url come with a --summary', {
      next: 'Say in one sentence what owners are told.',
      usage: true,
    })
  }
  return {
    notice: {
      summary,
      advisories: advisory,
      ...(severity === undefined ? {} : { severity }),
      ...(url === undefined ? {} : { url }),
    },
  }
}

function parseVersion(text: string): string {
  if (!isVersion(text)) throw new InvalidArgumentError('Write it as major.minor.patch.')
  return text
}

function parseSeconds(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It has to be whole seconds.')
  return Number(text)
}
