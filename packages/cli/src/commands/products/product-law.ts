/** `fleetward products standards|data-inventory|upstream-reports|information …`: what a manufacturer has to show. */
import type { Command } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addRecords, type RecordWords } from './product-records.ts'

const ON = 'lumen-gateway-g1 --token-file token'

const STANDARDS: RecordWords = {
  ...{ path: 'standards', one: 'standard', command: 'products standards' },
  example: 'en-40000-1-3',
  parts:
    '--set kind=harmonised-standard --set \'title=EN 40000-1-3\' --set edition="2026" --set isAppliedInFull=true --set isCited=false --set \'covers=["II.5"]\'',
  lineOf: ({ title, edition, isAppliedInFull, covers }) =>
    `${title} (${edition}), ${isAppliedInFull === true ? 'in full' : 'in part'}: ${[covers].flat().join(', ')}`,
}

const DATA_USES: RecordWords = {
  ...{ path: 'data-uses', one: 'use of data', command: 'products data-inventory' },
  example: 'switching-times',
  parts:
    "--set 'what=times at which lamps are switched' --set about=owner --set isPersonal=true --set purpose=schedules --set 'where=on the device' --set 'retention=a year' --set isOnByDefault=true --set 'legalBasis=contract' --set 'risks=[\"eavesdropping\"]'",
  lineOf: ({ what, isPersonal, where, retention }) =>
    `${what}${isPersonal === true ? ' (personal)' : ''}, ${where}, ${retention}`,
}

const UPSTREAM_REPORTS: RecordWords = {
  ...{ path: 'upstream-reports', one: 'report', command: 'products upstream-reports' },
  example: 'undici-brotli',
  parts:
    "--set component=pkg:npm/undici --set vulnerability=CVE-2026-111497 --set state=sent --set recipient=security@undici.example --set sentOn=2026-11-20 --set answerBy=2026-12-20 --set 'text=A length is not checked.'",
  lineOf: ({ component, vulnerability, state, recipient = '' }) =>
    `${vulnerability} in ${component}: ${state} ${recipient}`,
}

interface Inventory {
  readonly fleetward: readonly {
    readonly id: string
    readonly what: string
    readonly isPersonal: boolean
    readonly where: string
    readonly retention: string
  }[]
  readonly productCount: number
  readonly gaps: readonly { readonly dataUse: string; readonly gap: string }[]
  readonly isComplete: boolean
}

interface Information {
  readonly isPublic: boolean
  readonly publishedFacts?: number
  readonly newestFacts: number
  readonly address: string
  readonly missing: readonly {
    readonly number: string
    readonly title: string
    readonly missing: readonly string[]
  }[]
}

export function addProductLaw(products: Command, surroundings: Surroundings): void {
  const standards = withExamples(
    products
      .command('standards')
      .description('standards that a product applies, and what covers what'),
    `products standards list ${ON}`,
  )
  addRecords(standards, STANDARDS, surroundings)

  const inventory = withExamples(
    products.command('data-inventory').description('which data is processed, why, where, how long'),
    `products data-inventory overview ${ON}`,
  )
  addRecords(inventory, DATA_USES, surroundings)
  addOverview(inventory, surroundings)

  const upstream = withExamples(
    products
      .command('upstream-reports')
      .description('vulnerabilities in components, reported to who maintains them'),
    `products upstream-reports list --gaps ${ON}`,
  )
  addRecords(upstream, UPSTREAM_REPORTS, surroundings)

  addInformation(products, surroundings)
}

function addOverview(inventory: Command, { terminal, finish }: Surroundings): void {
  const overview = withServer(
    inventory
      .command('overview')
      .description('what Fleetward processes for the product by its settings, and gaps of the rest')
      .argument('<product>', 'its name'),
  ).action(async (product: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const path = `/products/${encodeURIComponent(product)}/data-inventory`
    const found = (await client.get(path)) as Inventory
    finish({
      json: found,
      lines: [
        ...found.fleetward.map(
          ({ id, what, isPersonal, where, retention }) =>
            `${id.padEnd(22)} ${where}${isPersonal ? ', personal' : ''}: ${what}; ${retention}`,
        ),
        `the product itself: ${found.productCount} uses of data are written down`,
        ...found.gaps.map(({ dataUse, gap }) => `  ${dataUse}: ${gap}`),
        ...(found.isComplete ? [] : ['Next: fleetward products data-inventory add --help']),
      ],
    })
  })
  withExamples(overview, `products data-inventory overview ${ON}`)
}

function addInformation(products: Command, { terminal, finish }: Surroundings): void {
  const information = withExamples(
    products.command('information').description('the public page for users (Annex II)'),
    `products information show ${ON}`,
    `products information publish ${ON} --language de`,
  )
  const command = (name: string, description: string) =>
    withServer(information.command(name).description(description).argument('<product>', 'its name'))
  const pathOf = (product: string) => `/products/${encodeURIComponent(product)}/information`
  const show = (found: Information) => finish({ json: found, lines: informationLines(found) })

  const one = command('show', 'what it says, what is missing, whether it is public').action(
    async (product: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      show((await client.get(pathOf(product))) as Information)
    },
  )
  withExamples(one, `products information show ${ON}`)

  const publish = command(
    'publish',
    'make it public with the facts as they are now, when it is whole',
  )
    .option('--language <tag>', 'of what the facts say: de', 'en')
    .action(async (product: string, options: ServerOptions & { language: string }) => {
      const client = await openServer(options, terminal)
      const body = { isPublic: true, language: options.language }
      show((await client.replace(pathOf(product), body)) as Information)
    })
  withExamples(publish, `products information publish ${ON} --language de`)

  const withdraw = command('withdraw', 'take the page away').action(
    async (product: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      show((await client.replace(pathOf(product), { isPublic: false })) as Information)
    },
  )
  withExamples(withdraw, `products information withdraw ${ON}`)
}

function informationLines(found: Information): string[] {
  const { isPublic, publishedFacts, newestFacts, address, missing } = found
  const isBehind = isPublic && publishedFacts !== newestFacts
  return [
    isPublic
      ? `public at ${address}, with version ${publishedFacts} of the facts`
      : `not public; it would be at ${address}`,
    ...(isBehind ? [`version ${newestFacts} of the facts is newer: publish it again`] : []),
    ...missing.map(
      ({ number, title, missing: facts }) => `${number}. ${title}: ${facts.join(', ')}`,
    ),
    ...(missing.length > 0
      ? ['Next: fleetward products facts set --help']
      : isPublic && !isBehind
        ? []
        : ['Next: fleetward products information publish --help']),
  ]
}
