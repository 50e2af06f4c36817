/** `fleetward vex export|import`: what was decided of findings, for others; and what others say. */
import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { plain } from '../../plain.ts'
import { readNamedFile, type Surroundings, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'

interface VexOptions extends OnProduct {
  readonly format: string
  readonly out?: string
}

interface Imported {
  readonly publisher: string
  readonly statements: number
  readonly skipped: readonly { readonly at: string; readonly reason: string }[]
  readonly lost: readonly string[]
}

const FORMATS = ['OpenVEX', 'CycloneDX', 'CSAF']
const ON = '--product lumen-gateway-g1 --token-file token'

export function addVex(program: Command, { terminal, finish }: Surroundings): void {
  const vex = withExamples(
    program.command('vex').description('what vulnerabilities mean, as documents'),
    `vex export --format CSAF --out vex.json ${ON}`,
  )
  const command = (words: string, description: string) =>
    onProduct(vex.command(words).description(description)).addOption(
      new Option('--format <name>', 'of the document').choices(FORMATS).default('OpenVEX'),
    )

  const out = command('export', 'what persons decided and what still counts')
    .option('--out <file>', 'where the document goes; printed when left out')
    .action(async (options: VexOptions) => {
      const client = await openServer(options, terminal)
      const found = (await client.get(pathOf(options))) as {
        readonly document: object
        readonly lost: readonly string[]
      }
      const text = `${JSON.stringify(found.document, null, 2)}\n`
      for (const lost of found.lost) terminal.note(`not in the document: ${lost}`)
      if (options.out === undefined) return finish({ json: found, lines: [text.trimEnd()] })
      await writeFile(options.out, text)
      finish({ json: { file: options.out, lost: found.lost }, lines: [`written: ${options.out}`] })
    })
  withExamples(out, `vex export ${ON}`, `vex export --format CSAF --out vex.json ${ON}`)

  const take = command('import <file>', 'take in what somebody else says, as suggestions').action(
    async (file: string, options: VexOptions) => {
      const { length } = await readNamedFile(file)
      const client = await openServer(options, terminal)
      const answer = (await client.putFile(pathOf(options), { file, length })) as Imported
      const { publisher, statements, skipped, lost } = answer
      const lines = [
        `${statements} statements of ${plain(publisher)}; a person decides`,
        ...skipped.map(({ at, reason }) => `  skipped ${plain(at)}: ${plain(reason)}`),
        ...lost.map((one) => `  not taken over: ${plain(one)}`),
      ]
      finish({ json: answer, lines })
    },
  )
  withExamples(take, `vex import supplier.openvex.json ${ON}`)
}

function pathOf({ product, format }: VexOptions): string {
  return `/products/${encodeURIComponent(product)}/vex?${new URLSearchParams({ format })}`
}
