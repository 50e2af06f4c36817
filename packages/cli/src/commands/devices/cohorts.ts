/** `fleetward cohorts list|show|create|describe|delete|rules|rule|no-rule|set-rules|preview`: which devices belong together. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { readNamedFile, type Surroundings, withExamples } from '../command-line.ts'
import { openServer } from '../server-options.ts'
import { type OnProduct, onProduct } from './device-choice.ts'

interface Cohort {
  readonly name: string
  readonly description: string
  readonly rule?: string
  readonly place?: number
  readonly devices: number
}

interface Rule {
  readonly cohort: string
  readonly filter: string
}

interface Rules {
  readonly rules: readonly Rule[]
}

export function addCohorts(program: Command, { terminal, finish }: Surroundings): void {
  const cohorts = withExamples(
    program.command('cohorts').description('which devices belong together'),
    'cohorts list --product lumen-gateway-g1 --token-file admin-token',
    "cohorts rule old --filter 'version < 1.4.0' --product lumen-gateway-g1 --token-file admin-token",
  )
  const command = (words: string, description: string) =>
    onProduct(cohorts.command(words).description(description))
  const pathOf = ({ product }: OnProduct, rest = '') =>
    `/products/${encodeURIComponent(product)}${rest}`
  const cohortPath = (options: OnProduct, name: string) =>
    pathOf(options, `/cohorts/${encodeURIComponent(name)}`)
  const showRules = ({ rules }: Rules) =>
    finish({
      json: { rules },
      lines: rules.length === 0 ? ['There are no rules.'] : rules.map(ruleLine),
    })

  const list = command('list', 'all cohorts, and how many devices are in each').action(
    async (options: OnProduct) => {
      const client = await openServer(options, terminal)
      const all = (await client.all(pathOf(options, '/cohorts?limit=500'))) as Cohort[]
      const lines = all.length === 0 ? ['There is no cohort.'] : all.map(lineOf)
      finish({ json: { cohorts: all }, lines })
    },
  )
  withExamples(list, 'cohorts list --product lumen-gateway-g1 --token-file admin-token')

  const one = command('show <cohort>', 'one of them').action(
    async (name: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      const cohort = (await client.get(cohortPath(options, name))) as Cohort
      finish({ json: cohort, lines: [lineOf(cohort)] })
    },
  )
  withExamples(one, 'cohorts show field --product lumen-gateway-g1 --token-file admin-token')

  const create = command('create <cohort>', 'make a cohort')
    .option('--description <text>', 'for people to read', '')
    .action(async (name: string, options: OnProduct & { description: string }) => {
      const client = await openServer(options, terminal)
      const { description } = options
      const cohort = (await client.post(pathOf(options, '/cohorts'), {
        ...{ name, description },
      })) as Cohort
      finish({ json: cohort, lines: [lineOf(cohort)] })
    })
  withExamples(
    create,
    "cohorts create pilot --description 'devices in our own rooms' --product lumen-gateway-g1 --token-file admin-token",
  )

  const describe = command('describe <cohort> <text>', 'describe it otherwise').action(
    async (name: string, description: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      const cohort = (await client.change(cohortPath(options, name), { description })) as Cohort
      finish({ json: cohort, lines: [lineOf(cohort)] })
    },
  )
  withExamples(
    describe,
    "cohorts describe pilot 'ours' --product lumen-gateway-g1 --token-file admin-token",
  )

  const remove = command('delete <cohort>', 'delete a cohort without devices').action(
    async (name: string, options: OnProduct) => {
      await (await openServer(options, terminal)).delete(cohortPath(options, name))
      finish({ json: { deleted: name }, lines: [`deleted: ${name}`] })
    },
  )
  withExamples(remove, 'cohorts delete pilot --product lumen-gateway-g1 --token-file admin-token')

  const rules = command('rules', 'the rules that put devices into cohorts, in their order').action(
    async (options: OnProduct) => {
      const client = await openServer(options, terminal)
      showRules((await client.get(pathOf(options, '/cohort-rules'))) as Rules)
    },
  )
  withExamples(rules, 'cohorts rules --product lumen-gateway-g1 --token-file admin-token')

  /** What is there now with one change; refused when somebody changes it in between. */
  async function edit(
    client: ApiClient,
    options: OnProduct,
    change: (before: readonly Rule[]) => readonly Rule[],
  ): Promise<void> {
    const path = pathOf(options, '/cohort-rules')
    const { rules: before } = (await client.get(path)) as Rules
    showRules((await client.replace(path, { rules: change(before) })) as Rules)
  }

  const rule = command('rule <cohort>', 'which devices belong into a cohort by themselves')
    .requiredOption('--filter <filter>', 'for example \'attr.site = "lab"\' (docs/filters.md)')
    .option('--first', 'asked before the other rules; otherwise in its place, or last')
    .action(async (cohort: string, options: OnProduct & { filter: string; first?: boolean }) => {
      const client = await openServer(options, terminal)
      const { filter } = options
      await edit(client, options, (before) => {
        const others = before.filter((other) => other.cohort !== cohort)
        if (options.first === true) return [{ cohort, filter }, ...others]
        if (others.length === before.length) return [...before, { cohort, filter }]
        return before.map((other) => (other.cohort === cohort ? { cohort, filter } : other))
      })
    })
  withExamples(
    rule,
    'cohorts rule laboratory --filter \'attr.site = "lab"\' --first --product lumen-gateway-g1 --token-file admin-token',
  )

  const noRule = command('no-rule <cohort>', 'take the rule of a cohort away').action(
    async (cohort: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      await edit(client, options, (before) => before.filter((other) => other.cohort !== cohort))
    },
  )
  withExamples(
    noRule,
    'cohorts no-rule laboratory --product lumen-gateway-g1 --token-file admin-token',
  )

  const preview = command('preview', 'how many devices the rules would move')
    .option(
      '--rules <file>',
      'JSON: { "rules": [{ "cohort": …, "filter": … }] }; otherwise those set',
    )
    .action(async (options: OnProduct & { rules?: string }) => {
      const client = await openServer(options, terminal)
      const asked =
        options.rules === undefined
          ? await client.get(pathOf(options, '/cohort-rules'))
          : await rulesIn(options.rules)
      const path = pathOf(options, '/cohort-rules/preview')
      const { rules: moves } = (await client.post(path, asked as object)) as {
        readonly rules: readonly { readonly cohort: string; readonly moves: number }[]
      }
      const lines = moves.map((each) => `${each.cohort.padEnd(24)} ${each.moves} would move`)
      finish({
        json: { rules: moves },
        lines: lines.length === 0 ? ['There are no rules.'] : lines,
      })
    })
  withExamples(
    preview,
    'cohorts preview --rules rules.json --product lumen-gateway-g1 --token-file admin-token',
  )

  const setRules = command('set-rules <file>', 'set all rules, in the order of the file').action(
    async (file: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      const wanted = await rulesIn(file)
      showRules((await client.replace(pathOf(options, '/cohort-rules'), wanted)) as Rules)
    },
  )
  withExamples(
    setRules,
    'cohorts set-rules rules.json --product lumen-gateway-g1 --token-file admin-token',
  )
}

async function rulesIn(file: string): Promise<object> {
  const text = Buffer.from(await readNamedFile(file)).toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new Refusal('RULES_FILE_INVALID', `${file} holds no rules`, {
    next: 'Write { "rules": [{ "cohort": "old", "filter": "version < 1.4.0" }] }.',
    usage: true,
  })
}

function lineOf({ name, devices, rule, description }: Cohort): string {
  const count = `${devices} devices`.padEnd(16)
  return [name.padEnd(24), count, rule === undefined ? description : `by rule: ${rule}`]
    .join(' ')
    .trimEnd()
}

function ruleLine({ cohort, filter }: Rule, place: number): string {
  return `${String(place + 1).padStart(3)}. ${cohort.padEnd(24)} ${filter}`
}
