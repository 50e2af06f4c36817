/** `fleetward products requirements list|show|answer|accept|history`: Annex I, row by row, and how a product meets it. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { assigned, cleared, type Facts, objectIn } from './fact-paths.ts'

interface Row {
  readonly id: string
  readonly reference: string
  readonly text: string
  readonly state: string
  readonly revision: number
  readonly answer?: Facts
  readonly isSuggested?: boolean
  readonly suggestion?: string
  readonly standards: readonly string[]
  readonly gaps: readonly { readonly gap: string; readonly sentence: string }[]
}

interface Matrix {
  readonly edition: string
  readonly rows: readonly Row[]
  readonly isComplete: boolean
}

interface AnswerOptions extends ServerOptions {
  readonly file?: string
  readonly set?: readonly string[]
  readonly clear?: readonly string[]
}

const ON = 'lumen-gateway-g1 --token-file token'
const TOKEN = '--token-file token'

export function addRequirements(products: Command, { terminal, finish }: Surroundings): void {
  const requirements = withExamples(
    products
      .command('requirements')
      .description('Annex I, requirement by requirement, and how a product meets it'),
    `products requirements list ${ON}`,
    `products requirements accept lumen-gateway-g1 I.2.c ${TOKEN}`,
  )
  const command = (name: string, description: string) =>
    withServer(requirements.command(name).description(description))
  const show = (row: Row) => finish({ json: row, lines: rowLines(row) })

  const list = command('list', 'all 22 rows, with what is missing')
    .argument('<product>', 'its name')
    .option('--gaps', 'only those that something is missing of')
    .action(async (product: string, options: ServerOptions & { gaps?: boolean }) => {
      const client = await openServer(options, terminal)
      const matrix = (await client.get(pathOf(product))) as Matrix
      const shown = matrix.rows.filter(({ gaps }) => options.gaps !== true || gaps.length > 0)
      const end = matrix.isComplete ? 'Nothing is missing.' : NEXT
      finish({ json: { ...matrix, rows: shown }, lines: [...shown.flatMap(listLines), end] })
    })
  withExamples(list, `products requirements list ${ON}`, `products requirements list --gaps ${ON}`)

  const one = command('show', 'a row in full: the law’s words, the answer, what is suggested')
    .argument('<product>', 'its name')
    .argument('<requirement>', 'I.1, I.2.a to I.2.m, II.1 to II.8')
    .action(async (product: string, id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      show((await client.get(pathOf(product, id))) as Row)
    })
  withExamples(one, `products requirements show lumen-gateway-g1 I.2.c ${TOKEN}`)

  const answer = command('answer', 'say how it is met, or why it does not apply')
    .argument('<product>', 'its name')
    .argument('<requirement>', 'I.2.c')
    .option('--file <file>', 'JSON: the answer, all of it')
    .option('--set <path=value>', 'a part of it: how=…, evidence.tests=["…"]', repeated)
    .option('--clear <path>', 'take a part away; may be repeated', repeated)
    .action(async (product: string, id: string, options: AnswerOptions) => {
      const change = await changeIn(options)
      const client = await openServer(options, terminal)
      const edit = (before: unknown) => change((before as Row).answer ?? {})
      show((await client.edit(pathOf(product, id), edit)) as Row)
    })
  withExamples(
    answer,
    `products requirements answer lumen-gateway-g1 I.2.j ${TOKEN} --set applies=true --set 'how=One port, closed by default.' --set 'evidence.tests=["ports"]'`,
    `products requirements answer lumen-gateway-g1 I.2.i ${TOKEN} --set applies=false --set 'justification=It sends nothing by itself.' --set assessment=2`,
  )

  const accept = command('accept', 'make what Fleetward suggests the answer')
    .argument('<product>', 'its name')
    .argument('<requirement>', 'I.2.c')
    .action(async (product: string, id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      show((await client.postOn(pathOf(product, id), 'acceptance')) as Row)
    })
  withExamples(accept, `products requirements accept lumen-gateway-g1 I.2.c ${TOKEN}`)

  const history = command('history', 'every answer to it, the newest first')
    .argument('<product>', 'its name')
    .argument('<requirement>', 'I.2.c')
    .action(async (product: string, id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const path = `${pathOf(product, id)}/revisions?limit=500`
      const revisions = (await client.all(path)) as Revision[]
      const lines = revisions.map(
        ({ revision, at, by, answer: { applies, how, justification } }) =>
          `${String(revision).padStart(4)}  ${dayOf(at)} ${by}  ${applies ? (how ?? 'applies') : `does not apply: ${justification}`}`,
      )
      finish({ json: { revisions }, lines: lines.length > 0 ? lines : ['Nobody has answered it.'] })
    })
  withExamples(history, `products requirements history lumen-gateway-g1 I.2.c ${TOKEN}`)
}

interface Revision {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly answer: Facts
}

const NEXT = 'Next: fleetward products requirements answer --help'

export async function changeIn({
  file,
  set = [],
  clear = [],
}: Pick<AnswerOptions, 'file' | 'set' | 'clear'>): Promise<(before: Facts) => Facts> {
  if (file === undefined && set.length === 0 && clear.length === 0) {
    throw new Refusal('USAGE', 'There is nothing to set', {
      next: 'Give --file, --set or --clear.',
      usage: true,
    })
  }
  const whole = file === undefined ? undefined : objectIn(await readNamedFile(file), file)
  return (before) => set.reduce(assigned, clear.reduce(cleared, whole ?? before))
}

function pathOf(product: string, requirement?: string): string {
  const all = `/products/${encodeURIComponent(product)}/requirements`
  return requirement === undefined ? all : `${all}/${encodeURIComponent(requirement)}`
}

function listLines({ id, state, reference, gaps }: Row): string[] {
  return [
    `${id.padEnd(6)} ${state.padEnd(14)} ${reference}`,
    ...gaps.map(({ sentence }) => `         ${sentence}`),
  ]
}

function rowLines(row: Row): string[] {
  const { text, answer, isSuggested, suggestion, standards } = row
  return [
    ...listLines(row),
    text,
    ...(answer === undefined
      ? []
      : [
          isSuggested === true ? 'the answer, accepted as suggested:' : 'the answer:',
          ...JSON.stringify(answer, null, 2).split('\n'),
        ]),
    ...(suggestion === undefined ? [] : ['suggested by Fleetward:', ...suggestion.split('\n')]),
    ...(standards.length === 0 ? [] : [`standards: ${standards.join(', ')}`]),
  ]
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
