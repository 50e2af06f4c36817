/** `fleetward evidence add|list|get`: files that prove that a release was tried, bound to its bytes. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { plain } from '../../plain.ts'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct, queryOf } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'
import { EVIDENCE_KINDS } from './gate-policy.ts'

interface Evidence {
  readonly number: number
  readonly subject: string
  readonly kind: string
  readonly name: string
  readonly sha256: string
  readonly outcome: string
  readonly counts: Readonly<Record<string, number>>
  readonly at: number
  readonly by: { readonly name: string }
}

interface AddOptions extends OnProduct {
  readonly kind: string
  readonly for?: string
  readonly digest?: string
  readonly name?: string
  readonly outcome?: string
}

const ON = '--product lumen-gateway-g1 --token-file token'

export function addEvidence(program: Command, { terminal, finish }: Surroundings): void {
  const evidence = withExamples(
    program.command('evidence').description('files that prove that a release was tried'),
    `evidence add report.sarif --kind sarif --for lumen-gateway-g1-1.4.3.tar.gz ${ON}`,
    `evidence list --release 1.4.3 ${ON}`,
  )

  const add = onProduct(
    evidence.command('add <file>').description('bring one, also before the release is published'),
  )
    .addOption(
      new Option('--kind <kind>', 'what it is').choices(EVIDENCE_KINDS).makeOptionMandatory(),
    )
    .option('--for <file>', 'the artifact or the SBOM that it is about')
    .option('--digest <sha256>', 'its digest, in place of --for')
    .option('--name <name>', 'of the tool; the name of the file when left out')
    .addOption(
      new Option('--outcome <word>', 'how it went; not of sarif and junit, which are read').choices(
        ['passed', 'failed'],
      ),
    )
    .action(async (file: string, options: AddOptions) => {
      const subject = await subjectOf(options)
      const sha256 = await digestOf(file)
      const { kind, outcome, name = basename(file) } = options
      const client = await openServer(options, terminal)
      const query = queryOf({ kind, subject, name, outcome })
      const path = `${pathOf(options)}/files/${sha256}${query}`
      const { size: length } = await stat(file)
      const added = (await client.putFile(path, { file, length })) as Evidence
      finish({ json: added, lines: [lineOf(added)] })
    })
  withExamples(
    add,
    `evidence add report.sarif --kind sarif --for lumen-gateway-g1-1.4.3.tar.gz ${ON}`,
    `evidence add pentest-2026.pdf --kind pentest --outcome passed --for sbom.cdx.json ${ON}`,
  )

  const list = onProduct(evidence.command('list').description('what there is, the newest first'))
    .option('--release <version>', 'for its artifact and its SBOM')
    .option('--digest <sha256>', 'for the file with this digest')
    .action(
      async (options: OnProduct & { readonly release?: string; readonly digest?: string }) => {
        const client = await openServer(options, terminal)
        const query = queryOf({ release: options.release, subject: options.digest })
        const all = (await client.all(`${pathOf(options)}${query}`)) as Evidence[]
        const none = ['There is no evidence.']
        finish({ json: { evidence: all }, lines: all.length === 0 ? none : all.map(lineOf) })
      },
    )
  withExamples(list, `evidence list --release 1.4.3 ${ON}`)

  const get = onProduct(
    evidence.command('get <number>').description('fetch the file as it was brought'),
  )
    .requiredOption('--out <file>', 'where to write it; never over a file that is there')
    .action(async (number: string, options: OnProduct & { readonly out: string }) => {
      const client = await openServer(options, terminal)
      const answer = await client.open(`${pathOf(options)}/${encodeURIComponent(number)}/file`)
      await pipeline(answer, createWriteStream(options.out, { flags: 'wx', mode: 0o600 }))
      const json = { number: Number(number), file: options.out }
      finish({ json, lines: [`written to ${options.out}`] })
    })
  withExamples(get, `evidence get 17 --out report.sarif ${ON}`)
}

function pathOf({ product }: OnProduct): string {
  return `/products/${encodeURIComponent(product)}/evidence`
}

async function subjectOf({ for: file, digest }: AddOptions): Promise<string> {
  if ((file === undefined) === (digest === undefined)) {
    throw new Refusal('USAGE', 'Say what the evidence is about, once', {
      next: 'Give the artifact or the SBOM as --for, or its SHA-256 as --digest.',
      usage: true,
    })
  }
  return digest ?? digestOf(file ?? '')
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer)
  } catch (cause) {
    throw new Refusal('FILE_NOT_READABLE', `${file} cannot be read`, {
      next: 'Check the name and who may read it.',
      cause,
    })
  }
  return hash.digest('hex')
}

function lineOf({ number, kind, name, outcome, counts, at, by, subject }: Evidence): string {
  const day = new Date(at * 1000).toISOString().slice(0, 10)
  const said = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  const read = said.length === 0 ? '' : ` (${said.join(', ')})`
  const about = subject.slice(0, 12)
  return plain(`${number} ${kind} ${name}: ${outcome}${read}, ${day} by ${by.name}, for ${about}…`)
}
