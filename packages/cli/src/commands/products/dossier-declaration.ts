/** `fleetward dossier sign-declaration`: shows the draft of the EU declaration of conformity, and signs what was read. */
import type { DossierGap } from '@fleetward/shared'
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Signature {
  readonly number: number
  readonly signer: { readonly name: string; readonly function: string; readonly date: string }
}

interface Standing {
  readonly state: string
  readonly draft: {
    readonly sha256: string
    readonly text: {
      readonly items: readonly {
        readonly number: string
        readonly title: string
        readonly lines: readonly string[]
      }[]
    }
  }
  readonly missing: readonly DossierGap[]
  readonly simplified: string
  readonly signed?: Signature
}

interface SignOptions extends ServerOptions {
  readonly name?: string
  readonly function?: string
  readonly place?: string
  readonly date?: string
  readonly read?: string
  readonly document?: string
  readonly history?: boolean
}

const FIELDS = ['name', 'function', 'place', 'date', 'read'] as const
const ON = 'lumen-gateway-g1 --token-file token'

export function addSignDeclaration(dossier: Command, { terminal, finish }: Surroundings): void {
  const sign = withServer(
    dossier
      .command('sign-declaration <product>')
      .description('shows the draft; with all five of its options signs what you have read')
      .option('--name <name>', 'who signs')
      .option('--function <function>', 'as what')
      .option('--place <place>', 'where')
      .option('--date <day>', 'when: 2026-11-21')
      .option('--read <sha256>', 'the draft that you have read, as it was printed with it')
      .option('--document <file>', 'the same, signed elsewhere, as a PDF')
      .option('--history', 'what was signed before'),
  ).action(async (product: string, options: SignOptions) => {
    const path = `/products/${encodeURIComponent(product)}/declaration`
    const client = await openServer(options, terminal)
    if (options.history === true) {
      const all = (await client.all(`${path}/signatures?limit=500`)) as Signature[]
      const lines = all.length === 0 ? ['Nobody has signed any.'] : all.map(signatureLine)
      return finish({ json: { signatures: all }, lines })
    }
    const given = FIELDS.filter((field) => options[field] !== undefined)
    if (given.length === 0 && options.document === undefined) {
      const standing = (await client.get(path)) as Standing
      return finish({ json: standing, lines: standingLines(standing) })
    }
    if (given.length < FIELDS.length) {
      const missing = FIELDS.filter((field) => options[field] === undefined)
      throw new Refusal('USAGE', `To sign, --${missing.join(', --')} is missing`, {
        next: 'Print the draft without options, read it, and sign it with all of them.',
        usage: true,
      })
    }
    const { name = '', function: as = '', place = '', date = '', read = '' } = options
    const signature = { name, function: as, place, date, textSha256: read }
    const signed = (await (options.document === undefined
      ? client.post(`${path}/signatures`, signature)
      : client.putFile(`${path}/signatures?${new URLSearchParams(signature)}`, {
          file: options.document,
          length: (await readNamedFile(options.document)).length,
        }))) as Signature
    finish({ json: signed, lines: [`signed: ${signatureLine(signed)}`] })
  })
  withExamples(
    sign,
    `dossier sign-declaration ${ON}`,
    `dossier sign-declaration ${ON} --name 'A. Licht' --function 'managing director' --place Berlin --date 2026-11-21 --read 4f2c…`,
    `dossier sign-declaration ${ON} --name 'A. Licht' --function 'managing director' --place Berlin --date 2026-11-21 --read 4f2c… --document signed.pdf`,
    `dossier sign-declaration ${ON} --history`,
  )
}

function standingLines({ state, draft, missing, simplified, signed }: Standing): string[] {
  return [
    `EU declaration of conformity: ${state}`,
    ...draft.text.items.flatMap(({ number, title, lines }) => [
      `${number}. ${title}`,
      ...lines.flatMap((line) => line.split('\n')).map((line) => `   ${line}`),
    ]),
    '',
    simplified,
    '',
    ...missing.map(({ item, what }) => `missing: ${item} ${what}`),
    ...(signed === undefined ? [] : [`signed: ${signatureLine(signed)}`]),
    `To sign exactly this: --read ${draft.sha256}`,
  ]
}

function signatureLine({ number, signer }: Signature): string {
  return `${number}, ${signer.name}, ${signer.function}, ${signer.date}`
}
