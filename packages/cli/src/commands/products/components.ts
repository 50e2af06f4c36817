/** `fleetward products components status|list|review|history`: what was looked at of what others made (Art. 13(5)). */
import { type Command, Option } from 'commander'
import { plain } from '../../plain.ts'
import { readNamedFile, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { assigned, type Facts, objectIn } from './fact-paths.ts'

interface Component {
  readonly component: string
  readonly versions: readonly string[]
  readonly supplier?: string
  readonly state: string
  readonly review?: {
    readonly decision: string
    readonly reviewer: string
    readonly nextReviewOn: string
  }
}

interface Status {
  readonly release?: string
  readonly state: string
  readonly counts: Readonly<Record<string, number>>
  readonly suppliers: readonly { readonly supplier: string; readonly openCount: number }[]
  readonly beyondCount: number
  readonly isComplete: boolean
}

interface ReviewOptions extends ServerOptions {
  readonly component?: readonly string[]
  readonly supplier?: string
  readonly file?: string
  readonly set?: readonly string[]
}

const ON = 'lumen-gateway-g1 --token-file token'
const STATES = ['none', 'current', 'overdue', 'other-version', 'refused']
const REVIEW =
  "--set decision=accepted --set support=supported --set updates=regular --set 'knownHoles=none when it was built in' --set licence=MIT --set ceMarking=not-applicable --set 'reviewer=A. Licht' --set nextReviewOn=2027-11-21"

export function addComponents(products: Command, { terminal, finish }: Surroundings): void {
  const components = withExamples(
    products
      .command('components')
      .description('third-party components of the newest supported release, and their reviews'),
    `products components status ${ON}`,
    `products components list ${ON} --state none`,
  )
  const command = (name: string, description: string) =>
    withServer(components.command(name).description(description).argument('<product>', 'its name'))

  const status = command('status', 'how many are reviewed, and whose are open').action(
    async (product: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const found = (await client.get(`${pathOf(product)}/component-status`)) as Status
      finish({ json: found, lines: statusLines(found) })
    },
  )
  withExamples(status, `products components status ${ON}`)

  const list = command('list', 'all of them, or those in a state or of a supplier')
    .addOption(new Option('--state <state>', 'of the review').choices(STATES))
    .option('--supplier <name>', 'of this supplier')
    .action(async (product: string, options: ListOptions) => {
      const client = await openServer(options, terminal)
      const { state, supplier } = options
      const query = new URLSearchParams({
        ...{ limit: '500', ...(state === undefined ? {} : { state }) },
        ...(supplier === undefined ? {} : { supplier }),
      })
      const all = (await client.all(`${pathOf(product)}/components?${query}`)) as Component[]
      const lines = all.length === 0 ? ['There is none.'] : all.map(lineOf)
      finish({ json: { components: all }, lines })
    })
  withExamples(
    list,
    `products components list ${ON} --state none`,
    `products components list ${ON} --supplier pkg:npm/@babel`,
  )

  const review = command('review', 'write down what was looked at, of some or of all of a supplier')
    .option('--component <name>', 'as list shows it; may be repeated', repeated)
    .option('--supplier <name>', 'all of this supplier that have no review that holds')
    .option('--file <file>', 'JSON: the review')
    .option('--set <part=value>', 'a part of the review; may be repeated', repeated)
    .action(async (product: string, options: ReviewOptions) => {
      const { component, supplier, file, set = [] } = options
      const whole = file === undefined ? {} : objectIn(await readNamedFile(file), file)
      const wanted = {
        ...{ review: set.reduce<Facts>(assigned, whole) },
        ...(component === undefined ? {} : { components: component }),
        ...(supplier === undefined ? {} : { supplier }),
      }
      const client = await openServer(options, terminal)
      const taken = (await client.post(`${pathOf(product)}/component-reviews`, wanted)) as Taken
      const left = taken.leftCount === 0 ? '' : `; ${taken.leftCount} are left: do it again`
      finish({ json: taken, lines: [`reviewed: ${taken.reviewedCount}${left}`] })
    })
  withExamples(
    review,
    `products components review ${ON} --component pkg:npm/left-pad ${REVIEW}`,
    `products components review ${ON} --supplier pkg:npm/@babel --file review.json`,
  )

  const history = command('history', 'every review of a component, the newest first')
    .argument('<component>', 'as list shows it')
    .action(async (product: string, component: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const query = new URLSearchParams({ component, limit: '500' })
      const reviews = (await client.all(
        `${pathOf(product)}/component-reviews?${query}`,
      )) as readonly PastReview[]
      const lines = reviews.map(
        ({ revision, at, version = '', review: { decision, reviewer, nextReviewOn } }) =>
          plain(
            `${String(revision).padStart(4)}  ${new Date(at * 1000).toISOString().slice(0, 10)} ${version} ${decision} by ${reviewer}, next ${nextReviewOn}`,
          ),
      )
      finish({ json: { reviews }, lines: lines.length === 0 ? ['Nobody has reviewed it.'] : lines })
    })
  withExamples(
    history,
    `products components history lumen-gateway-g1 pkg:npm/left-pad --token-file token`,
  )
}

interface ListOptions extends ServerOptions {
  readonly state?: string
  readonly supplier?: string
}

interface Taken {
  readonly reviewedCount: number
  readonly leftCount: number
}

interface PastReview {
  readonly revision: number
  readonly at: number
  readonly version?: string
  readonly review: NonNullable<Component['review']>
}

const pathOf = (product: string) => `/products/${encodeURIComponent(product)}`

function lineOf({ component, versions, supplier, state, review }: Component): string {
  const by = review === undefined ? '' : ` by ${review.reviewer}, next ${review.nextReviewOn}`
  const whose = supplier === undefined ? '' : ` (${supplier})`
  return plain(`${state.padEnd(14)} ${component} ${versions.join(', ')}${whose}${by}`)
}

const WAITING: Readonly<Record<string, string>> = {
  'no-release': 'Nothing is published yet.',
  waiting: 'The server has not read the SBOM yet.',
  unreadable: 'The server cannot read the SBOM.',
}

function statusLines({ release, state, counts, suppliers, beyondCount, isComplete }: Status) {
  return [
    ...(release === undefined ? [] : [`release ${release}`]),
    ...(WAITING[state] === undefined ? [] : [WAITING[state]]),
    ...Object.entries(counts).map(([of, count]) => `${of.padEnd(14)} ${count}`),
    ...(beyondCount > 0 ? [`${beyondCount} components are beyond what is read of one SBOM`] : []),
    ...suppliers.map(({ supplier, openCount }) => plain(`  ${openCount} open of ${supplier}`)),
    ...(isComplete ? ['Nothing is missing.'] : []),
  ]
}
